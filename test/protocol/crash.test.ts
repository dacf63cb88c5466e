import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect } from 'vitest'
import { openDb } from '../../src/platform/db/db.ts'
import { type Child, startCommand } from '../../src/platform/process/process.ts'
import { openDoor, test } from '../support/door.ts'
import { send, stateText } from '../support/raw-client.ts'
import { gateTo } from '../support/tcp-gate.ts'

const script = fileURLToPath(new URL('../support/door-process.ts', import.meta.url))

/** A server as a process of its own, once it listens. */
async function startProcess(
  connection: string,
  port = 0,
): Promise<Child & { readonly url: string }> {
  const listening = Promise.withResolvers<string>()
  let said = ''
  const child = await startCommand(process.execPath, [script], {
    env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: connection, PORT: String(port) },
    onOutput: (chunk) => {
      said += chunk.toString()
      if (said.includes('\n')) listening.resolve(said.trim())
    },
  })
  void child.exited.then(() => listening.reject(new Error(`the server ended: ${said}`)))
  return { ...child, url: await listening.promise }
}

const gated = `
variable "input" { default = "one" }
resource "terraform_data" "a" {
  input = var.input
  provisioner "local-exec" { command = "touch waiting; while [ ! -e go ]; do sleep 0.02; done" }
}
`

describe('a server that is killed', () => {
  test('has every state that it acknowledged, byte for byte', async ({
    connection,
    door,
    token,
  }) => {
    const big = 'x'.repeat(300_000)
    const acknowledged = new Map<string, string[]>()
    let server = await startProcess(connection)
    const port = Number(new URL(server.url).port)

    for (let round = 0; round < 4; round += 1) {
      let answers = 0
      const enough = Promise.withResolvers<void>()
      const writers = ['a', 'b', 'c'].map(async (component) => {
        const workspacePath = `/state/shop/${component}@prod`
        const kept = acknowledged.get(component) ?? []
        acknowledged.set(component, kept)
        const current = await send(server.url, 'GET', workspacePath, { token })
        let serial = current.status === 404 ? 0 : JSON.parse(current.body.toString()).serial + 1
        for (;;) {
          const text = stateText({ serial, output: `${round} ${big}` })
          const answer = await send(server.url, 'POST', workspacePath, { token, body: text })
          if (answer.status !== 200) throw new Error(`unexpected ${answer.status}`)
          kept.push(text)
          serial += 1
          answers += 1
          if (answers > 10) enough.resolve()
        }
      })
      const ends = Promise.allSettled(writers)
      await enough.promise
      await server.killGroup()
      for (const end of await ends) {
        expect(end).toMatchObject({ reason: { code: expect.stringMatching(/^ECONN/) } })
      }
      server = await startProcess(connection, port)
    }

    for (const [component, texts] of acknowledged) {
      const workspace = await door.workspace(`shop/${component}@prod`)
      const history = await door.state.history(workspace, { limit: 1000 })
      const recorded = await Promise.all(history.map((version) => door.state.bytes(version)))
      const known = new Set(recorded.map(String))
      expect(texts.length).toBeGreaterThan(3)
      for (const text of texts) expect(known.has(text)).toBe(true)
      // At most the one of each round whose answer was lost is more.
      expect(history.length - texts.length).toBeLessThanOrEqual(4)
      expect(await door.state.quarantined(workspace)).toEqual([])
    }
    await server.killGroup()
  })

  test('and comes back while a real terraform applies: the state lands, the lock is free', async ({
    connection,
    door,
    terraform,
    token,
  }) => {
    const first = await startProcess(connection)
    const module = await terraform.module(gated, {
      address: `${first.url}/state/shop/app@prod`,
      token,
      env: { TF_HTTP_RETRY_MAX: '20' },
    })
    await module.ok('init')
    const applying = await module.start('apply', '-auto-approve')
    await expect
      .poll(
        () =>
          module.read('waiting').then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true)

    await first.killGroup()
    await writeFile(path.join(module.directory, 'go'), '')
    const second = await startProcess(connection, Number(new URL(first.url).port))

    expect(await applying.ended).toMatchObject({ exitCode: 0 })
    const workspace = await door.workspace('shop/app@prod')
    expect(await door.state.history(workspace, { limit: 9 })).toHaveLength(1)
    expect(await door.state.heldLock(workspace)).toBeUndefined()
    await second.killGroup()
  })
})

describe('a database that is away', () => {
  test('is 503 for everything, and a real terraform plans nothing', async ({
    connection,
    terraform,
  }) => {
    const gate = await gateTo(connection)
    const db = openDb(gate.connection)
    const door = await openDoor(db)
    const token = await door.token('state:read', 'state:write')
    const address = '/state/shop/app@prod'
    await send(door.url, 'POST', address, { token, body: stateText({ serial: 0 }) })
    const module = await terraform.module('', {
      address: `${door.url}${address}`,
      token,
      env: { TF_HTTP_RETRY_MAX: '0' },
    })
    await module.ok('init')

    await gate.shut()
    for (const method of ['GET', 'POST', 'LOCK', 'UNLOCK', 'DELETE']) {
      const answer = await send(door.url, method, address, { token })
      expect(answer.status, method).toBe(503)
      expect(answer.headers['retry-after']).toBe('5')
    }
    expect((await send(door.url, 'GET', '/readyz')).status).toBe(503)
    expect((await send(door.url, 'GET', '/healthz')).status).toBe(200)
    const plan = await module.run('plan')
    expect(plan.exitCode).toBe(1)
    expect(plan.text).toContain('giving up after 1 attempt')
    expect((await module.run('plan', '-lock=false')).text).toContain('giving up after 1 attempt')

    await gate.open()
    expect((await send(door.url, 'GET', address, { token })).status).toBe(200)
    expect((await send(door.url, 'GET', '/readyz')).status).toBe(200)
    await door.close()
    await db.destroy()
    await gate.close()
  })

  test('and comes back while a real terraform applies: the state lands', async ({
    connection,
    terraform,
  }) => {
    const gate = await gateTo(connection)
    const db = openDb(gate.connection)
    const door = await openDoor(db)
    const module = await terraform.module(gated, {
      address: `${door.url}/state/shop/app@prod`,
      token: await door.token('state:read', 'state:write'),
    })
    await module.ok('init')
    const applying = await module.start('apply', '-auto-approve')
    await expect
      .poll(
        () =>
          module.read('waiting').then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true)

    await gate.shut()
    await writeFile(path.join(module.directory, 'go'), '')
    await expect
      .poll(() => door.log.some((line) => line['status'] === 503), { timeout: 20_000 })
      .toBe(true)
    await gate.open()

    expect(await applying.ended).toMatchObject({ exitCode: 0 })
    expect(
      await door.state.history(await door.workspace('shop/app@prod'), { limit: 9 }),
    ).toHaveLength(1)
    await door.close()
    await db.destroy()
    await gate.close()
  })
})
