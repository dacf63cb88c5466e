import { describe, expect } from 'vitest'
import { because, echoModule, results, test } from './platform.ts'

const network = `
variable "cidr" { type = string }
resource "terraform_data" "network" { input = var.cidr }
output "id" { value = terraform_data.network.id }
output "cidr" { value = var.cidr }
`

const twoModules = {
  'portolan.yaml': `
version: 1
environments: { dev: {} }
components:
  network:
    terraform: infra/network
    inputs: { cidr: 10.0.0.0/16 }
  db:
    terraform: infra/db
    inputs: { range: "\${{ outputs.network.cidr }}" }
  app:
    terraform: infra/app
    inputs: { network: "\${{ outputs.network.id }}", range: "\${{ outputs.db.range }}" }
`,
  'infra/network/main.tf': network,
  'infra/db/main.tf': echoModule('range'),
  'infra/app/main.tf': echoModule('network', 'range'),
}

describe('planning through a graph that is not applied yet', () => {
  test('what is known is planned, what is planned is provisional, what is unknown waits', async ({
    platform,
  }) => {
    await platform.write(twoModules)
    const plan = await platform.plan()
    expect(results(plan)).toEqual({
      'network@dev': 'planned',
      'db@dev': 'provisional',
      'app@dev': 'deferred',
    })
    expect(because(platform, 'db@dev')).toContain('network.cidr')
    expect(because(platform, 'app@dev')).toBe('waits for network.id')
  })

  test('an apply plans again with what has become real, and a second plan finds nothing to do', async ({
    platform,
  }) => {
    await platform.write(twoModules)
    const applied = await platform.deploy()
    expect(results(applied)).toEqual({
      'network@dev': 'applied',
      'db@dev': 'applied',
      'app@dev': 'applied',
    })
    expect(applied.change.status).toBe('done')
    const again = await platform.plan()
    expect(new Set(Object.values(results(again)))).toEqual(new Set(['unchanged']))
    expect(again.change.status).toBe('done')
  })

  test('a dependent goes again only if an output that it reads changes', async ({ platform }) => {
    await platform.write(twoModules)
    await platform.deploy()
    await platform.write({
      'infra/network/main.tf': `${network}\nresource "terraform_data" "more" {}\n`,
    })
    expect(results(await platform.plan())).toEqual({
      'network@dev': 'planned',
      'db@dev': 'unchanged',
      'app@dev': 'unchanged',
    })
    await platform.write({
      'portolan.yaml': twoModules['portolan.yaml'].replace('10.0.0.0/16', '10.9.0.0/16'),
    })
    const change = await platform.plan()
    expect(results(change)).toMatchObject({ 'network@dev': 'planned', 'db@dev': 'provisional' })
    expect(results(await platform.apply(change))).toEqual({
      'network@dev': 'applied',
      'db@dev': 'applied',
      'app@dev': 'applied',
    })
  })

  test('a preview stands in for what is unknown, and never reaches an apply', async ({
    platform,
  }) => {
    await platform.write({
      ...twoModules,
      'portolan.yaml': `
version: 1
environments: { dev: {} }
components:
  network: { terraform: infra/network, inputs: { cidr: 10.0.0.0/16 } }
  db:
    terraform: infra/db
    inputs: { range: { value: "\${{ outputs.network.id }}", preview: some-id } }
`,
    })
    const change = await platform.plan()
    expect(results(change)).toMatchObject({ 'db@dev': 'provisional' })
    const applied = await platform.apply(change)
    expect(results(applied)).toMatchObject({ 'db@dev': 'applied' })
    const [db] = applied.nodes.filter((node) => node.name === 'db@dev')
    const state = await platform.context.state.currentBytes(db?.workspaceId ?? '')
    expect(state?.bytes.toString()).not.toContain('some-id')
  })

  test('what is needed and not selected must be applied already', async ({ platform }) => {
    await platform.write(twoModules)
    await expect(platform.plan({ names: ['db'] })).rejects.toMatchObject({
      message: expect.stringContaining('db@dev needs network@dev'),
      next: expect.stringContaining('--with-deps'),
    })
    await platform.deploy({ names: ['network'] })
    expect(results(await platform.deploy({ names: ['db'] }))).toEqual({ 'db@dev': 'applied' })
  })
})

describe('a root module of another repository', () => {
  test('is the one of the moment at which the change was made', async ({ platform }) => {
    const other = `${platform.root}-modules`
    const inOther = (...args: string[]) => platform.git('-C', other, ...args)
    const version = async (number: number) => {
      await platform.write({
        '../shop-modules/net/main.tf': `output "version" { value = ${number} }\n`,
      })
      await inOther('add', '--all')
      const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com']
      await platform.git('-C', other, ...author, 'commit', '--quiet', '--message', `v${number}`)
    }
    await platform.git('init', '--quiet', '--initial-branch=main', other)
    await version(1)
    await platform.write({
      'portolan.yaml': `
version: 1
environments: { dev: {} }
components:
  network: { terraform: "git::file://${other}//net?ref=main", outputs: { version: number } }
`,
    })
    const change = await platform.plan()
    await version(2)
    await platform.apply(change)
    const state = await platform.context.state.currentBytes(change.nodes[0]?.workspaceId ?? '')
    expect(JSON.parse(state?.bytes.toString() ?? '{}')).toMatchObject({
      outputs: { version: { value: 1 } },
    })
    expect(results(await platform.plan())).toEqual({ 'network@dev': 'planned' })
  })
})

describe('order and failure', () => {
  const jobs = (fails: string) => ({
    'portolan.yaml': `
version: 1
environments: { dev: {} }
components:
  a: { run: "echo a >> order.log" }
  b: { run: "${fails}; echo b >> order.log", needs: [a] }
  c: { run: "echo c >> order.log", needs: [b] }
  d: { run: "echo d >> order.log", needs: [c] }
  e: { run: "echo e >> order.log", needs: [a] }
`,
    '.gitignore': 'order.log\nflag\n',
  })

  test('a failure blocks exactly what depends on it; resume begins there', async ({ platform }) => {
    await platform.write(jobs('test -e flag || exit 1'))
    const failed = await platform.deploy()
    expect(results(failed)).toEqual({
      'a@dev': 'applied',
      'b@dev': 'failed',
      'c@dev': 'blocked',
      'd@dev': 'blocked',
      'e@dev': 'applied',
    })
    expect(because(platform, 'd@dev')).toContain('b@dev')
    expect(failed.change.status).toBe('open')
    await platform.write({ flag: '' })
    const resumed = await platform.apply(failed, { retry: true })
    expect(results(resumed)).toEqual({
      'a@dev': 'applied',
      'b@dev': 'applied',
      'c@dev': 'applied',
      'd@dev': 'applied',
      'e@dev': 'applied',
    })
    expect(resumed.change.status).toBe('done')
    const log = (await platform.read('order.log')).trim().split('\n')
    expect(log.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(log.indexOf('b')).toBeLessThan(log.indexOf('c'))
    expect(log.indexOf('c')).toBeLessThan(log.indexOf('d'))
  })

  test('what is skipped is never blocked', async ({ platform }) => {
    await platform.write({
      'portolan.yaml': `
version: 1
environments: { dev: {} }
components:
  a: { run: exit 1 }
  b: { run: "true", needs: [a], when: "false" }
  c: { run: "true", needs: [b] }
`,
    })
    expect(results(await platform.deploy())).toEqual({
      'a@dev': 'failed',
      'b@dev': 'skipped',
      'c@dev': 'applied',
    })
  })

  test('a change is not gone on with when its files are others', async ({ platform }) => {
    await platform.write(jobs('exit 1'))
    const failed = await platform.deploy()
    await platform.write(jobs('true'))
    await expect(platform.apply(failed, { retry: true })).rejects.toMatchObject({
      message: expect.stringContaining('b@dev'),
      next: expect.stringContaining('portolan plan'),
    })
  })

  test('never more at once than the environment allows', async ({ platform }) => {
    const names = Array.from({ length: 8 }, (_, index) => `j${index}`)
    const job = 'mkdir -p at && touch at/$$ && ls at | wc -l >> most.log && sleep 0.2 && rm at/$$'
    await platform.write({
      'portolan.yaml': `
version: 1
environments: { dev: { concurrency: 2 } }
components:
${names.map((name) => `  ${name}: { run: "${job}" }`).join('\n')}
`,
    })
    await platform.deploy({ parallel: 8 })
    const most = (await platform.read('most.log')).trim().split('\n').map(Number)
    expect(most).toHaveLength(8)
    expect(Math.max(...most)).toBe(2)
  })

  test('an end goes in reverse, once; and ends nothing that is still needed', async ({
    platform,
  }) => {
    const hooks = (name: string) => `before: [{ run: "echo ${name} >> order.log", on: [destroy] }]`
    await platform.write({
      'portolan.yaml': `
version: 1
environments: { dev: {} }
components:
  a: { run: "true", ${hooks('a')} }
  b: { run: "true", needs: [a], ${hooks('b')} }
  c: { run: "true", needs: [b], ${hooks('c')} }
`,
    })
    await platform.deploy()
    await expect(platform.plan({ operation: 'destroy', names: ['a'] })).rejects.toMatchObject({
      message: expect.stringContaining('b@dev still needs a@dev'),
    })
    const ended = await platform.deploy({ operation: 'destroy' })
    expect(new Set(Object.values(results(ended)))).toEqual(new Set(['applied']))
    expect((await platform.read('order.log')).trim().split('\n')).toEqual(['c', 'b', 'a'])
    const again = await platform.deploy({ operation: 'destroy' })
    expect(new Set(Object.values(results(again)))).toEqual(new Set(['unchanged']))
  })
})

describe('jobs', () => {
  test('quotes and pipes are the shell of the person; a value made upstream is seen', async ({
    platform,
  }) => {
    await platform.write({
      'portolan.yaml': `
version: 1
environments: { dev: {} }
components:
  first:
    run: echo "greeting=$(echo 'hello "world"' | tr a-z A-Z)" >> "$PORTOLAN_OUTPUTS"
    outputs: { greeting: string }
  second:
    run: echo "$GREETING" > said
    inputs: { GREETING: "\${{ outputs.first.greeting }}" }
`,
    })
    const change = await platform.plan()
    expect(results(change)).toEqual({ 'first@dev': 'planned', 'second@dev': 'deferred' })
    await platform.apply(change)
    expect(await platform.read('said')).toBe('HELLO "WORLD"\n')
  })

  test('one that goes once goes again only by force', async ({ platform }) => {
    await platform.write({
      'portolan.yaml': `
version: 1
environments: { dev: {} }
values: { n: 1 }
components:
  seed: { run: "echo \${{ values.n }} >> seeded", once: true }
`,
    })
    await platform.deploy()
    const again = await platform.deploy({ set: { n: '2' } })
    expect(results(again)).toEqual({ 'seed@dev': 'unchanged' })
    await platform.deploy({ set: { n: '3' }, force: true })
    expect(await platform.read('seeded')).toBe('1\n3\n')
  })

  test('what is not wanted here is skipped, and so is what needs its outputs', async ({
    platform,
  }) => {
    await platform.write({
      'portolan.yaml': `
version: 1
values: { search: false }
environments: { dev: {} }
components:
  search: { run: "true", when: values.search, outputs: { host: string } }
  reads: { run: "true", inputs: { HOST: "\${{ outputs.search.host }}" } }
  follows: { run: "true", needs: [search] }
`,
    })
    const change = await platform.deploy()
    expect(results(change)).toEqual({
      'search@dev': 'skipped',
      'reads@dev': 'skipped',
      'follows@dev': 'applied',
    })
    expect(because(platform, 'reads@dev')).toContain('search@dev is skipped')
    expect(change.change.status).toBe('done')
  })

  test('a secret is in no event, no log and no plan', async ({ platform }) => {
    await platform.write({
      'portolan.yaml': `
version: 1
environments: { dev: {} }
components:
  db:
    run: echo "password=correct-$(printf horse)" >> "$PORTOLAN_OUTPUTS"
    outputs: { password: { type: string, sensitive: true } }
  user:
    run: echo "the password is $PASSWORD"
    inputs: { PASSWORD: "\${{ outputs.db.password }}" }
  module:
    terraform: infra/module
    inputs: { url: "postgres://u:\${{ outputs.db.password }}@h" }
`,
      'infra/module/main.tf': echoModule('url'),
    })
    const change = await platform.deploy()
    expect(new Set(Object.values(results(change)))).toEqual(new Set(['applied']))
    const told = JSON.stringify(platform.events)
    expect(told).toContain('the password is')
    const logs = await platform.context.db.selectFrom('run_logs').select('text').execute()
    const plans = await Promise.all(
      change.nodes.map((node) => platform.context.runs.plan(node.run?.id ?? 0)),
    )
    expect(told + JSON.stringify(logs) + JSON.stringify(plans)).not.toContain('correct-horse')
  })
})
