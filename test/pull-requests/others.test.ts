import { describe, expect } from 'vitest'
import { keeps, sized, twoComponents } from './platforms.ts'
import { hostsFor, pullRequestOf, test } from './world.ts'

describe.each(hostsFor('gitlab'))(
  'what others do meanwhile on %s',
  { timeout: 240_000 },
  (kind) => {
    test('two pull requests on one workspace: one holds it, the other waits and is planned again', async ({
      aWorld,
    }) => {
      const world = await aWorld({
        kind,
        files: twoComponents({ more: 'pull_requests: { merge: manual }' }),
      })
      const { host } = world
      const first = await world.open(sized('network', 2))
      const second = await world.open(sized('network', 3))
      for (const number of [first, second]) await world.untilSaid(number, /`portolan apply`/)
      await world.untilQuiet()
      expect(await world.say(first, 'ada', 'portolan apply')).toMatch(/^done/)
      await world.untilSaid(first, /done/)
      await world.untilQuiet()
      // Its plan was made from a state that is not current any more: it was planned again by itself.
      await expect
        .poll(async () => (await pullRequestOf(world, second)).changes.length, { timeout: 30_000 })
        .toBe(2)
      await world.untilQuiet()
      expect(await world.say(second, 'ada', 'portolan apply')).toMatch(/^done/)
      await world.untilQuiet()
      const waiting = await pullRequestOf(world, second)
      expect(waiting.change).toMatchObject({ status: 'open' })
      expect(waiting.reservations).toMatchObject([
        { workspace: 'network@dev', holder: { number: first } },
      ])
      expect(await world.untilSaid(second, /reserved/)).toContain(`#`)
      // The first is merged: the other one conflicts with it, and says so.
      await host.merge(first, 'boss')
      await expect
        .poll(async () => (await pullRequestOf(world, second)).verdict, { timeout: 30_000 })
        .toMatch(/conflicts/)
      await host.push({ branch: 'change-2', from: 'main', force: true, files: sized('network', 3) })
      await world.untilSaid(second, /`portolan apply`/)
      await world.untilQuiet()
      expect(await world.say(second, 'ada', 'portolan apply')).toMatch(/^done/)
      await world.untilQuiet()
      expect((await pullRequestOf(world, second)).change).toMatchObject({ status: 'done' })
    })

    test('a base that moves on other files changes nothing; one that moves on these makes the plan anew', async ({
      aWorld,
    }) => {
      const world = await aWorld({ kind, files: twoComponents() })
      const { host } = world
      const number = await world.open(sized('network', 2))
      await world.untilSaid(number, /`portolan apply`/)
      await world.untilQuiet()
      await host.push({ branch: 'main', files: { ...sized('db', 7), 'README.md': 'read me\n' } })
      await world.untilQuiet()
      const kept = await pullRequestOf(world, number)
      expect(kept.change).toMatchObject({ id: 1, status: 'open' })
      expect(kept.plannedBase).toBe(await host.tip('main'))
      await host.push({ branch: 'main', files: { 'infra/network/main.tf': keeps('# other') } })
      await expect
        .poll(async () => (await pullRequestOf(world, number)).change, { timeout: 30_000 })
        .toMatchObject({ id: 2, status: 'open' })
      await world.untilSaid(number, /`portolan apply`/)
      await world.untilQuiet()
      expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
      await world.untilStatus(number, 'merged')
    })

    test('an apply that fails half-way says what was done; what failed is resumed or pushed anew', async ({
      aWorld,
    }) => {
      const fails = `resource "terraform_data" "fails" { provisioner "local-exec" { command = "exit 3" } }`
      const world = await aWorld({ kind, files: twoComponents() })
      const { host } = world
      const number = await world.open({ ...sized('network', 2), 'infra/db/main.tf': keeps(fails) })
      await world.untilSaid(number, /`portolan apply`/)
      await world.untilQuiet()
      expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
      await world.untilSaid(number, /failed/)
      await world.untilQuiet()
      expect(host.pullRequest(number).status).toBe('open')
      expect(world.statuses(number)).toMatchObject({
        portolan: { state: expect.stringMatching(/^fail/) },
        'portolan/network@dev': { state: 'success' },
        'portolan/db@dev': { state: expect.stringMatching(/^fail/) },
      })
      await host.push({ branch: 'change-1', files: { 'infra/db/main.tf': keeps('# mended') } })
      await expect
        .poll(async () => (await pullRequestOf(world, number)).change?.id, { timeout: 30_000 })
        .toBe(2)
      await world.untilSaid(number, /`portolan apply`/)
      await world.untilQuiet()
      expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
      await world.untilStatus(number, 'merged')
    })

    test('a merge that the host refuses is told, and tried again when it may work', async ({
      aWorld,
    }) => {
      const world = await aWorld({ kind, files: twoComponents() })
      const { host } = world
      host.protect('main', { approvals: 1 })
      const number = await world.open(sized('network', 2))
      await world.untilSaid(number, /`portolan apply`/)
      await world.untilQuiet()
      expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
      await world.untilSaid(number, /not merged: /)
      expect(host.pullRequest(number).status).toBe('open')
      await host.review(number, 'boss', 'approve')
      await world.untilStatus(number, 'merged')
    })
  },
)
