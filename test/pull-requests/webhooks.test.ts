import { describe, expect } from 'vitest'
import { type Commented, happen, historiesOf, jobs } from './histories.ts'
import { keeps, sized, twoComponents } from './platforms.ts'
import { hostKinds, hostsFor, pullRequestOf, type World, test as withWebhooks } from './world.ts'

const seed = Number(process.env['PULL_REQUESTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

const test = withWebhooks.extend({ poll: 300 })

describe.each(hostsFor('gitlab'))(
  'without a single webhook of %s',
  { timeout: 240_000 },
  (kind) => {
    test('everything happens all the same', async ({ aWorld }) => {
      const world = await aWorld({ kind, files: twoComponents() })
      const { host, project } = world
      const param = { project }
      host.deliveries.mode = 'drop'
      const first = await world.open(sized('network', 2))
      const second = await world.open(sized('db', 2))
      for (const number of [first, second]) await world.untilSaid(number, /`portolan apply`/)
      await host.push({ branch: 'main', files: { 'infra/db/main.tf': keeps('# other') } })
      // As the server does by itself, once in a minute.
      await world.team.admin.api.projects[':project'].fetch.$post({ param })
      await expect
        .poll(async () => (await pullRequestOf(world, second)).change?.id, { timeout: 60_000 })
        .toBe(3)
      await world.untilSaid(second, /`portolan apply`/)
      expect((await pullRequestOf(world, first)).change).toMatchObject({ status: 'open' })
      expect(await world.say(first, 'ada', 'portolan apply')).toMatch(/^done/)
      await world.untilStatus(first, 'merged')
      await host.close(second)
      await expect
        .poll(async () => (await pullRequestOf(world, second)).status, { timeout: 60_000 })
        .toBe('closed')
      await world.untilQuiet()
      expect((await pullRequestOf(world, first)).status).toBe('merged')
      expect((await pullRequestOf(world, second)).change).toMatchObject({ status: 'closed' })
      expect(world.comment(first)).toContain('Merged')
      expect(await world.resources()).toEqual(['terraform_data.this'])
      expect(
        host.deliveries.all.filter(
          ({ event, answered }) => answered !== undefined && event !== 'ping',
        ),
      ).toEqual([])
    })
  },
)

describe('whatever happens on a host', { timeout: 240_000 }, () => {
  test.for(
    historiesOf(seed, 4).map((history, round) => ({
      round,
      kind: hostKinds[round % hostKinds.length] ?? 'github',
      history,
    })),
  )(
    `seed ${seed} (PULL_REQUESTS_SEED), round $round: in the end Portolan has what $kind has`,
    async ({ kind, history }, { aWorld }) => {
      const world = await aWorld({ kind, files: jobs })
      const { host, project } = world
      const { numbers, commands } = await happen(host, history)
      await world.team.admin.api.projects[':project'].fetch.$post({ param: { project } })
      const inTheEnd = { timeout: 90_000, interval: 300 }
      const seen = await seenOf(world, numbers)
      for (const number of seen) {
        await expect
          .poll(() => foundOf(world, number), inTheEnd)
          .toEqual(await expectedOf(world, number, commands))
      }
      await world.untilQuiet()
      for (const number of seen) {
        expect(await foundOf(world, number)).toEqual(await expectedOf(world, number, commands))
      }
      const { db } = world.team.server.context
      expect(
        await db.selectFrom('runs').select('id').where('applying_at', 'is not', null).execute(),
      ).toEqual([])
    },
  )
})

/** Nobody hears of one that was opened and closed while nobody was told. */
async function seenOf(world: World, numbers: readonly number[]): Promise<readonly number[]> {
  const { pullRequests } = world.team.server.context
  const [project] = await world.team.server.context.repositories.list()
  const found = await pullRequests.list({ projectIds: [project?.id ?? ''] })
  const known = new Set(found.map(({ number }) => number))
  return numbers.filter(
    (number) => known.has(number) || world.host.pullRequest(number).status === 'open',
  )
}

/** What Portolan has of a pull request. */
async function foundOf(world: World, number: number) {
  const own = world.host.commentsOf(number).filter(({ author }) => author === world.host.botLogin)
  const comments = own.length
  const seen = await pullRequestOf(world, number).catch(() => undefined)
  if (seen?.status === undefined) return { status: 'unseen', comments }
  const { status, headCommit, plannedBase, isDraft, changes, commands } = seen
  return {
    comments,
    status,
    headCommit,
    isDraft,
    plannedBase: isPlanned(world, number) ? plannedBase : undefined,
    open: changes.flatMap((one) => (one.status === 'open' ? [one.pullRequest?.head] : [])),
    commands: commands.map((one) => `${one.body}: ${one.status}`).toSorted(),
  }
}

/** What it should have by what is so on the host. */
async function expectedOf(
  world: World,
  number: number,
  commands: readonly Commented[],
): Promise<unknown> {
  const { status, head, isDraft } = world.host.pullRequest(number)
  // Somebody may have had a draft planned.
  const held = status === 'open' ? expect.toBeOneOf([[], [head]]) : []
  return {
    comments: 1,
    status,
    headCommit: head,
    isDraft,
    plannedBase: isPlanned(world, number) ? await world.host.tip('main') : undefined,
    open: isPlanned(world, number) ? [head] : held,
    commands: commands
      .filter((one) => one.number === number)
      .map(({ body }) => body)
      .toSorted()
      .map((body) => expect.stringMatching(`^${body}: (done|refused)$`)),
  }
}

function isPlanned({ host }: World, number: number): boolean {
  const { status, isDraft, labels } = host.pullRequest(number)
  return status === 'open' && (!isDraft || labels.includes('portolan'))
}

describe.each(hostsFor('github'))(
  'a webhook of %s that is handled once more',
  { timeout: 240_000 },
  (kind) => {
    withWebhooks('does nothing twice', async ({ aWorld }) => {
      const world = await aWorld({ kind, files: jobs })
      const { host, project, team } = world
      const { webhooks } = team.admin.api
      const number = await world.open({ 'one/size': '2\n' })
      await world.untilSaid(number, /`portolan apply`/)
      expect(await world.say(number, 'ada', 'portolan plan')).toMatch(/^done/)
      await world.untilQuiet()
      const before = await pullRequestOf(world, number)
      expect(before.changes).toHaveLength(2)
      for (const { id } of host.deliveries.all) await host.deliveries.redeliver(id)
      const { items } = await (await webhooks.$get({ query: { project } })).json()
      expect(items.length).toBeGreaterThan(3)
      for (const { id } of items) {
        const answer = await webhooks[':id'].replay.$post({ param: { id: String(id) } })
        expect(await answer.json()).toMatchObject({ times: 2 })
      }
      await world.untilQuiet()
      const { changes, commands, change } = await pullRequestOf(world, number)
      expect({ changes, commands, change }).toEqual({
        changes: before.changes,
        commands: before.commands,
        change: before.change,
      })
      expect(world.comment(number)).not.toBe('')
      expect(await world.resources()).toEqual([])
    })
  },
)
