import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { openDb } from '../../src/platform/db/db.ts'
import { test as base } from '../support/database.ts'
import { aRepository } from '../support/repository.ts'
import { type ServerProcess, startServer } from '../support/server-process.ts'
import { aMember, type Member, resultsOf, signIn, untilSettled, viewOf } from '../support/team.ts'
import { aComment, sendWebhook } from '../support/webhooks.ts'
import { shop, waitingJob } from './platforms.ts'

const test = base.extend<{ home: string; start: () => Promise<ServerProcess> }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern.
  home: async ({}, use) => {
    const home = await mkdtemp(path.join(tmpdir(), 'portolan-crash-'))
    await use(home)
    await rm(home, { recursive: true, force: true })
  },
  start: async ({ connection, home }, use) => {
    const running: ServerProcess[] = []
    await use(async () => {
      const server = await startServer({ connection, home })
      running.push(server)
      return server
    })
    await Promise.all(running.map((server) => server.kill()))
  },
})

async function begin(server: ServerProcess, files: Readonly<Record<string, string>>) {
  const admin = await signIn(server.url, 'admin', server.firstLink?.split('/').at(-1) ?? '')
  const repository = await aRepository(files)
  await admin.api.projects.$post({ json: { source: repository.root } })
  return { admin, repository }
}

/** The same person at another server: sessions are in the database. */
function at(server: ServerProcess, { name, headers }: Member): Member {
  return aMember(server.url, name, headers)
}

describe('a server that is killed', () => {
  test('while it plans: another one plans on, and nothing is lost', async ({ start }) => {
    const first = await start()
    const { admin, repository } = await begin(first, shop('{ approvals: 0 }'))
    const made = await admin.api.changes.$post({
      json: { project: 'shop', reason: 'first', select: {} },
    })
    const { id } = await made.json()
    await first.kill('SIGKILL')

    const second = await start()
    const again = at(second, admin)
    await untilSettled(second, again, id)

    const results = Object.values(await resultsOf(again, id))
    expect(results).toHaveLength(4)
    expect(new Set(results)).toEqual(new Set(['planned', 'provisional']))
    await repository.dispose()
  })

  test('while it applies: nobody guesses how that ended, and nothing is applied again', async ({
    start,
    home,
    connection,
  }) => {
    const first = await start()
    const file = path.join(home, 'go')
    const { admin, repository } = await begin(first, waitingJob(file))
    const made = await admin.api.changes.$post({
      json: { project: 'shop', reason: 'first', select: {} },
    })
    const { id } = await made.json()
    await untilSettled(first, admin, id)
    const { lastEvent } = await viewOf(admin, id)
    await admin.api.changes[':id'].apply.$post({ param: { id: String(id) }, json: {} })
    const db = openDb({ connectionString: connection })
    while ((await db.selectFrom('runs').where('status', '=', 'applying').execute()).length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await first.kill('SIGKILL')
    await writeFile(file, '')

    const second = await start()
    const again = at(second, admin)
    const told = await untilSettled(second, again, id, String(lastEvent))

    expect(told.map(({ data }) => data['message'])).toContain(
      'The server that applied this was lost. What it had begun is as it left it; resume goes on with the rest.',
    )
    expect(await resultsOf(again, id)).toMatchObject({ 'slow@dev': 'unknown' })
    const applying = db.selectFrom('run_events').select('run_id').where('type', '=', 'status')
    const events = await applying.where('data', '@>', '{"to":"applying"}').execute()
    expect(events).toHaveLength(1)
    await db.destroy()
    await repository.dispose()
  })

  test('is no trouble to another on the same database, which does the work of both', async ({
    start,
  }) => {
    const first = await start()
    const { admin, repository } = await begin(first, shop('{ approvals: 0 }'))
    const second = await start()
    const there = at(second, admin)
    await first.kill('SIGTERM')
    // The mirror is on the disk of whoever fetched it: here both have the same.
    const made = await there.api.changes.$post({
      json: { project: 'shop', reason: 'first', select: { environments: ['dev'] } },
    })
    const { id } = await made.json()
    await untilSettled(second, there, id)
    expect(await resultsOf(there, id)).toEqual({
      'network@dev': 'planned',
      'db@dev': 'provisional',
    })
    await repository.dispose()
  })

  test('while webhooks come: what it answered is there with what it led to, and nothing is there by halves', async ({
    start,
    connection,
  }) => {
    const first = await start()
    const { admin, repository } = await begin(first, { 'portolan.yaml': 'version: 1\n' })
    const [project] = await (await admin.api.projects.$get()).json()
    const param = { project: project?.name ?? '' }
    const { forge } = admin.api.projects[':project']
    const credentials = { type: 'token', token: 'none' } as const
    const place = { apiUrl: 'http://127.0.0.1:9', repository: 'acme/infra' }
    await forge.$put({ param, json: { kind: 'github', ...place, credentials } })
    const { secret } = await (await forge.secrets.$post({ param, json: {} })).json()
    const numbers = Array.from({ length: 60 }, (_, at) => at + 1)
    const send = (server: ServerProcess, number: number) =>
      sendWebhook(server.url, {
        secret,
        event: 'issue_comment',
        body: aComment(7, `portolan plan -e e${number}`, number),
        delivery: `delivery-${number}`,
      })

    const answered: string[] = []
    let killed: Promise<void> | undefined
    const sent = numbers.map(async (number) => {
      const { status, delivery } = await send(first, number)
      if (status === 200) answered.push(delivery)
      if (answered.length === 15) killed ??= first.kill('SIGKILL')
    })
    await Promise.allSettled(sent)
    await killed

    const db = openDb({ connectionString: connection })
    const there = async () => ({
      deliveries: (await db.selectFrom('webhook_deliveries').select('delivery').execute())
        .map(({ delivery }) => delivery)
        .toSorted(),
      commands: (await db.selectFrom('pull_request_commands').select('comment_id').execute())
        .map((command) => `delivery-${command.comment_id}`)
        .toSorted(),
    })
    const { deliveries, commands } = await there()
    expect(answered.length).toBeGreaterThanOrEqual(15)
    expect(answered.filter((delivery) => !deliveries.includes(delivery))).toEqual([])
    expect(commands).toEqual(deliveries)

    const second = await start()
    const again = await Promise.all(numbers.map((number) => send(second, number)))
    expect(new Set(again.map(({ status }) => status))).toEqual(new Set([200]))
    const all = numbers.map((number) => `delivery-${number}`).toSorted()
    expect(await there()).toEqual({ deliveries: all, commands: all })
    await db.destroy()
    await repository.dispose()
  })
})
