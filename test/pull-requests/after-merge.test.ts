import { describe, expect } from 'vitest'
import { keeps, sized } from './platforms.ts'
import { hostsFor, pullRequestOf, test, type World } from './world.ts'

/** What is applied in dev before the merge, and in prod by it. */
function stages({ gate = '', more = '' } = {}): Readonly<Record<string, string>> {
  return {
    'portolan.yaml': `
version: 1
project: shop
environments:
  dev: {}
  prod: { after: dev, apply: after-merge${gate} }
components:
  network: { terraform: infra/network }
  db: { terraform: infra/db }
${more}`,
    ...sized('network', 1),
    ...sized('db', 1),
    'infra/network/main.tf': keeps(),
    'infra/db/main.tf': keeps(),
  }
}

const manual = 'pull_requests: { merge: manual }'

describe.each(hostsFor('github'))(
  'what is applied by merging on %s',
  { timeout: 240_000 },
  (kind) => {
    test('dev is applied before the merge, prod by it, from the plans that were shown', async ({
      aWorld,
    }) => {
      const world = await aWorld({ kind, files: stages() })
      const number = await planned(world)
      const shown = await runsOf(world, number)
      expect(shown).toMatchObject({
        'network@dev': { result: 'planned' },
        'network@prod': { result: 'planned' },
      })
      expect(await world.say(number, 'ada', 'portolan apply -e prod')).toMatch(
        /^refused: prod is applied by merging/,
      )
      expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
      await world.untilStatus(number, 'merged')
      await untilResults(world, number, { 'network@dev': 'applied', 'network@prod': 'applied' })
      await world.untilQuiet()
      const now = await runsOf(world, number)
      expect(now['network@prod']).toMatchObject({
        run: shown['network@prod']?.run,
        digest: shown['network@prod']?.digest,
      })
      expect(await world.resources()).toHaveLength(2)
      expect(world.comment(number)).toContain('Merged')
      expect(await standingsOf(world)).toMatchObject({ 'network@prod': { status: 'in-sync' } })
    })

    test('a gate of prod waits after the merge, too', async ({ aWorld }) => {
      const world = await aWorld({ kind, files: stages({ gate: ', gate: { approvals: 1 }' }) })
      const number = await planned(world)
      expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
      await world.untilStatus(number, 'merged')
      await world.untilQuiet()
      expect(await resultsOf(world, number)).toEqual({
        'network@dev': 'applied',
        'network@prod': 'planned',
      })
      expect(world.comment(number)).toContain('Merged')
      expect(world.comment(number)).toMatch(/approv/)
      expect(await world.say(number, 'boss', 'portolan approve -e prod')).toMatch(/^done/)
      expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
      await untilResults(world, number, { 'network@prod': 'applied' })
    })

    test('what was merged and is not what was planned is not applied, and that is said', async ({
      aWorld,
    }) => {
      const world = await aWorld({ kind, files: stages({ more: manual }) })
      const { host } = world
      const number = await appliedInDev(world)
      // Nobody sees that main moves before the merge.
      host.deliveries.mode = 'drop'
      await host.push({ branch: 'main', files: { 'infra/network/main.tf': keeps('# other') } })
      host.deliveries.mode = 'deliver'
      await host.merge(number, 'boss', 'squash')
      await world.untilSaid(number, /not what was planned/)
      await world.untilQuiet()
      expect(await resultsOf(world, number)).toMatchObject({ 'network@prod': 'cancelled' })
      expect(await world.resources()).toHaveLength(1)
      // Nor is it applied because somebody says so.
      expect(await world.say(number, 'ada', 'portolan apply -e prod')).toMatch(/^refused/)
      await expect(world.applyOverApi(number)).rejects.toThrow(/is closed: main is not what was/)
      await world.untilQuiet()
      expect(await world.resources()).toHaveLength(1)
    })

    test('a main that moved elsewhere meanwhile is no other plan', async ({ aWorld }) => {
      const world = await aWorld({ kind, files: stages({ more: manual }) })
      const { host } = world
      const number = await appliedInDev(world)
      host.deliveries.mode = 'drop'
      await host.push({ branch: 'main', files: { 'README.md': 'read me\n' } })
      host.deliveries.mode = 'deliver'
      await host.merge(number, 'boss', 'squash')
      await untilResults(world, number, { 'network@prod': 'applied' })
    })

    test('what is merged by hand before it was applied is shown so, and can be applied by a comment', async ({
      aWorld,
    }) => {
      const world = await aWorld({ kind, files: stages() })
      const { host } = world
      const first = await planned(world)
      expect(await world.say(first, 'ada', 'portolan apply')).toMatch(/^done/)
      await untilResults(world, first, { 'network@dev': 'applied', 'network@prod': 'applied' })
      await world.untilQuiet()
      const number = await planned(world, 3)
      await host.merge(number, 'boss')
      await expect
        .poll(async () => (await pullRequestOf(world, number)).status, inTheEnd)
        .toBe('merged')
      await world.untilQuiet()
      expect(await resultsOf(world, number)).toEqual({
        'network@dev': 'planned',
        'network@prod': 'planned',
      })
      await expect
        .poll(() => standingsOf(world), inTheEnd)
        .toMatchObject({
          'network@dev': { pullRequest: { number, status: 'merged' } },
        })
      expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
      await untilResults(world, number, { 'network@dev': 'applied', 'network@prod': 'applied' })
      await world.untilQuiet()
      expect(await standingsOf(world)).toMatchObject({ 'network@dev': { status: 'in-sync' } })
    })

    test('what was applied and is closed without being merged is shown until it is resolved', async ({
      aWorld,
    }) => {
      const world = await aWorld({ kind, files: stages({ more: manual }) })
      const { host } = world
      const number = await appliedInDev(world)
      await host.close(number)
      await expect
        .poll(() => standingsOf(world), inTheEnd)
        .toMatchObject({
          'network@dev': {
            status: 'unmerged',
            because: expect.stringMatching(/#1, which was closed without being merged/),
            pullRequest: { number, status: 'closed' },
          },
        })
      await world.untilQuiet()
      expect((await pullRequestOf(world, number)).change).toMatchObject({ status: 'closed' })
      const inbox = await (await world.team.admin.api.inbox.$get()).json()
      expect(inbox.items).toMatchObject([{ kind: 'unmerged', pullRequest: number }])
    })
  },
)

const inTheEnd = { timeout: 60_000, interval: 200 }

async function untilResults(
  world: World,
  number: number,
  results: Readonly<Record<string, string>>,
): Promise<void> {
  await expect.poll(() => resultsOf(world, number), inTheEnd).toMatchObject(results)
}

async function planned(world: World, size = 2): Promise<number> {
  const number = await world.open(sized('network', size), { from: 'main' })
  await world.untilSaid(number, /`portolan apply`/)
  await world.untilQuiet()
  return number
}

/** What is not merged by itself then. */
async function appliedInDev(world: World): Promise<number> {
  const number = await planned(world)
  expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
  await untilResults(world, number, { 'network@dev': 'applied' })
  await world.untilQuiet()
  return number
}

async function nodesOf(world: World, number: number) {
  const { change } = await pullRequestOf(world, number)
  const answer = await world.team.admin.api.changes[':id'].$get({
    param: { id: String(change?.id) },
  })
  return (await answer.json()).nodes
}

async function resultsOf(world: World, number: number): Promise<Record<string, string>> {
  const nodes = await nodesOf(world, number)
  return Object.fromEntries(nodes.map(({ name, result }) => [name, result]))
}

async function runsOf(world: World, number: number) {
  const nodes = await nodesOf(world, number)
  return Object.fromEntries(
    nodes.map(({ name, result, run, digest }) => [name, { result, run: run?.id, digest }]),
  )
}

/** What the overview says of each workspace. */
async function standingsOf({ team, project }: World) {
  const answer = await team.admin.api.overview.$get({ query: { project } })
  const { projects } = await answer.json()
  const workspaces = projects.flatMap((one) => one.workspaces)
  return Object.fromEntries(workspaces.map((one) => [one.name, one]))
}
