import { readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test as base, describe, expect } from 'vitest'
import { echoModule } from '../changes/platform.ts'
import { openSide, type Said, type Side } from './sides.ts'

const test = base.extend<{ side: Side }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern.
  side: async ({}, use) => {
    const side = await openSide('server')
    await use(side)
    await side.close()
  },
})

/** `slow` goes on until a file is there; `after` needs it. */
const slow = `version: 1
project: shop
environments: { dev: {} }
components:
  slow: { run: "printf 'be%s\\\\n' gun; until [ -e $OUTSIDE/go ]; do sleep 0.05; done" }
  after: { run: echo after, needs: [slow] }
`

async function shop(side: Side, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) await side.write(name, content)
  await side.git('add', '--all')
  await side.git('commit', '-q', '-m', 'The shop')
  await side.add()
}

const go = (side: Side) => writeFile(path.join(side.outside, 'go'), '')

async function untilStatus(side: Side, pattern: RegExp): Promise<Said> {
  for (;;) {
    const said = await side.run('status', 'change-1')
    if (pattern.test(said.stdout)) return said
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

describe('somebody who follows', { timeout: 300_000 }, () => {
  test('ends the apply with one Ctrl-C; the change stays open and is resumed', async ({ side }) => {
    await shop(side, { 'portolan.yaml': slow })
    const applying = side.start('apply', '--auto-approve')
    await applying.said(/slow@dev {2}applying/)
    applying.kill('SIGINT')
    const ended = await applying.ended
    expect(ended.exitCode).toBe(1)
    expect(ended.stderr).toContain('Cancelling: the server finishes what it has begun')
    expect((await side.run('status', 'change-1')).stdout).toMatch(/open[\s\S]*slow@dev +cancelled/)
    await go(side)
    const resumed = await side.run('resume', '--auto-approve')
    expect(resumed).toMatchObject({ exitCode: 0 })
    expect(resumed.stdout).toMatch(/after@dev +applied/)
  })

  test('leaves the server alone with it by a second Ctrl-C', async ({ side }) => {
    await shop(side, { 'portolan.yaml': slow.replace('until', "trap '' INT TERM; until") })
    const applying = side.start('apply', '--auto-approve')
    await applying.said(/slow@dev {2}applying/)
    applying.kill('SIGINT')
    await applying.said(/Cancelling/)
    applying.kill('SIGINT')
    const ended = await applying.ended
    expect(ended.exitCode).toBe(1)
    expect(ended.stderr).toContain('The server goes on by itself')
    expect(ended.stderr).toContain('portolan status change-1')
    await go(side)
    await untilStatus(side, /slow@dev +(applied|cancelled)/)
  })

  test('sees the end although the server was started anew meanwhile, and is told once', async ({
    side,
  }) => {
    await shop(side, { 'portolan.yaml': slow })
    const applying = side.start('apply', '--auto-approve')
    await applying.said(/slow@dev {2}applying/)
    await side.restart()
    const ended = await applying.ended
    expect(`${ended.stdout}${ended.stderr}`.match(/connection to .* broke/g)).toHaveLength(1)
    expect(ended.exitCode).not.toBe(0)
    await go(side)
    expect(await side.run('resume', '--auto-approve')).toMatchObject({ exitCode: 0 })
  })
})

describe('a server that is not as expected', { timeout: 120_000 }, () => {
  test('is named, with what to do: nobody answers, the token is not known', async ({ side }) => {
    await side.write('portolan.yaml', slow)
    const nobody = await side.runWith({ env: { PORTOLAN_URL: 'http://127.0.0.1:9' } }, 'history')
    expect(nobody).toMatchObject({ exitCode: 1 })
    expect(nobody.stderr).toContain('http://127.0.0.1:9 cannot be reached')
    const unknown = await side.runWith({ env: { PORTOLAN_TOKEN: 'ptl_nonsense' } }, 'history')
    expect(unknown).toMatchObject({ exitCode: 1 })
    expect(unknown.stderr).toContain(`portolan login ${side.url}`)
    const wrong = await side.runWith({ env: { PORTOLAN_URL: 'example.com' } }, 'history')
    expect(wrong.stderr).toContain('PORTOLAN_URL')
    const strange = await side.run('plan')
    expect(strange).toMatchObject({ exitCode: 1 })
    expect(strange.stderr).toContain('has no project of this repository')
  })

  test('is not asked by what only reads the manifest', async ({ side }) => {
    await side.write('portolan.yaml', slow)
    const env = { PORTOLAN_URL: 'http://127.0.0.1:9' }
    for (const line of ['list', 'graph', 'validate', 'explain slow@dev']) {
      expect(await side.runWith({ env }, ...line.split(' '))).toMatchObject({ exitCode: 0 })
    }
  })

  test('login keeps a token for its person alone; logout forgets it', async ({ side }) => {
    await shop(side, { 'portolan.yaml': slow })
    const env = { PORTOLAN_TOKEN: undefined }
    const refused = await side.runWith({ env, input: 'ptl_nonsense\n' }, 'login')
    expect(refused).toMatchObject({ exitCode: 1 })
    const known = await side.runWith({ env, input: `${side.token}\n` }, 'login')
    expect(known).toMatchObject({ exitCode: 0 })
    expect(known.stdout).toContain(`Signed in to ${side.url} as ada`)
    expect(known.stdout + known.stderr).not.toContain(side.token)
    const file = path.join(path.dirname(side.directory), '.config', 'portolan', 'servers.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readFile(file, 'utf8')).toContain(side.token)
    expect(await side.runWith({ env }, 'status')).toMatchObject({ exitCode: 0 })
    const doctor = await side.runWith({ env }, 'doctor')
    expect(doctor.stdout).toContain(`${side.url}, as ada (by portolan login)`)
    expect(doctor.stdout).toContain('the project shop')
    expect(await side.runWith({ env }, 'logout')).toMatchObject({ exitCode: 0 })
    expect(await side.runWith({ env }, 'status')).toMatchObject({ exitCode: 1 })
  })

  test('files that git ignores stay here, and that is said', async ({ side }) => {
    await shop(side, {
      '.gitignore': '*.tfvars\n',
      'portolan.yaml': `version: 1
project: shop
environments: { dev: {} }
components: { network: { terraform: infra } }
`,
      'infra/main.tf': echoModule('size').replace('type = any', 'default = 1'),
      'infra/terraform.tfvars': 'size = 2\n',
    })
    const planned = await side.run('plan')
    expect(planned).toMatchObject({ exitCode: 0 })
    expect(planned.stderr).toContain('Git ignores infra/terraform.tfvars')
  })
})
