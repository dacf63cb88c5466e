import { execFile } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aRepository, type Repository } from '../../../test/support/repository.ts'

const portolan = fileURLToPath(new URL('../../../bin/portolan.mjs', import.meta.url))
const recorder = new URL('../../../test/support/loaded-modules.mjs', import.meta.url)

const manifest = `version: 1
project: shop
values: { search: false }
environments:
  dev: {}
  prod: { after: dev, values: { search: true }, gate: { approvals: 2, from: [team/sre] } }
components:
  network: { terraform: infra/network, tags: [base] }
  db: { terraform: infra/db, inputs: { vpc: "\${{ outputs.network.vpc }}" } }
  search: { terraform: infra/search, when: values.search, needs: [db] }
  seed: { run: node scripts/seed.mjs, environments: [dev] }
`

let repository: Repository

beforeAll(async () => {
  repository = await aRepository({
    'portolan.yaml': manifest,
    'infra/network/main.tf': '',
    'infra/db/main.tf': '',
    'infra/search/main.tf': '',
    'scripts/seed.mjs': '',
    'docs/x.md': '',
  })
  await repository.git('switch', '--quiet', '--create', 'work')
  await repository.write({ 'infra/db/main.tf': '# changed' })
})
afterAll(() => repository.dispose())

interface Result {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** A command where there is neither a database nor Terraform. */
function run(args: readonly string[], flags: readonly string[] = []): Promise<Result> {
  const env = {
    ...repository.env,
    PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
    PORTOLAN_DATA_DIR: path.join(repository.root, '.git', 'data'),
    XDG_CACHE_HOME: path.join(repository.root, '.git', 'cache'),
  }
  return new Promise((resolve) => {
    const words = [...flags, portolan, '-C', repository.root, ...args]
    execFile(process.execPath, words, { env, cwd: '/' }, (error, stdout, stderr) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

test('list shows components by environments', async () => {
  expect(await run(['list'])).toEqual({
    exitCode: 0,
    stdout: `network  terraform  infra/network          dev      prod  #base
db       terraform  infra/db               dev      prod
search   terraform  infra/search           skipped  prod
seed     run        node scripts/seed.mjs  dev      –
`,
    stderr: '',
  })
  const json = JSON.parse((await run(['list', '--json', '-e', 'dev', '--tag', 'base'])).stdout)
  expect(json).toMatchObject({ project: 'shop', components: [{ name: 'network' }] })
})

test('in a directory it is about what is there, and says so', async () => {
  const here = await run(['-C', path.join(repository.root, 'infra/db'), 'list'])
  expect(here.stdout).toBe('db  terraform  infra/db  dev  prod\n')
  expect(here.stderr).toContain('Only what is in infra/db: 1 of 4 components.')
  const docs = await run(['-C', path.join(repository.root, 'docs'), 'list'])
  expect(docs.stdout.split('\n')).toHaveLength(5)
})

test('list tells why', async () => {
  expect((await run(['list', '--affected', '--why', '--with-dependents'])).stdout).toBe(
    `db@dev       infra/db/main.tf changed
search@dev   needs db@dev
db@prod      infra/db/main.tf changed
search@prod  needs db@prod
`,
  )
  const wrong = await run(['list', '-c', 'serach'])
  expect(wrong).toMatchObject({ exitCode: 1, stdout: '' })
  expect(wrong.stderr).toBe('error: there is no component `serach`\n→ Did you mean `search`?\n')
})

test('graph: text, dot and JSON', async () => {
  expect((await run(['graph', '-e', 'prod'])).stdout).toBe(
    `prod  after dev · 2 approvals by team/sre
└─ network
   └─ db         network: vpc
      └─ search  db
`,
  )
  expect((await run(['graph', '--format', 'dot'])).stdout).toMatch(
    /^digraph portolan \{\n[\s\S]*\}\n$/,
  )
  const [one, other] = await Promise.all([
    run(['graph', '--json']),
    run(['graph', '--format=json']),
  ])
  expect(one.stdout).toBe(other.stdout)
  expect(JSON.parse(one.stdout)).toMatchObject({ workspaces: { length: 7 } })
  expect((await run(['graph', '--format', 'svg'])).stderr).toContain('there is no format "svg"')
})

test('affected: what and why', async () => {
  const found = await run(['affected'])
  expect(found.stdout).toBe(
    'db@dev   infra/db/main.tf changed\ndb@prod  infra/db/main.tf changed\n',
  )
  expect(found.stderr).toMatch(
    /^Compared with HEAD: uncommitted changes only \([0-9a-f]{10}\)\.\n$/,
  )
  const early = await run(['affected', '--json'])
  expect(JSON.parse(early.stdout)).toMatchObject({
    base: { what: 'HEAD: uncommitted changes only' },
    workspaces: [{ name: 'db@dev', component: 'db', environment: 'dev' }, { name: 'db@prod' }],
    removed: [],
  })
  const more = await run(['affected', 'main', '--with-dependents', '--why'])
  expect(more.stdout).toContain('search@prod  needs db@prod')
  expect((await run(['affected', 'nowhere'])).stderr).toContain('git knows no commit "nowhere"')
})

// Each of these takes longer to load than everything that a small command does.
const heavy = /node_modules\/(zod|kysely|pg|hono|pino|yaml)\//

test.each([
  ['--help', /node_modules\/(@marcbachmann|picomatch)|src\/(manifest|app)\//],
  ['affected', /node_modules\/(@marcbachmann|picomatch)|src\/manifest\/(expressions|resolving)\//],
  ['list', /src\/manifest\/affected\//],
  ['graph', /src\/manifest\/affected\//],
])('%s loads nothing that it does not need', async (command, more) => {
  await run([command])
  const { stderr } = await run([command], ['--import', recorder.href])
  const loaded = stderr.split('\n').filter((line) => line.startsWith('loaded '))
  expect(loaded.length).toBeGreaterThan(10)
  expect(loaded.filter((line) => heavy.test(line) || more.test(line))).toEqual([])
})
