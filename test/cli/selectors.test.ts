import { describe, expect } from 'vitest'
import { type Cli, test } from './cli.ts'
import { commit, gated, results } from './platforms.ts'

async function planned(cli: Cli, ...args: string[]): Promise<string[]> {
  const ended = await cli.run('plan', ...args, '--json')
  expect(ended.exitCode, ended.stdout).toBe(0)
  return Object.keys(results(ended)).toSorted()
}

const everything = ['app@dev', 'app@prod', 'base@dev', 'base@prod', 'extra@dev', 'extra@prod']

describe('what is selected', () => {
  test('names, components, environments and tags narrow one another', async ({ cli }) => {
    await commit(cli, gated)
    expect(await planned(cli)).toEqual(everything)
    expect(await planned(cli, 'base@dev', 'extra')).toEqual(['base@dev', 'extra@dev', 'extra@prod'])
    expect(await planned(cli, '-c', 'base', '-c', 'extra', '-e', 'dev')).toEqual([
      'base@dev',
      'extra@dev',
    ])
    expect(await planned(cli, '--tag', 'more', '-eprod')).toEqual(['extra@prod'])
    expect(await planned(cli, '--to', 'app', '-e', 'dev')).toEqual(['app@dev', 'base@dev'])
    expect(await planned(cli, 'app@dev', '--with-deps')).toEqual(['app@dev', 'base@dev'])
    expect(await planned(cli, 'base@dev', '--with-dependents')).toEqual(['app@dev', 'base@dev'])
  })

  test('what a selection leaves out has to be applied already', async ({ cli }) => {
    await commit(cli, gated)
    const refused = await cli.run('plan', 'app@dev')
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('app@dev needs base@dev')
    expect(refused.stderr).toContain('--with-deps')

    await cli.run('apply', 'base@dev', '--auto-approve')
    expect(await planned(cli, 'app@dev')).toEqual(['app@dev'])
  })

  const refused = [
    [['bse'], 'there is no component `bse`', 'Did you mean `base`?'],
    [['base@staging'], 'there is no workspace base@staging', 'exists in dev, prod'],
    [['-e', 'staging'], 'there is no environment `staging`', ''],
    [['--tag', 'nothing'], 'there is no tag `nothing`', ''],
    [['-var', 'a=b'], '-var is for a root module alone', '--set name=value'],
    [['-target', 'x.y'], '-target is for a single workspace, and 6 are selected', ''],
    [['-refresh-only'], '-refresh-only is for a root module alone', ''],
    [['--set', 'size'], '--set number 1 is not written name=value', ''],
    [['--parallel', 'many'], '--parallel must be a whole number', ''],
  ] as const

  test('what cannot be meant is refused, with what to do', async ({ cli }) => {
    await commit(cli, gated)
    for (const [args, what, next] of refused) {
      const ended = await cli.run('plan', ...args)
      expect(ended.exitCode).toBe(1)
      expect(ended.stderr).toContain(what)
      expect(ended.stderr).toContain(next)
    }
  })

  test('a value may be set above all layers, and is recorded', async ({ cli }) => {
    await commit(cli, gated)
    const applied = await cli.run(
      ...['apply', 'base@dev', 'app@dev', '--set', 'size=9', '--reason', 'a try', '--auto-approve'],
    )
    expect(applied.stdout).toContain('app on base-9')
    expect((await cli.run('status', 'change-1', '--json')).events()).toMatchObject([
      { reason: 'a try', options: { set: { size: '9' }, selection: 'base@dev app@dev' } },
    ])
  })
})

test('a single workspace may be narrowed down to resources, as in Terraform', async ({ cli }) => {
  await cli.write(
    'net/main.tf',
    'resource "terraform_data" "a" {}\nresource "terraform_data" "b" {}\n',
  )
  await commit(
    cli,
    'version: 1\nproject: shop\nenvironments: { dev: {} }\ncomponents: { net: { terraform: net } }\n',
  )
  const planned = await cli.run('apply', '-target', 'terraform_data.a', '--auto-approve')
  expect(planned.exitCode, planned.stderr).toBe(0)
  expect((await cli.run('state', 'ls')).stdout.trim()).toBe('terraform_data.a')
})

describe('by directory', () => {
  const modules = `version: 1
project: shop
environments: { dev: {}, prod: {} }
components:
  net: { terraform: infra/net }
  db: { terraform: infra/db, needs: [net] }
  job: { run: echo job }
`
  const module = 'resource "terraform_data" "a" {}\n'

  test('a component in its directory, those below a directory, all at the root', async ({
    cli,
  }) => {
    await cli.write('infra/net/main.tf', module)
    await cli.write('infra/db/main.tf', module)
    await cli.write('docs/readme.md', 'nothing')
    await commit(cli, modules)

    expect(await planned(cli, '-C', 'infra/net')).toEqual(['net@dev', 'net@prod'])
    expect(await planned(cli, '-C', 'infra', '-e', 'dev')).toEqual(['db@dev', 'net@dev'])
    expect(await planned(cli, '-e', 'dev')).toEqual(['db@dev', 'job@dev', 'net@dev'])

    const beside = await cli.run('-C', 'docs', 'plan')
    expect(beside.exitCode).toBe(1)
    expect(beside.stderr).toContain('no component of portolan.yaml is in docs')
    expect(await planned(cli, '-C', 'docs', 'job@dev')).toEqual(['job@dev'])
  })

  test('without a manifest, above root modules: a change over what is discovered', async ({
    cli,
  }) => {
    await cli.write('infra/net/main.tf', module)
    await cli.write('infra/db/main.tf', module)
    await cli.git('add', '--all')
    await cli.git('commit', '-q', '-m', 'Modules')

    const all = await cli.run('plan', '--json')
    expect(all.exitCode, all.stdout + all.stderr).toBe(0)
    expect(Object.keys(results(all))).toHaveLength(2)

    const own = await cli.run('-C', 'infra/net', 'plan')
    expect(own.stdout).toContain('→ portolan apply run-')
    const refused = await cli.run('-C', 'infra/net', 'plan', '--tag', 'x')
    expect(refused.stderr).toContain('--tag needs a portolan.yaml')
  })
})
