import { describe, expect } from 'vitest'
import { shop } from '../server/platforms.ts'
import { hostKinds, test } from './world.ts'

describe.each(hostKinds)('a pull request on %s', (kind) => {
  test('is planned, applied by a comment, and merged', async ({ aWorld }) => {
    const world = await aWorld({ kind, files: shop('{}') })
    const { host } = world
    const number = await world.open({
      'portolan.yaml': shop('{}')['portolan.yaml'].replace('size: 1', 'size: 2'),
    })
    const planned = await world.untilSaid(number, /portolan apply/)
    expect(planned).toContain('network')
    expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
    await expect.poll(() => host.pullRequest(number).status, { timeout: 60_000 }).toBe('merged')
    await world.untilQuiet()
  })
})
