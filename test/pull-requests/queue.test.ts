import { expect } from 'vitest'
import type { GitHubHost } from '../support/hosts/github.ts'
import { sized, twoComponents } from './platforms.ts'
import { test, type World } from './world.ts'

const files = twoComponents({ more: 'pull_requests: { merge: manual }' })

test('a merge queue is told no with what is not applied, and yes when all is', async ({
  aWorld,
}) => {
  const world = await aWorld({ kind: 'github', files })
  const number = await world.open({ ...sized('network', 2), ...sized('db', 2) })
  await world.untilSaid(number, /`portolan apply`/)
  await world.untilQuiet()
  const planned = await (world.host as GitHubHost).queue(number, true)
  // What it brings is not what a delivery says.
  expect(await answerTo(world, planned)).toMatchObject({
    state: 'failure',
    description: expect.stringMatching(/^not applied: (network@dev, db@dev|db@dev, network@dev)$/),
  })
  expect(await world.say(number, 'ada', 'portolan apply -c network')).toMatch(/^done/)
  await world.untilQuiet()
  const half = await queue(world, number)
  expect(await answerTo(world, half)).toMatchObject({
    state: 'failure',
    description: 'not applied: db@dev',
  })
  expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
  await world.untilQuiet()
  const whole = await queue(world, number)
  expect(await answerTo(world, whole)).toMatchObject({ state: 'success' })
  // What was said of one commit is not taken back.
  expect(world.host.statusesOf(planned).map(({ state }) => state)).toEqual(['failure'])
})

test('a merge queue is told nothing by way of a commit that cannot be read: it is no', async ({
  aWorld,
}) => {
  const world = await aWorld({ kind: 'github', files })
  const { host } = world
  const number = await world.open({ 'portolan.yaml': 'version: 1\nproject: shop\nnonsense: {}\n' })
  await world.untilQuiet()
  const commit = await queue(world, number)
  expect(await answerTo(world, commit)).toMatchObject({ state: 'failure' })
  const fine = await world.open({ 'README.md': 'read me\n' })
  await world.untilQuiet()
  // What nothing is to be applied of may become the head.
  expect(await answerTo(world, await queue(world, fine))).toMatchObject({ state: 'success' })
  // The group has what main got meanwhile, which nobody applied.
  const later = await world.open(sized('network', 5))
  await world.untilQuiet()
  await host.merge(later, 'boss')
  const other = await world.open(sized('db', 5))
  await world.untilQuiet()
  expect(await answerTo(world, await queue(world, other))).toMatchObject({
    state: 'failure',
    description: 'not applied: db@dev',
  })
})

function queue({ host }: World, number: number): Promise<string> {
  // A world of GitHub has GitHub's own.
  return (host as GitHubHost).queue(number)
}

async function answerTo({ host }: World, commit: string) {
  const own = () => host.statusesOf(commit).filter(({ context }) => context === 'portolan')
  await expect.poll(() => own().length, { timeout: 60_000 }).toBeGreaterThan(0)
  return own().at(-1)
}
