import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { aRepository, type Repository } from '../../../test/support/repository.ts'
import type { Affected } from './affected.ts'
import { affected } from './affected-service.ts'

const calls = (...sources: string[]) =>
  sources.map((source, at) => `module "m${at}" {\n  source = "${source}"\n}\n`).join('')

const manifest = `version: 1
values: { size: small, replicas: 1, motd: '\${{ file("motd.txt") }}' }
environments:
  dev: {}
  prod: { after: dev, values: { size: large } }
components:
  network:
    terraform: infra/network
  db:
    terraform: infra/db
    var_files: ["vars/\${{ env.name }}.tfvars"]
    inputs:
      size: \${{ values.size }}
      vpc: \${{ outputs.network.vpc }}
  api:
    terraform: infra/api
    values: [config/common.yaml, "config/\${{ env.name }}.yaml?"]
    inputs: { policy: '\${{ file("policies/api.json") }}' }
    watch: ["docs/api/**"]
    before: [{ run: "./scripts/migrate.sh --dir=db/migrations \${{ outputs.db.host }}" }]
  job:
    run: node scripts/job.mjs config/job.json
    environments: [prod]
  release:
    terraform: infra/release
    environments: [dev]
    inputs: { commit: "\${{ git.commit }}" }
  ordered:
    terraform: infra/ordered
    inputs: { place: "\${{ env.order }}" }
  far:
    terraform: git::https://example.com/modules.git//far?ref=v1
    inputs: { text: "\${{ values.motd }}" }
    environments: [dev]
`

const files = {
  'portolan.yaml': manifest,
  'motd.txt': 'hello',
  'infra/network/main.tf': calls('../../modules/vpc'),
  'infra/db/main.tf': 'variable "size" {}\n',
  'infra/db/templates/init.sql': 'select 1',
  'infra/api/main.tf': calls('../../modules/service'),
  'infra/release/main.tf': '',
  'infra/ordered/main.tf': '',
  'modules/vpc/main.tf': calls('./subnets'),
  'modules/vpc/subnets/main.tf': '',
  'modules/service/main.tf': calls('../logging'),
  'modules/logging/main.tf': '',
  'modules/unused/main.tf': '',
  'vars/dev.tfvars': '',
  'vars/prod.tfvars': '',
  'config/common.yaml': 'a: 1\n',
  'config/dev.yaml': 'b: 1\n',
  'config/job.json': '{}',
  'policies/api.json': '{}',
  'docs/api/index.md': '',
  'docs/other.md': '',
  'scripts/migrate.sh': '',
  'scripts/job.mjs': '',
  'db/migrations/1.sql': '',
}

let repository: Repository
let cacheDirectory: string

beforeAll(async () => {
  cacheDirectory = await mkdtemp(path.join(tmpdir(), 'portolan-cache-'))
  repository = await aRepository(files)
})
afterEach(async () => {
  await repository.git('reset', '--quiet', '--hard')
  await repository.git('clean', '--quiet', '--force', '-d')
  await repository.git('switch', '--quiet', 'main')
})
afterAll(async () => {
  await Promise.all([repository.dispose(), rm(cacheDirectory, { recursive: true, force: true })])
})

async function find(
  ref: string | undefined,
  { root, env }: Repository = repository,
): Promise<Affected> {
  const input = { root, ref, manifest: undefined, env }
  const found = await affected({ ...input, cacheDirectory })
  // What is remembered, or is not, makes no difference.
  expect(await affected({ ...input, cacheDirectory })).toEqual(found)
  expect(await affected({ ...input, cacheDirectory: undefined })).toEqual(found)
  return found
}

/** `api@dev: infra/api/main.tf changed` */
async function told(ref = 'HEAD'): Promise<string[]> {
  const { workspaces } = await find(ref)
  return [...workspaces].flatMap(([name, reasons]) => reasons.map((one) => `${name}: ${one}`))
}

const both = (component: string, reason: string) => [
  `${component}@dev: ${reason}`,
  `${component}@prod: ${reason}`,
]

describe('a changed file affects', () => {
  test.each<[string, string[], string[]]>([
    ['nothing, where nobody depends on it', ['docs/other.md', 'modules/unused/main.tf'], []],
    [
      'the component in whose directory it is',
      ['infra/db/main.tf'],
      both('db', 'infra/db/main.tf changed'),
    ],
    [
      'also deep below',
      ['infra/db/templates/init.sql'],
      both('db', 'infra/db/templates/init.sql changed'),
    ],
    [
      'once, however many files there are',
      ['infra/db/a.tf', 'infra/db/b.tf', 'infra/db/main.tf'],
      both('db', 'infra/db/main.tf and 2 more changed'),
    ],
    [
      'components that call the module',
      ['modules/vpc/main.tf'],
      both('network', 'module modules/vpc changed (modules/vpc/main.tf)'),
    ],
    [
      'through other modules',
      ['modules/vpc/subnets/main.tf', 'modules/logging/x.tpl'],
      [
        'network@dev: module modules/vpc/subnets changed (modules/vpc/subnets/main.tf)',
        'api@dev: module modules/logging changed (modules/logging/x.tpl)',
        'network@prod: module modules/vpc/subnets changed (modules/vpc/subnets/main.tf)',
        'api@prod: module modules/logging changed (modules/logging/x.tpl)',
      ],
    ],
    [
      'one environment, whose file it is',
      ['vars/prod.tfvars'],
      ['db@prod: variable file vars/prod.tfvars changed'],
    ],
    [
      'all that share a values file',
      ['config/common.yaml'],
      both('api', 'values file config/common.yaml changed'),
    ],
    [
      'the one that may have had it',
      ['config/prod.yaml'],
      ['api@prod: values file config/prod.yaml changed'],
    ],
    ['who reads it with file()', ['policies/api.json'], both('api', 'policies/api.json changed')],
    [
      'who watches it',
      ['docs/api/new/x.md'],
      both('api', 'docs/api/new/x.md changed, watched as docs/api/**'),
    ],
    [
      'the command that names it',
      ['scripts/job.mjs', 'config/job.json'],
      ['job@prod: scripts/job.mjs changed', 'job@prod: config/job.json changed'],
    ],
    ['whose hook names it', ['scripts/migrate.sh'], both('api', 'scripts/migrate.sh changed')],
    [
      'whose hook names its directory',
      ['db/migrations/2.sql'],
      both('api', 'db/migrations/2.sql changed'),
    ],
    [
      'nobody, when it is what a tool left behind',
      ['infra/db/terraform.tfstate', 'infra/db/.terraform/x'],
      [],
    ],
  ])('%s', async (_what, names, expected) => {
    const told_ = async () => (await told()).filter((one) => !one.startsWith('release'))
    await repository.write(Object.fromEntries(names.map((name) => [name, `changed ${name}\n`])))
    expect((await told_()).sort()).toEqual(expected.toSorted())
  })
})

describe('a changed manifest affects what has another definition now', () => {
  const change = (from: string, to: string) =>
    repository.write({ 'portolan.yaml': manifest.replace(from, to) })

  test.each<[string, string, string, string[]]>([
    ['nothing, by a comment', 'version: 1', 'version: 1 # one', []],
    [
      'nothing, by tags and limits',
      '  network:\n',
      '  network:\n    tags: [x]\n    timeout: 5m\n',
      [],
    ],
    [
      'a value where it is used',
      'size: small',
      'size: tiny',
      ['db@dev: input size: "small" → "tiny"'],
    ],
    ['nothing, by a value that nobody uses', 'replicas: 1', 'replicas: 2', []],
    [
      'an input of one environment',
      'prod: { after: dev,',
      'prod: { after: dev, components: { db: { inputs: { size: huge } } },',
      ['db@prod: input size: "large" → "huge"'],
    ],
    [
      'an input that is new',
      'size: ${{ values.size }}',
      'size: ${{ values.size }}\n      count: 2',
      both('db', 'input count is new: 2'),
    ],
    [
      'a secret is not shown',
      'size: ${{ values.size }}',
      'size: ${{ values.size }}\n      password: hunter2',
      both('db', 'input password is new'),
    ],
    [
      'an output that is read instead of another',
      'outputs.network.vpc',
      'outputs.network.id',
      both('db', 'input vpc changed'),
    ],
    [
      'another command',
      'scripts/job.mjs config',
      '--now scripts/job.mjs config',
      ['job@prod: run changed'],
    ],
    [
      'the order of environments, where an expression reads it',
      'prod: { after: dev, values: { size: large } }\n',
      'test: {}\n  prod: { after: test, values: { size: large } }\n',
      [
        'network@test: new environment test',
        'db@test: new environment test',
        'api@test: new environment test',
        'ordered@test: new environment test',
        'ordered@prod: input place: 1 → 2',
      ],
    ],
    ['another address', 'ref=v1', 'ref=v2', ['far@dev: terraform changed']],
    [
      '`when`',
      '  far:\n',
      '  far:\n    when: env.name == "prod"\n',
      ['far@dev: skipped now: `when: env.name == "prod"` is false'],
    ],
    [
      'declared outputs',
      'terraform: infra/network',
      'terraform: infra/network\n    outputs: { vpc: string }',
      both('network', 'its declared outputs changed'),
    ],
    [
      'a component in another environment too',
      '    environments: [prod]\n',
      '    environments: [dev, prod]\n',
      ['job@dev: new in dev'],
    ],
    [
      'a new component',
      'components:\n',
      'components:\n  more: { terraform: infra/db }\n',
      both('more', 'new component'),
    ],
    [
      'a new environment',
      '  prod:',
      '  test: {}\n  prod:',
      [
        'network@test: new environment test',
        'db@test: new environment test',
        'api@test: new environment test',
        'ordered@test: new environment test',
        'ordered@prod: input place: 1 → 2',
      ],
    ],
  ])('%s', async (_what, from, to, expected) => {
    await change(from, to)
    expect((await told()).sort()).toEqual(expected.toSorted())
  })

  test('what is gone is told as removed, and affects nothing', async () => {
    await change(/ {2}far:[\s\S]*$/.exec(manifest)?.[0] ?? '', '')
    expect(await find('HEAD')).toMatchObject({ removed: ['far@dev'], workspaces: new Map() })
    await change('    environments: [prod]\n', '    environments: [dev]\n')
    expect((await find('HEAD')).removed).toEqual(['job@prod'])
  })

  test('a file that values read, and nobody sees what is in it', async () => {
    await repository.write({ 'motd.txt': 'secret' })
    expect(await told()).toEqual(['far@dev: input text changed'])
  })

  test('a manifest that was wrong before can be the same as nothing', async () => {
    await repository.git('switch', '--quiet', '--create', 'wrong')
    await repository.write({ 'portolan.yaml': 'version: 1\ncomponents: { a: { needs: [b] } }\n' })
    await repository.commit()
    await repository.write({ 'portolan.yaml': manifest })
    const found = await told('HEAD')
    expect(found).toContain('network@dev: the manifest could not be read before')
    expect(found).toHaveLength(11)
  })

  test('the commit itself, for what reads it', async () => {
    await repository.git('switch', '--quiet', '--create', 'commits')
    expect(await told('main')).toEqual([])
    await repository.write({ 'docs/other.md': 'x' })
    await repository.commit()
    const [found = '', ...more] = await told('main')
    expect(found).toMatch(/^release@dev: input commit: "[0-9a-f]{40}" → "[0-9a-f]{40}"|changed$/)
    expect(more).toEqual([])
  })
})

describe('the index of modules', () => {
  test('follows calls that change, in the working tree and over commits', async () => {
    await repository.git('switch', '--quiet', '--create', 'moves')
    await repository.write({ 'infra/db/main.tf': calls('../../modules/unused') })
    await repository.commit()
    await repository.write({ 'modules/unused/main.tf': '# changed' })
    const reason = 'module modules/unused changed (modules/unused/main.tf)'
    expect(await told('HEAD')).toEqual(both('db', reason))
    expect((await told('main')).filter((one) => !one.startsWith('release'))).toEqual(
      ['db@dev', 'db@prod'].flatMap((name) => [
        `${name}: infra/db/main.tf changed`,
        `${name}: ${reason}`,
      ]),
    )
    await repository.commit()
    await repository.write({ 'infra/db/main.tf': '' })
    await repository.commit()
    await repository.write({ 'modules/unused/main.tf': '# again' })
    expect(await told('HEAD')).toEqual([])
    await repository.git('checkout', '--quiet', 'HEAD', '--', '.')
    await repository.remove('modules/vpc/subnets')
    await repository.write({ 'modules/vpc/main.tf': calls('../logging') })
    await repository.commit()
    await repository.write({ 'modules/logging/main.tf': '# x' })
    const logging = 'module modules/logging changed (modules/logging/main.tf)'
    expect(await told('HEAD')).toEqual(
      ['dev', 'prod'].flatMap((name) => [`network@${name}: ${logging}`, `api@${name}: ${logging}`]),
    )
  })

  test('that somebody broke is made anew', async () => {
    await find('HEAD')
    const [name = ''] = (await readdir(cacheDirectory)).filter((one) => one.startsWith('affected-'))
    const file = path.join(cacheDirectory, name)
    const right = await readFile(file, 'utf8')
    await repository.write({ 'modules/vpc/main.tf': '# x' })
    for (const wrong of ['', '{', '[]', 'null', '{"commit":"x"}', right.slice(0, -9)]) {
      await writeFile(file, wrong)
      expect(await told()).toEqual(
        both('network', 'module modules/vpc changed (modules/vpc/main.tf)'),
      )
    }
    expect((await readFile(file)).length).toBe(Buffer.byteLength(right))
  })

  test('of a commit that is gone is made anew', async () => {
    await repository.git('switch', '--quiet', '--create', 'gone')
    await repository.write({ 'infra/db/main.tf': calls('../../modules/unused') })
    await repository.commit()
    await find('HEAD')
    await repository.git('reset', '--quiet', '--hard', 'main')
    await repository.git('reflog', 'expire', '--expire=now', '--all')
    await repository.git('gc', '--quiet', '--prune=now')
    await repository.write({ 'modules/unused/main.tf': '# x' })
    expect(await told('HEAD')).toEqual([])
  })
})

test('included files are part of the manifest', async () => {
  const other = await aRepository({
    'portolan.yaml': 'version: 1\ninclude: ["parts/*.yaml"]\ncomponents: { a: { terraform: a } }\n',
    'a/main.tf': '',
    'parts/b.yaml': 'components: { b: { terraform: a } }\n',
  })
  expect((await find('HEAD', other)).workspaces.size).toBe(0)
  await other.write({ 'parts/c.yaml': 'components: { c: { terraform: a } }\n' })
  expect((await find('HEAD', other)).workspaces).toEqual(
    new Map([['c@default', ['new component']]]),
  )
  await other.remove('parts/b.yaml')
  expect(await find('HEAD', other)).toMatchObject({ removed: ['b@default'] })
  await other.dispose()
})

test('without a manifest the root modules are compared', async () => {
  const other = await aRepository({
    'a/main.tf': calls('../m'),
    'b/main.tf': '',
    'm/main.tf': '',
    'n/main.tf': calls('../b'),
  })
  expect((await find('HEAD', other)).workspaces.size).toBe(0)
  await other.write({ 'm/main.tf': '# x' })
  expect([...(await find('HEAD', other)).workspaces.keys()]).toEqual(['a@default'])
  await other.write({ 'n/main.tf': '', 'new/main.tf': '' })
  expect(await find('HEAD', other)).toEqual({
    base: expect.anything(),
    workspaces: new Map([
      ['a@default', ['module m changed (m/main.tf)']],
      ['b@default', ['new component']],
      ['n@default', ['n/main.tf changed']],
      ['new@default', ['new component', 'new/main.tf changed']],
    ]),
    removed: [],
  })
  await other.write({ 'n/main.tf': calls('../a') })
  expect((await find('HEAD', other)).removed).toEqual(['a@default'])
  await other.dispose()
})

test('outside git, and before the first commit, everything is new', async () => {
  const empty = await aRepository()
  await empty.write({ 'a/main.tf': '' })
  const reasons = ['there is no commit to compare with']
  expect(await find(undefined, empty)).toMatchObject({
    base: { commit: undefined },
    workspaces: new Map([['a@default', reasons]]),
  })
  await rm(path.join(empty.root, '.git'), { recursive: true })
  expect(await find(undefined, empty)).toMatchObject({
    base: { commit: undefined, what: 'nothing: there is no git repository' },
    workspaces: new Map([['a@default', reasons]]),
  })
  await empty.dispose()
})

test('a manifest below the root of the repository may use modules beside it', async () => {
  const other = await aRepository({
    'platform/portolan.yaml': 'version: 1\ncomponents: { a: { terraform: a } }\n',
    'platform/a/main.tf': calls('../../shared/m'),
    'shared/m/main.tf': '',
    'elsewhere/main.tf': '',
  })
  const below = { ...other, root: path.join(other.root, 'platform') }
  await other.write({ 'shared/m/main.tf': '# x', 'elsewhere/main.tf': '# x' })
  expect((await find('HEAD', below)).workspaces).toEqual(
    new Map([['a@default', ['module ../shared/m changed (../shared/m/main.tf)']]]),
  )
  await other.dispose()
})
