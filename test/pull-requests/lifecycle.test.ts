import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { sized, twoComponents, waitingJob } from './platforms.ts'
import { hostKinds, pullRequestOf, test } from './world.ts'

describe.each(hostKinds)('a pull request on %s', { timeout: 240_000 }, (kind) => {
  test('is planned, applied by a comment, and merged', async ({ aWorld }) => {
    const world = await aWorld({ kind, files: twoComponents() })
    const { host } = world
    const number = await world.open(sized('network', 2))
    const planned = await world.untilSaid(number, /`portolan apply`/)
    expect(planned).toContain('network')
    expect(planned).not.toContain('`db`')
    await world.untilQuiet()
    expect(world.statuses(number)['portolan']).toMatchObject({ state: 'pending' })
    expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
    await world.untilStatus(number, 'merged')
    await world.untilQuiet()
    expect(world.comment(number)).toContain('Merged')
    expect(world.statuses(number)['portolan']).toMatchObject({ state: 'success' })
    expect(await host.tip('main')).toBe(host.pullRequest(number).mergeCommit)
  })

  test('that is pushed to while it is planned is planned at its newest head', async ({
    aWorld,
  }) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'waiting-'))
    const file = path.join(directory, 'go')
    try {
      const world = await aWorld({ kind, files: waitingJob(file) })
      const number = await world.open(sized('slow', 2))
      await expect.poll(() => existsSync(`${file}.begun`), { timeout: 30_000 }).toBe(true)
      const head = await world.host.push({ branch: 'change-1', files: sized('slow', 3) })
      await expect
        .poll(async () => (await pullRequestOf(world, number)).change?.id, { timeout: 30_000 })
        .toBe(2)
      await writeFile(file, '')
      await world.untilSaid(number, head.slice(0, 10))
      await world.untilQuiet()
      const { change, changes } = await pullRequestOf(world, number)
      expect(change).toMatchObject({ id: 2, status: 'open' })
      expect(changes.at(-1)).toMatchObject({
        status: 'closed',
        closedBecause: 'superseded by change-2',
      })
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })

  test('that is pushed over between its approval and its apply is not applied', async ({
    aWorld,
  }) => {
    const world = await aWorld({ kind, files: twoComponents() })
    const number = await world.open(sized('network', 2))
    await world.untilSaid(number, /`portolan apply`/)
    await world.untilQuiet()
    expect(await world.say(number, 'boss', 'portolan approve')).toMatch(/^done/)
    // Nobody hears of it: the apply has to look for itself.
    world.host.deliveries.mode = 'drop'
    await world.host.push({ branch: 'change-1', files: sized('network', 666), force: true })
    await world.applyOverApi(number)
    await world.untilQuiet()
    expect(await world.resources()).toEqual([])
    world.host.deliveries.mode = 'deliver'
    const { change } = await pullRequestOf(world, number)
    expect(change).toMatchObject({ id: 2, status: 'open' })
  })

  test('is closed: what was planned of it is over, and nothing can be applied', async ({
    aWorld,
  }) => {
    const world = await aWorld({ kind, files: twoComponents() })
    const number = await world.open(sized('network', 2))
    await world.untilSaid(number, /`portolan apply`/)
    await world.host.close(number)
    await expect
      .poll(async () => (await pullRequestOf(world, number)).change?.status, { timeout: 30_000 })
      .toBe('closed')
    expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^refused: change-1 is closed/)
    await world.host.reopen(number)
    await expect
      .poll(async () => (await pullRequestOf(world, number)).change, { timeout: 30_000 })
      .toMatchObject({ id: 2, status: 'open' })
    expect(await world.resources()).toEqual([])
  })
})
