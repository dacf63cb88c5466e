import { describe, expect } from 'vitest'
import { keeps } from './platforms.ts'
import { test } from './world.ts'

const atlantis = `version: 3
automerge: true
projects:
- { name: net, dir: infra/net }
- { name: web, dir: infra/web, depends_on: [net], autoplan: { when_modified: ["*.tf*"] } }
- { name: other, dir: infra/other, workspace: dev, branch: /^release/ }
`

const files = {
  'atlantis.yaml': atlantis,
  ...Object.fromEntries(['net', 'web', 'other'].map((one) => [`infra/${one}/main.tf`, keeps()])),
}

describe('a pull request of a repository with an atlantis.yaml', () => {
  test('is planned, applied in the words of Atlantis, and merged', { timeout: 120_000 }, async ({
    aWorld,
  }) => {
    const world = await aWorld({ kind: 'github', files })
    const number = await world.open({
      'infra/net/size.auto.tfvars': 'size = 2\n',
      'infra/web/size.auto.tfvars': 'size = 2\n',
      'infra/other/size.auto.tfvars': 'size = 2\n',
    })
    const planned = await world.untilSaid(number, /`(portolan|atlantis) apply`/)
    expect(planned).toContain('net')
    expect(planned).toContain('web')
    expect(planned).not.toContain('other')
    await world.untilQuiet()
    expect(await world.say(number, 'ada', 'atlantis apply -p nothing')).toMatch(/^refused/)
    expect(await world.say(number, 'ada', 'atlantis apply -d infra/net')).toMatch(/^done/)
    await world.untilQuiet()
    expect(await world.resources()).toHaveLength(1)
    expect(await world.say(number, 'ada', 'atlantis apply -p web')).toMatch(/^done/)
    await world.untilStatus(number, 'merged')
  })
})
