import { describe, expect } from 'vitest'
import { because, echoModule, type Platform, results, test } from './platform.ts'

const manifest = (gate: string) => `
version: 1
values: { size: 1 }
environments:
  dev: {}
  staging: { after: dev }
  prod: { after: staging, gate: ${gate} }
components:
  network: { terraform: infra/network, inputs: { size: "\${{ values.size }}" } }
  db: { terraform: infra/db, inputs: { network: "\${{ outputs.network.size }}" } }
`

async function shop(platform: Platform, gate = '{ approvals: 1 }'): Promise<void> {
  await platform.write({
    'portolan.yaml': manifest(gate),
    'infra/network/main.tf': echoModule('size'),
    'infra/db/main.tf': echoModule('network'),
  })
}

describe('the environments of one change', () => {
  test('go in order; a gate waits for an approval, and what was approved provisionally holds', async ({
    platform,
  }) => {
    await shop(platform)
    const planned = await platform.plan()
    const waiting = await platform.apply(planned)
    expect(results(waiting)).toEqual({
      'network@dev': 'applied',
      'db@dev': 'applied',
      'network@staging': 'applied',
      'db@staging': 'applied',
      'network@prod': 'planned',
      'db@prod': 'provisional',
    })
    const asked = platform.events.findLast((event) => event.event === 'waits')
    expect(asked).toMatchObject({
      environment: 'prod',
      next: expect.stringContaining(`portolan approve change-${planned.change.id} -e prod`),
    })
    expect(await platform.approve(waiting, ['prod'])).toEqual(['network@prod', 'db@prod'])
    const done = await platform.apply(waiting)
    expect(results(done)).toMatchObject({ 'network@prod': 'applied', 'db@prod': 'applied' })
    expect(done.change.status).toBe('done')
  })

  test('a real plan that differs from the approved provisional one asks again', async ({
    platform,
  }) => {
    await platform.write({
      'portolan.yaml': manifest('{ approvals: 1 }').replace(
        'inputs: { network: "${{ outputs.network.size }}" }',
        'inputs: { network: { value: "${{ outputs.network.id }}", preview: guess } }',
      ),
      'infra/network/main.tf': `${echoModule('size')}
output "id" { value = terraform_data.size.id }`,
      'infra/db/main.tf': echoModule('network'),
    })
    const waiting = await platform.deploy()
    await platform.approve(waiting, ['prod'])
    const again = await platform.apply(waiting)
    expect(results(again)).toMatchObject({ 'network@prod': 'applied', 'db@prod': 'planned' })
    await platform.approve(again, ['prod'])
    expect(results(await platform.apply(again))).toMatchObject({ 'db@prod': 'applied' })
  })

  test('more approvals than one person can give wait for a server', async ({ platform }) => {
    await shop(platform, '{ approvals: 2, from: [team/sre] }')
    const waiting = await platform.deploy()
    await platform.approve(waiting, ['prod'])
    const still = await platform.apply(waiting)
    expect(results(still)).toMatchObject({ 'network@prod': 'planned' })
    const asked = platform.events.findLast((event) => event.event === 'waits')
    expect(asked).toMatchObject({ because: expect.stringContaining('server') })
  })

  test('an environment may want only what is committed', async ({ platform }) => {
    await shop(platform, '{ dirty: deny }')
    await platform.commit('as it is')
    await platform.write({ 'infra/db/main.tf': `${echoModule('network')}\n# not committed` })
    await expect(platform.plan()).rejects.toMatchObject({
      code: 'conflict',
      message: 'prod takes only what is committed, and there are uncommitted changes',
    })
    const elsewhere = await platform.plan({ environments: ['dev'] })
    expect(results(elsewhere)).toMatchObject({ 'network@dev': 'planned' })
  })

  test('a closed window waits', async ({ platform }) => {
    const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
    const inTwoDays = days[(new Date().getUTCDay() + 2) % 7]
    await shop(platform, `{ window: "${inTwoDays}-${inTwoDays} 09:00-10:00 UTC" }`)
    const waiting = await platform.deploy()
    expect(results(waiting)).toMatchObject({ 'db@staging': 'applied', 'network@prod': 'planned' })
    const asked = platform.events.findLast((event) => event.event === 'waits')
    expect(asked).toMatchObject({ because: expect.stringMatching(/window|opens/) })
  })

  test('an environment that comes after another takes only what succeeded there', async ({
    platform,
  }) => {
    await shop(platform, '{}')
    const early = await platform.deploy({ environments: ['staging'] })
    expect(results(early)).toMatchObject({ 'network@staging': 'planned' })
    expect(because(platform, 'network@staging')).toContain('dev')
    await platform.deploy({ environments: ['dev'] })
    const promoted = await platform.deploy({ environments: ['staging'] })
    expect(results(promoted)).toEqual({ 'network@staging': 'applied', 'db@staging': 'applied' })
    await platform.write({ 'infra/network/more.tf': 'resource "terraform_data" "more" {}\n' })
    const other = await platform.deploy({ environments: ['staging'], names: ['network'] })
    expect(results(other)).toEqual({ 'network@staging': 'planned' })
  })

  test('a gate that denies an end denies every plan that deletes', async ({ platform }) => {
    await shop(platform, '{ destroy: deny }')
    await platform.deploy()
    const ending = await platform.deploy({ operation: 'destroy', environments: ['prod'] })
    expect(results(ending)).toMatchObject({ 'db@prod': 'planned' })
    const asked = platform.events.findLast((event) => event.event === 'waits')
    expect(asked).toMatchObject({ environment: 'prod' })
    const dev = await platform.deploy({ operation: 'destroy', environments: ['dev'] })
    expect(results(dev)).toEqual({ 'db@dev': 'applied', 'network@dev': 'applied' })
  })

  test('a protected component ends only with a reason', async ({ platform }) => {
    await platform.write({
      'portolan.yaml': `
version: 1
environments: { dev: {} }
components:
  db: { terraform: infra/db, inputs: { name: shop }, protect: true }
`,
      'infra/db/main.tf': echoModule('name'),
    })
    await platform.deploy()
    const ending = await platform.plan({ operation: 'destroy' })
    expect(results(await platform.apply(ending))).toEqual({ 'db@dev': 'planned' })
    // With a database that several people share, the author's own word is not enough.
    expect(results(await platform.apply(ending, { override: 'moved' }))).toEqual({
      'db@dev': 'planned',
    })
    await platform.git('config', 'user.name', 'Grace')
    await platform.approve(ending, undefined, 'moved elsewhere')
    expect(results(await platform.apply(ending))).toEqual({ 'db@dev': 'applied' })
  })
})

describe('what the manifest does not have any more', () => {
  const before = `
version: 1
environments: { dev: {} }
components:
  old: { terraform: infra/old, inputs: { name: shop } }
`
  const after = `
version: 1
environments: { dev: {} }
components:
  other: { run: "true" }
`
  test('is ended from the commit that last applied it', async ({ platform }) => {
    await platform.write({ 'portolan.yaml': before, 'infra/old/main.tf': echoModule('name') })
    await platform.commit('old')
    await platform.deploy()
    await platform.git('rm', '--quiet', '-r', 'infra/old')
    await platform.write({ 'portolan.yaml': after })
    await platform.commit('new')
    const { project } = (await platform.context.projects.list())[0] ?? { project: '' }
    expect(project).toBe('shop')
    const change = await platform.plan({ operation: 'destroy', orphans: ['old@dev'] })
    expect(change.nodes[0]).toMatchObject({ name: 'old@dev', orphan: true, result: 'planned' })
    expect(results(await platform.apply(change))).toEqual({ 'old@dev': 'applied' })
  })

  test('under another name the same module is not created a second time', async ({ platform }) => {
    await platform.write({ 'portolan.yaml': before, 'infra/old/main.tf': echoModule('name') })
    await platform.deploy()
    await platform.write({ 'portolan.yaml': before.replace('  old:', '  new:') })
    await expect(platform.plan()).rejects.toMatchObject({
      message: expect.stringContaining('second time'),
      next: expect.stringContaining('portolan rename old@dev new@dev'),
    })
  })
})
