import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import type { Repository } from '../support/repository.ts'
import { type Member, type Team, test } from '../support/team.ts'
import { shop } from './platforms.ts'

const at = (number: number) => ({ param: { project: 'shop', number: String(number) } })
const pulls = ({ api }: Member) => api.projects[':project']['pull-requests']

async function push(repository: Repository, branch: string, size = 2): Promise<string> {
  await repository.git('checkout', '-q', '-B', branch, 'main')
  const manifest = shop('{ approvals: 1 }')['portolan.yaml'] ?? ''
  await repository.write({ 'portolan.yaml': manifest.replace('size: 1 }', `size: ${size} }`) })
  const commit = await repository.commit(`feat: ${branch}`)
  await repository.git('checkout', '-q', 'main')
  return commit
}

async function propose(member: Member, branch: string) {
  const json = { branch, title: `Propose ${branch}` }
  return (await pulls(member).$post({ param: { project: 'shop' }, json })).json()
}

/** Until all that was asked for is answered and planned. */
async function settled(member: Member, number: number) {
  for (;;) {
    const view = await (await pulls(member)[':number'].$get(at(number))).json()
    const isAnswered = view.commands.every(({ status }) => status !== 'received')
    if (isAnswered && (view.plannedHead === view.headCommit || view.status !== 'open')) {
      const id = view.change?.id
      if (id === undefined) return view
      const { working } = await (
        await member.api.changes[':id'].$get({ param: { id: String(id) } })
      ).json()
      if (working === undefined) return view
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const refusal = (code: string) => expect.objectContaining({ code })

describe('who may what with a pull request of plain git', () => {
  const prepare = async (team: Team) => {
    const repository = await team.project(shop('{ approvals: 1 }'))
    const planner = await team.member('ada', 'planner')
    const head = await push(repository, 'bigger')
    const opened = await propose(planner, 'bigger')
    return { repository, planner, head, opened }
  }

  test('a planner proposes, and changes and closes what is theirs', async ({ team }) => {
    const { planner, head, opened } = await prepare(team)
    expect(opened).toMatchObject({
      number: 1,
      forge: 'git',
      author: 'ada',
      headCommit: head,
      baseBranch: 'main',
      status: 'open',
      may: { comment: true, plan: true, merge: false, close: true },
    })
    expect(opened).not.toHaveProperty('url')
    const other = await team.member('grace', 'planner')
    await expect(
      pulls(other)[':number'].$patch({ ...at(1), json: { title: 'Mine' } }),
    ).rejects.toEqual(refusal('forbidden'))
    const closed = await pulls(planner)[':number'].$patch({ ...at(1), json: { status: 'closed' } })
    expect(await closed.json()).toMatchObject({ status: 'closed', verdict: 'closed' })
    const applier = await team.member('zoe', 'applier')
    const json = { status: 'open', title: 'Bigger', draft: true } as const
    const opened2 = await pulls(applier)[':number'].$patch({ ...at(1), json })
    expect(await opened2.json()).toMatchObject({ status: 'open', title: 'Bigger', isDraft: true })
    await expect(
      pulls(planner)[':number'].merge.$post({ ...at(1), json: { head } }),
    ).rejects.toEqual(refusal('forbidden'))
  })

  test('a viewer looks, an approver comments, and who has no place in it knows nothing', async ({
    team,
  }) => {
    await prepare(team)
    const viewer = await team.member('vic', 'viewer')
    expect((await settled(viewer, 1)).may).toEqual({
      comment: false,
      plan: false,
      merge: false,
      close: false,
    })
    const say = (member: Member) =>
      pulls(member)[':number'].comments.$post({ ...at(1), json: { body: 'fine' } })
    await expect(say(viewer)).rejects.toEqual(refusal('forbidden'))
    await expect(propose(viewer, 'bigger')).rejects.toEqual(refusal('forbidden'))
    expect((await say(await team.member('ann', 'approver'))).status).toBe(201)
    const elsewhere = { id: randomUUID(), name: 'elsewhere', repository: 'elsewhere' }
    await team.server.context.db.insertInto('projects').values(elsewhere).execute()
    const stranger = await team.member('eve', { role: 'admin', project: 'elsewhere' })
    await expect(pulls(stranger)[':number'].$get(at(1))).rejects.toEqual(refusal('not_found'))
    const listed = await stranger.api['pull-requests'].$get({ query: {} })
    expect(await listed.json()).toEqual({ items: [], next: null })
  })

  test('only the environments that somebody may read are told', async ({ team }) => {
    const { planner } = await prepare(team)
    await settled(planner, 1)
    const narrow = await team.member('nat', { role: 'viewer', project: 'shop', environment: 'dev' })
    const one = await settled(narrow, 1)
    expect(one.change).toBeDefined()
    expect(one.verdict).not.toContain('prod')
    const said = async (member: Member) => {
      const { comments } = await settled(member, 1)
      return comments.map(({ body }) => body).join()
    }
    await expect.poll(() => said(planner), { timeout: 30_000 }).toContain('network@prod')
    const body = 'portolan approve'
    await pulls(planner)[':number'].comments.$post({ ...at(1), json: { body } })
    expect((await settled(planner, 1)).commands.at(-1)?.answer).toContain('prod')
    const view = await settled(narrow, 1)
    expect(view).toMatchObject({ reservations: [], commands: [{ status: 'refused' }] })
    expect(view.comments.map((comment) => comment.body)).toEqual([body])
    expect(view.commands[0]).not.toHaveProperty('answer')
    expect(view.mergeRefused).not.toContain('@prod')
    const applier = await team.member('max', {
      role: 'applier',
      project: 'shop',
      environment: 'dev',
    })
    const json = { head: view.headCommit }
    await expect(pulls(applier)[':number'].merge.$post({ ...at(1), json })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/^#1 cannot be merged: (?!.*@prod).* not applied/),
    })
  })

  test('what was pushed since is seen at once by who says that there is something', async ({
    team,
  }) => {
    const { repository, planner, opened } = await prepare(team)
    await settled(planner, 1)
    const head = await push(repository, 'bigger', 3)
    await expect(propose(planner, 'bigger')).rejects.toMatchObject({ details: { number: 1 } })
    const again = await (await pulls(planner)[':number'].$get(at(1))).json()
    expect(again.headCommit).toBe(head)
    expect(again.headCommit).not.toBe(opened.headCommit)
    const newest = await push(repository, 'bigger', 4)
    const looked = await pulls(planner)[':number'].plan.$post(at(1))
    expect(await looked.json()).toMatchObject({ headCommit: newest })
  })

  test('who lets a draft be planned lets the head be planned that it has, and no later one', async ({
    team,
  }) => {
    const { repository, planner } = await prepare(team)
    await push(repository, 'draft')
    const json = { branch: 'draft', title: 'Not yet', draft: true }
    await pulls(planner).$post({ param: { project: 'shop' }, json })
    const head = await push(repository, 'draft', 3)
    await pulls(planner)[':number'].plan.$post(at(2))
    expect(await settled(planner, 2)).toMatchObject({ plannedHead: head, permittedBy: 'ada' })
    await push(repository, 'draft', 4)
    await expect(propose(planner, 'draft')).rejects.toEqual(refusal('conflict'))
    const after = await (await pulls(planner)[':number'].$get(at(2))).json()
    expect(after).not.toHaveProperty('permittedBy')
    expect(after.verdict).toMatch(/^a draft/)
  })

  test('a token that stands for less than its person gives no command', async ({ team }) => {
    const { opened } = await prepare(team)
    const zoe = await team.member('zoe', 'operator')
    const made = await zoe.api.tokens.$post({
      json: { name: 'small', permissions: ['read', 'change:plan'], personal: true },
    })
    const { token } = await made.json()
    const answer = await fetch(
      `${team.url}/api/v1/projects/shop/pull-requests/${opened.number}/comments`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ body: '`portolan apply`' }),
      },
    )
    expect(answer.status).toBe(403)
    expect((await settled(zoe, 1)).commands).toEqual([])
    // Nor does it become one later, when comments are looked for.
    expect((await settled(zoe, 1)).comments.filter(({ isPortolans }) => !isPortolans)).toEqual([])
  })

  test('on a host that is not Portolan is told to go there', async ({ team }) => {
    const { planner } = await prepare(team)
    await team.admin.api.projects[':project'].forge.$put({
      param: { project: 'shop' },
      json: {
        kind: 'github',
        apiUrl: 'http://127.0.0.1:1',
        repository: 'acme/shop',
        credentials: { type: 'token', token: 'none' },
      },
    })
    await expect(propose(planner, 'other')).rejects.toMatchObject({
      code: 'conflict',
      message: 'the pull requests of shop are on 127.0.0.1:1',
      details: { openAt: 'http://127.0.0.1:1/acme/shop/pull/new/other' },
    })
  })
})

describe('a pull request of plain git', { timeout: 120_000 }, () => {
  test('is planned, approved and applied by comments of two people, and merged', async ({
    team,
  }) => {
    const repository = await team.project(shop('{ approvals: 1 }'))
    await repository.git('config', 'receive.denyCurrentBranch', 'updateInstead')
    const ada = await team.member('ada', 'applier')
    const grace = await team.member('grace', 'operator')
    const head = await push(repository, 'bigger')
    await propose(ada, 'bigger')
    const waits = await settled(ada, 1)
    expect(waits.plannedHead).toBe(head)
    expect(waits.mergeRefused).toContain('workspaces are not applied')
    const say = async (member: Member, body: string) => {
      await pulls(member)[':number'].comments.$post({ ...at(1), json: { body } })
      return settled(member, 1)
    }
    const asked = await say(ada, 'portolan aply')
    expect(asked.commands.at(-1)).toMatchObject({ status: 'refused', author: 'ada' })
    // Planned, applied in dev, planned for real in prod, approved there, applied.
    for (let round = 0; round < 6; round += 1) {
      const { status } = await say(grace, 'portolan approve')
      if (status !== 'open') break
      await say(ada, 'portolan apply')
    }
    for (;;) {
      const { status } = await settled(ada, 1)
      if (status === 'merged') break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(await repository.git('log', '-1', '--format=%s', 'main')).toBe(
      'Merge #1: Propose bigger',
    )
    const { items } = await (
      await ada.api['pull-requests'].$get({ query: { status: 'merged', project: 'shop' } })
    ).json()
    expect(items).toMatchObject([{ number: 1, verdict: 'merged' }])
  })

  test('reserves nothing any more when its change is cancelled', async ({ team }) => {
    const repository = await team.project(shop('{ approvals: 1 }'))
    const ada = await team.member('ada', 'applier')
    const grace = await team.member('grace', 'operator')
    await push(repository, 'bigger')
    await propose(ada, 'bigger')
    const { change } = await settled(ada, 1)
    await pulls(grace)[':number'].comments.$post({ ...at(1), json: { body: 'portolan approve' } })
    const reserved = async () =>
      (await settled(ada, 1)).reservations.map(({ workspace }) => workspace)
    await expect.poll(reserved, { timeout: 30_000 }).toContain('network@dev')
    await ada.api.changes[':id'].cancel.$post({ param: { id: String(change?.id) } })
    expect(await reserved()).toEqual([])
  })

  test('is planned anew for whoever asks, also when what was planned was given up', async ({
    team,
  }) => {
    const repository = await team.project(shop('{ approvals: 1 }'))
    const ada = await team.member('ada', 'applier')
    await push(repository, 'bigger')
    await propose(ada, 'bigger')
    const change = async () => (await settled(ada, 1)).change?.id
    const first = await change()
    await pulls(ada)[':number'].plan.$post(at(1))
    const second = await change()
    expect(second).not.toBe(first)
    await ada.api.changes[':id'].cancel.$post({ param: { id: String(second) } })
    expect(await change()).toBe(second)
    await pulls(ada)[':number'].plan.$post(at(1))
    expect(await change()).not.toBe(second)
    expect((await settled(ada, 1)).change?.status).toBe('open')
  })

  test('is not said of a newer head why an older one could not be planned', async ({ team }) => {
    const repository = await team.project(shop('{ approvals: 1 }'))
    const ada = await team.member('ada', 'applier')
    await repository.git('checkout', '-q', '-B', 'broken', 'main')
    await repository.write({ 'portolan.yaml': 'version: 1\ncomponents: 7\n' })
    await repository.commit('feat: nothing that can be read')
    await repository.git('checkout', '-q', 'main')
    await propose(ada, 'broken')
    const problem = async () => {
      const view = await pulls(ada)[':number'].$get(at(1))
      return (await view.json()).problem
    }
    await expect.poll(problem, { timeout: 30_000 }).toContain('portolan.yaml')
    await push(repository, 'broken', 3)
    const seen = await (await pulls(ada)[':number'].plan.$post(at(1))).json()
    expect(seen.problem).toBeUndefined()
    expect((await settled(ada, 1)).change).toBeDefined()
  })

  test('lets go of what it reserves when somebody says so, although all is applied', async ({
    team,
  }) => {
    const repository = await team.project({
      'portolan.yaml':
        'version: 1\nproject: shop\nenvironments: { dev: {} }\ncomponents: { db: { terraform: db } }\npull_requests: { merge: manual }\n',
      'db/main.tf': 'resource "terraform_data" "db" {}\n',
    })
    const ada = await team.member('ada', 'applier')
    await repository.git('checkout', '-q', '-B', 'more', 'main')
    await repository.write({ 'db/more.tf': 'resource "terraform_data" "more" {}\n' })
    await repository.commit('feat: more')
    await repository.git('checkout', '-q', 'main')
    await propose(ada, 'more')
    const say = async (body: string) => {
      await pulls(ada)[':number'].comments.$post({ ...at(1), json: { body } })
      return settled(ada, 1)
    }
    await settled(ada, 1)
    const applied = await say('portolan apply')
    expect(applied).toMatchObject({
      change: { status: 'done' },
      reservations: [{ workspace: 'db@dev' }],
    })
    const refused = await say('portolan discard')
    expect(refused.commands.at(-1)).toMatchObject({ status: 'refused' })
    const free = await say('portolan unlock')
    expect(free.commands.at(-1)).toMatchObject({
      status: 'done',
      answer: 'What it reserved is free.',
    })
    expect(free.reservations).toEqual([])
  })

  test('that changes a gate is merged by nobody but who may apply everywhere', async ({ team }) => {
    const repository = await team.project(shop('{ approvals: 1 }'))
    await repository.git('config', 'receive.denyCurrentBranch', 'updateInstead')
    const dev = await team.member(
      'dev',
      { role: 'planner', project: 'shop' },
      { role: 'applier', project: 'shop', environment: 'dev' },
    )
    await repository.git('checkout', '-q', '-B', 'easier', 'main')
    const manifest = shop('{}')['portolan.yaml'].replace('dev: {}', 'dev: { values: { size: 2 } }')
    await repository.write({ 'portolan.yaml': manifest })
    const head = await repository.commit('feat: less to ask')
    await repository.git('checkout', '-q', 'main')
    await propose(dev, 'easier')
    expect((await settled(dev, 1)).change).toBeDefined()
    const apply = async () => {
      await pulls(dev)[':number'].comments.$post({ ...at(1), json: { body: 'portolan apply' } })
      return settled(dev, 1)
    }
    // What was planned from planned values is planned again, and asked for again.
    await expect.poll(async () => (await apply()).change?.status, { timeout: 60_000 }).toBe('done')
    await expect
      .poll(async () => (await settled(dev, 1)).mergeProblem, { timeout: 30_000 })
      .toMatch(/^it changes the gate of prod/)
    const narrow = await team.member('nat', { role: 'viewer', project: 'shop', environment: 'dev' })
    const { items } = await (await narrow.api['pull-requests'].$get({ query: {} })).json()
    const { mergeProblem, verdict } = await settled(narrow, 1)
    for (const text of [mergeProblem, verdict, items[0]?.verdict]) {
      expect(text).toMatch(/why is told to those who may read all of the project$/)
    }
    const merge = (member: Member) =>
      pulls(member)[':number'].merge.$post({ ...at(1), json: { head } })
    await expect(merge(dev)).rejects.toEqual(refusal('forbidden'))
    expect(await (await merge(team.admin)).json()).toMatchObject({ status: 'merged' })
  })
})
