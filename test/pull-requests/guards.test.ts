import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
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
  const directory = await mkdtemp(path.join(tmpdir(), 'waiting-'))
  const file = path.join(directory, 'go')
  try {
    const names = ['net', 'slow', 'web']
    const world = await aWorld({
      kind: 'github',
      files: {
        'atlantis.yaml': `version: 3
abort_on_execution_order_fail: true
projects:
- { name: net, dir: infra/net }
- { name: slow, dir: infra/slow, workflow: waits }
- { name: web, dir: infra/web, depends_on: [slow] }
workflows:
  waits:
    plan: { steps: [init, run: "while [ ! -e ${file} ]; do sleep 0.05; done", plan] }
`,
        ...Object.fromEntries(names.map((name) => [`infra/${name}/main.tf`, keeps()])),
      },
    })
    await world.open({
      'infra/net/main.tf': keeps('output "x" { value = nothing.at.all }'),
      ...sized('slow', 2),
      ...sized('web', 2),
    })
    const { changes } = world.team.server.context
    const results = async () => {
      const found = await changes.view(1).catch(() => undefined)
      return Object.fromEntries(
        (found?.nodes ?? []).map(({ component, result }) => [component, result]),
      )
    }
    await expect.poll(results, { timeout: 30_000 }).toMatchObject({ net: 'failed' })
    await writeFile(file, '')
    await world.untilQuiet()
    const { net, slow, web } = await results()
    expect({ net, slow }).toEqual({ net: 'failed', slow: 'planned' })
    expect(web).not.toBe('planned')
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
