import { describe, expect } from 'vitest'
import { keeps, sized, twoComponents } from './platforms.ts'
import { pullRequestOf, test } from './world.ts'

const platform = twoComponents()['portolan.yaml'] ?? ''

/** What the base branch wants of dev from then on. */
const gated = platform.replace('dev: {}', 'dev: { gate: { approvals: 2 } }')

describe('what must hold for a pull request', { timeout: 240_000 }, () => {
  test('is what its base says now: a gate that it got after the plan holds', async ({ aWorld }) => {
    const world = await aWorld({ kind: 'github', files: twoComponents() })
    const number = await world.open(sized('network', 2))
    await world.untilSaid(number, /`portolan apply`/)
    await world.untilQuiet()
    await world.host.push({ branch: 'main', files: { 'portolan.yaml': gated } })
    await expect
      .poll(async () => (await pullRequestOf(world, number)).change?.id, { timeout: 30_000 })
      .toBe(2)
    await world.untilQuiet()
    await world.say(number, 'ada', 'portolan apply')
    await world.untilQuiet()
    expect(await world.resources()).toEqual([])
    expect(world.comment(number)).toContain('approval')
  })

  test('is what its base says now, whatever nobody told of it', async ({ aWorld }) => {
    const world = await aWorld({ kind: 'github', files: twoComponents(), webhooks: false })
    const { host } = world
    const number = await world.open(sized('network', 2))
    await world.team.server.context.pullRequests.requestLook([
      { projectId: await projectId(world), number },
    ])
    await world.untilSaid(number, /`portolan apply`/)
    await world.untilQuiet()
    await host.push({ branch: 'main', files: { 'portolan.yaml': gated } })
    await world.applyOverApi(number)
    await world.untilQuiet()
    expect(await world.resources()).toEqual([])
  })
})

async function projectId({ team, project }: Parameters<typeof pullRequestOf>[0]): Promise<string> {
  const { db } = team.server.context
  const row = db.selectFrom('projects').select('id').where('name', '=', project)
  return (await row.executeTakeFirstOrThrow()).id
}

test('what failed lets nothing else be planned, where the base says so', {
  timeout: 240_000,
}, async ({ aWorld }) => {
  const files = {
    'atlantis.yaml': `version: 3
abort_on_execution_order_fail: true
projects:
- { name: net, dir: infra/net, execution_order_group: 1 }
- { name: web, dir: infra/web, execution_order_group: 2 }
`,
    'infra/net/main.tf': keeps(),
    'infra/web/main.tf': keeps(),
  }
  const world = await aWorld({ kind: 'github', files })
  const number = await world.open({
    'infra/net/main.tf': keeps('output "x" { value = nothing.at.all }'),
    'infra/web/size.auto.tfvars': 'size = 2\n',
  })
  await expect
    .poll(async () => (await pullRequestOf(world, number)).change?.id, { timeout: 30_000 })
    .toBe(1)
  await world.untilQuiet()
  const { nodes } = await world.team.server.context.changes.view(1)
  expect(Object.fromEntries(nodes.map(({ component, result }) => [component, result]))).toEqual({
    net: 'failed',
    web: 'blocked',
  })
})
