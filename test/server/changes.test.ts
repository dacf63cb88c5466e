import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { aRepository } from '../support/repository.ts'
import { type Member, resultsOf, type Team, test, untilSettled, viewOf } from '../support/team.ts'
import { shop, waitingJob } from './platforms.ts'

async function planned(team: Team, member: Member, reason = 'a change'): Promise<number> {
  const made = await member.api.changes.$post({
    json: { project: 'shop', reason, select: {} },
  })
  const { id } = await made.json()
  await untilSettled(team, member, id)
  return id
}

async function applied(team: Team, member: Member, id: number, json: object = {}) {
  const { lastEvent } = await viewOf(member, id)
  await member.api.changes[':id'].apply.$post({ param: { id: String(id) }, json })
  await untilSettled(team, member, id, String(lastEvent))
  return resultsOf(member, id)
}

function approve(member: Member, id: number, json: object = {}) {
  return member.api.changes[':id'].approve.$post({ param: { id: String(id) }, json })
}

/** Applies, and approves as this member, until everything is applied or nothing moves any more. */
async function carriedOut(team: Team, author: Member, approver: Member, id: number) {
  for (let round = 0; round < 4; round++) {
    const results = await applied(team, author, id)
    if ((await viewOf(author, id)).change.status !== 'open') return results
    await approve(approver, id).catch(() => undefined)
  }
  return resultsOf(author, id)
}

describe('a change on a server', () => {
  test('is planned from a commit, waits at the gate, and is applied when somebody else approved', async ({
    team,
  }) => {
    await team.project(shop('{ approvals: 1 }'))
    const alice = await team.member('alice', 'applier')
    const bob = await team.member('bob', 'approver')
    const id = await planned(team, alice)

    expect(await applied(team, alice, id)).toEqual({
      'network@dev': 'applied',
      'db@dev': 'applied',
      'network@prod': 'planned',
      'db@prod': 'provisional',
    })
    const approval = await approve(bob, id, { environments: ['prod'] })
    expect(await approval.json()).toEqual({ approved: ['network@prod', 'db@prod'] })
    expect(await applied(team, alice, id)).toMatchObject({
      'network@prod': 'applied',
      'db@prod': 'applied',
    })
    expect(await viewOf(alice, id)).toMatchObject({
      change: { status: 'done', actor: 'alice', reason: 'a change' },
      may: { approve: [], apply: [] },
    })
  })

  test('two approvals are two people who are not its author, out of the team that is asked', async ({
    team,
  }) => {
    await team.project(shop('{ approvals: 2, from: [team/sre] }'))
    const alice = await team.member('alice', 'applier', 'approver')
    const bob = await team.member('bob', 'approver')
    const carol = await team.member('carol', 'approver')
    const dora = await team.member('dora', 'approver')
    await team.admin.api.teams[':name'].$put({
      param: { name: 'sre' },
      json: { members: ['alice', 'bob', 'carol'] },
    })
    const id = await planned(team, alice)
    await applied(team, alice, id)

    const network = async () => (await resultsOf(alice, id))['network@prod']
    for (const member of [alice, bob, bob, dora])
      await approve(member, id, { environments: ['prod'] })
    await applied(team, alice, id)
    expect(await network()).toBe('planned')
    const waits = await team.server.context.changes.events(id, 0)
    expect(waits.findLast(({ event }) => event.event === 'waits')?.event).toMatchObject({
      because: expect.stringMatching(/1 more approval of 2 from team\/sre/),
    })

    await approve(carol, id, { environments: ['prod'] })
    await applied(team, alice, id)
    expect(await network()).toBe('applied')
  })

  test('two people who approve and apply at once apply it once', async ({ team }) => {
    await team.project(shop('{ approvals: 1 }'))
    const alice = await team.member('alice', 'applier')
    const others = [await team.member('bob', 'operator'), await team.member('carol', 'operator')]
    const id = await planned(team, alice)
    await applied(team, alice, id)

    const { lastEvent } = await viewOf(alice, id)
    const acts = await Promise.allSettled(
      others.map(async (member) => {
        await approve(member, id, { environments: ['prod'] })
        await member.api.changes[':id'].apply.$post({ param: { id: String(id) }, json: {} })
      }),
    )
    await untilSettled(team, alice, id, String(lastEvent))

    expect(acts.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1)
    for (const act of acts) {
      if (act.status === 'rejected') expect(act.reason).toMatchObject({ code: 'conflict' })
    }
    const { db } = team.server.context
    const runs = await db.selectFrom('runs').select('id').where('status', '=', 'applied').execute()
    const versions = await db.selectFrom('state_versions').select('run_id').execute()
    expect(versions.map((version) => version.run_id).toSorted()).toEqual(
      runs.map((run) => run.id).toSorted(),
    )
  })

  test('a commit cannot relax the gates, the order and the protection of the head', async ({
    team,
  }) => {
    const repository = await team.project(shop('{ approvals: 1 }'))
    const alice = await team.member('alice', 'operator')
    const bob = await team.member('bob', 'approver')
    await carriedOut(team, alice, bob, await planned(team, alice))

    await repository.git('checkout', '--quiet', '-b', 'sly')
    await repository.write({
      'portolan.yaml': shop('{ approvals: 1 }')
        ['portolan.yaml'].replace(', gate: { approvals: 1 }', '')
        .replace('after: dev', 'auto: true')
        .replace(', protect: true', '')
        .replace('size: 1', 'size: 2'),
    })
    await repository.commit('sly')
    await repository.git('checkout', '--quiet', 'main')
    await team.admin.api.projects[':project'].fetch.$post({ param: { project: 'shop' } })
    const made = await alice.api.changes.$post({
      json: { project: 'shop', ref: 'sly', reason: 'sly', select: { environments: ['prod'] } },
    })
    const { id } = await made.json()
    await untilSettled(team, alice, id)

    expect((await viewOf(alice, id)).environments).toMatchObject(
      [{ name: 'dev' }, { name: 'prod', after: 'dev', auto: false, gate: { approvals: 1 } }].slice(
        1,
      ),
    )
    expect(await applied(team, alice, id)).toMatchObject({ 'network@prod': 'planned' })
  })

  test('runs of a workspace find the same path always, and only what its variables say', async ({
    team,
  }) => {
    await team.project({
      'portolan.yaml': `
version: 1
project: shop
environments: { dev: {} }
components:
  app: { terraform: app, inputs: { given: manifest } }
`,
      'app/main.tf': `
variable "given" {}
variable "secret" { sensitive = true }
resource "terraform_data" "this" {
  input = { given = var.given, cwd = path.cwd, secret = sha256(var.secret) }
  provisioner "local-exec" { command = "echo token=$TOKEN home=$HOME; env | cut -d= -f1 | sort" }
}
output "cwd" { value = path.cwd }
`,
    })
    const set = (json: object) =>
      team.admin.api.projects[':project'].variables.$put({
        param: { project: 'shop' },
        json: json as never,
      })
    await set({ kind: 'terraform', name: 'secret', value: 'very-secret-value' })
    await set({ kind: 'terraform', name: 'given', value: 'from the server' })
    await set({ kind: 'environment', name: 'TOKEN', phase: 'apply', value: 'apply-only-token' })

    const id = await planned(team, team.admin)
    await applied(team, team.admin, id)

    const { nodes } = await viewOf(team.admin, id)
    const run = nodes[0]?.run
    expect(nodes[0]).toMatchObject({ result: 'applied' })
    const log = (await team.server.context.runs.logs(run?.id ?? 0, 0))
      .map(({ text }) => text)
      .join('')
    expect(log).toContain('token=(sensitive value)')
    expect(log).not.toMatch(/very-secret-value|apply-only-token/)
    expect(log).not.toContain('DATABASE_URL')
    expect(log).not.toContain(`home=${process.env['HOME']}\n`)
    const outputs = await team.admin.api.projects[':project'].workspaces[':workspace'].outputs.$get(
      {
        param: { project: 'shop', workspace: 'app@dev' },
      },
    )
    const cwd = String((await outputs.json()).outputs[0]?.value)
    expect(cwd).toMatch(new RegExp(`^${team.home}/server/workspaces/[^/]+/tree/app$`))
    // The manifest, which people review, counts more than the server.
    const resources = await team.admin.api.projects[':project'].workspaces[
      ':workspace'
    ].resources.$get({ param: { project: 'shop', workspace: 'app@dev' } })
    expect(JSON.stringify(await resources.json())).toContain('"given":"manifest"')
  })
})

describe('what is told of a change', () => {
  test('has no gap and no repetition, however often the connection breaks', async ({ team }) => {
    await team.project(shop('{ approvals: 0 }'))
    const id = await planned(team, team.admin)
    await applied(team, team.admin, id)
    const whole = await untilSettled(team, team.admin, id)
    expect(whole.length).toBeGreaterThan(10)

    const pieces: unknown[] = []
    let last = '0'
    for (let round = 0; pieces.length < whole.length && round < 500; round++) {
      const cut = new AbortController()
      const answer = await fetch(`${team.url}/api/v1/changes/${id}/events?log=true`, {
        headers: { ...team.admin.headers, 'last-event-id': last },
        signal: cut.signal,
      })
      const reader = answer.body?.getReader()
      const { value } = (await reader?.read()) ?? {}
      cut.abort()
      for (const part of new TextDecoder().decode(value).split('\n\n')) {
        const [, data, eventId] = /^data: (.*)\nid: (.*)$/.exec(part) ?? []
        if (data === undefined || eventId === undefined) continue
        pieces.push(JSON.parse(data))
        last = eventId
        // As if the connection had broken just here.
        if (round % 2 === 0) break
      }
    }

    expect(pieces).toEqual(whole.map(({ data }) => data))
  })

  test('goes on where it began, though the connection broke before anything was told', async ({
    team,
  }) => {
    const file = path.join(team.home, 'go')
    await team.project(waitingJob(file))
    const id = await planned(team, team.admin)
    const { lastEvent } = await viewOf(team.admin, id)
    const stop = new AbortController()
    const first = await fetch(
      `${team.url}/api/v1/changes/${id}/events?log=true&after=${lastEvent}`,
      {
        headers: team.admin.headers,
        signal: stop.signal,
      },
    )
    const { value } = (await first.body?.getReader().read()) ?? {}
    const place = /^id: (.*)$/m.exec(new TextDecoder().decode(value))?.[1] ?? ''
    stop.abort()

    await team.admin.api.changes[':id'].apply.$post({ param: { id: String(id) }, json: {} })
    await saying(team, id, 'begun')
    await writeFile(file, '')
    const told = await untilSettled(team, team.admin, id, place)

    const output = told
      .filter(({ data }) => data['event'] === 'log')
      .map(({ data }) => data['text'])
    expect(output.join('')).toMatch(/begun[\s\S]*ended/)
    expect(output.join('')).not.toContain('Will run')
  })

  test('brings all the output of a run before its end', async ({ team }) => {
    await team.project(shop('{ approvals: 0 }'))
    const id = await planned(team, team.admin)
    await applied(team, team.admin, id)

    const told = await untilSettled(team, team.admin, id)

    const ends = new Map<unknown, number>()
    for (const [index, { data }] of told.entries()) {
      if (data['event'] === 'workspace' && data['runStatus'] === 'applied') {
        ends.set(data['run'], index)
      }
      if (data['event'] === 'log') expect(ends.has(data['run'])).toBe(false)
    }
    expect(ends.size).toBe(4)
  })
})

describe('ending', () => {
  test('what is stopped ends gracefully and stays open; it is resumed where it stood', async ({
    team,
  }) => {
    const file = path.join(team.home, 'go')
    await team.project(waitingJob(file))
    const id = await planned(team, team.admin)
    const { lastEvent } = await viewOf(team.admin, id)
    await team.admin.api.changes[':id'].apply.$post({ param: { id: String(id) }, json: {} })
    await saying(team, id, 'begun')

    await team.admin.api.changes[':id'].stop.$post({ param: { id: String(id) } })
    await untilSettled(team, team.admin, id, String(lastEvent))

    expect(existsSync(file)).toBe(false)
    expect((await viewOf(team.admin, id)).change.status).toBe('open')
    expect(await resultsOf(team.admin, id)).toMatchObject({ 'slow@dev': 'cancelled' })
    await writeFile(file, '')
    expect(await applied(team, team.admin, id, { retry: true })).toEqual({
      'slow@dev': 'applied',
      'after@dev': 'applied',
    })
  })

  test('what is stopped while it is planned stays open, too', async ({ team }) => {
    const file = path.join(team.home, 'go')
    await team.project({
      'portolan.yaml': `
version: 1
project: shop
environments: { dev: {} }
components:
  slow: { terraform: slow, before: [{ run: sh wait.sh, on: [plan] }] }
`,
      'slow/main.tf': 'resource "terraform_data" "this" { input = 1 }\n',
      'wait.sh': `while [ ! -e ${file} ]; do sleep 0.05; done\n`,
    })
    const made = await team.admin.api.changes.$post({
      json: { project: 'shop', reason: 'slow', select: {} },
    })
    const { id } = await made.json()
    while ((await resultsOf(team.admin, id))['slow@dev'] !== 'planning') {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }

    await team.admin.api.changes[':id'].stop.$post({ param: { id: String(id) } })
    await untilSettled(team, team.admin, id)

    expect((await viewOf(team.admin, id)).change.status).toBe('open')
    await writeFile(file, '')
    expect(await applied(team, team.admin, id, { retry: true })).toEqual({ 'slow@dev': 'applied' })
  })

  test('what is cancelled is over, also what waited', async ({ team }) => {
    await team.project(waitingJob(path.join(team.home, 'go')))
    const id = await planned(team, team.admin)
    const { lastEvent } = await viewOf(team.admin, id)
    await team.admin.api.changes[':id'].apply.$post({ param: { id: String(id) }, json: {} })
    await saying(team, id, 'begun')

    const answer = await team.admin.api.changes[':id'].cancel.$post({ param: { id: String(id) } })
    await untilSettled(team, team.admin, id, String(lastEvent))

    expect(await answer.json()).toMatchObject({ status: 'cancelled' })
    expect(await resultsOf(team.admin, id)).toEqual({
      'slow@dev': 'cancelled',
      'after@dev': 'cancelled',
    })
  })
})

describe('a request that is sent twice', () => {
  test('with one key is carried out once, and answered the same', async ({ team }) => {
    await team.project(shop('{ approvals: 0 }'))
    const send = (reason: string, key = 'k-1') =>
      fetch(`${team.url}/api/v1/changes`, {
        method: 'POST',
        headers: {
          ...team.admin.headers,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify({ project: 'shop', reason, select: {} }),
      })

    const first = await send('once')
    const second = await send('once')
    const other = await send('another')

    expect([first.status, second.status, other.status]).toEqual([201, 201, 409])
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await second.json()).toEqual(await first.json())
    const { items } = await (await team.admin.api.changes.$get({ query: {} })).json()
    expect(items.map(({ reason }) => reason)).toEqual(['once'])
    await untilSettled(team, team.admin, items[0]?.id ?? 0)
  })
})

test('a repository that another project is made of cannot be added under a second name', async ({
  team,
}) => {
  const repository = await team.project(shop('{ approvals: 0 }'))
  const again = await team.admin.api.projects
    .$post({ json: { source: repository.root, name: 'other' } })
    .catch((error: unknown) => error)
  expect(again).toMatchObject({ code: 'conflict' })
  const elsewhere = await aRepository({ 'main.tf': '' })
  const taken = await team.admin.api.projects
    .$post({ json: { source: elsewhere.root, name: 'shop' } })
    .catch((error: unknown) => error)
  expect(taken).toMatchObject({ code: 'conflict' })
  await elsewhere.dispose()
})

async function saying(team: Team, id: number, word: string): Promise<void> {
  for (;;) {
    const { nodes } = await viewOf(team.admin, id)
    for (const { run } of nodes) {
      const pieces = run === undefined ? [] : await team.server.context.runs.logs(run.id, 0)
      if (pieces.some(({ phase, text }) => phase === 'apply' && text.includes(word))) return
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
