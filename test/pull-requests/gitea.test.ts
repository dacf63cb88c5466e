import { expect } from 'vitest'
import type { GiteaHost } from '../support/hosts/gitea.ts'
import { sized, twoComponents } from './platforms.ts'
import { test } from './world.ts'

test('a pull request on Gitea is planned, applied by a comment, and merged', async ({ aWorld }) => {
  const world = await aWorld({ kind: 'gitea', files: twoComponents() })
  const { host } = world
  const number = await world.open(sized('network', 2))
  await world.untilSaid(number, /- apply them: `portolan apply`/)
  await world.untilQuiet()
  expect(world.statuses(number)['portolan']).toMatchObject({ state: 'pending' })
  expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
  await world.untilStatus(number, 'merged')
  await world.untilQuiet()
  expect(world.comment(number)).toContain('**Merged.**')
  expect(world.statuses(number)['portolan']).toMatchObject({ state: 'success' })
  expect(await host.tip('main')).toBe(host.pullRequest(number).mergeCommit)
})

test('what was pushed to refs/for is not planned until somebody says so', async ({ aWorld }) => {
  const world = await aWorld({ kind: 'gitea', files: twoComponents() })
  // A world of Gitea has Gitea's own.
  const host = world.host as GiteaHost
  await host.push({ branch: 'agit', files: sized('network', 2) })
  const { number } = await host.openAgit('agit', 'stranger')
  await world.untilSaid(number, /From a fork/)
  await world.untilQuiet()
  expect(world.comment(number)).not.toContain('network')
})
