import { describe, expect } from 'vitest'
import { keeps, sized, twoComponents } from './platforms.ts'
import { hostKinds, pullRequestOf, test as withWebhooks } from './world.ts'

const test = withWebhooks.extend({ poll: 300 })

describe.each(hostKinds)('without a single webhook of %s', { timeout: 240_000 }, (kind) => {
  test('everything happens all the same', async ({ aWorld }) => {
    const world = await aWorld({ kind, files: twoComponents() })
    const { host } = world
    host.deliveries.mode = 'drop'
    const first = await world.open(sized('network', 2))
    const second = await world.open(sized('db', 2))
    for (const number of [first, second]) await world.untilSaid(number, /`portolan apply`/)
    await host.push({ branch: 'main', files: { 'infra/db/main.tf': keeps('# other') } })
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
    expect(host.deliveries.all.filter(({ answered }) => answered !== undefined)).toHaveLength(1)
  })
})
