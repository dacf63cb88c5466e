import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withFiles } from '../../../test/support/manifest-files.ts'
import { discover } from '../discovery/discover-file.ts'
import type { Manifest } from '../manifest.ts'
import { loadManifest } from '../reading/manifest-file.ts'
import { COMPONENT_NAME } from '../reading/names.ts'
import { idsOf } from './component-ids.ts'
import type { FirstManifest } from './facts.ts'
import { firstManifest, writeManifest } from './init-file.ts'

const root = 'variable "x" {}\n'

interface Init {
  readonly first: FirstManifest
  /** What comes of reading it. */
  readonly manifest: Manifest
}

async function init<T>(
  files: Readonly<Record<string, string>>,
  look: (init: Init, directory: string) => T | Promise<T>,
): Promise<T> {
  return withFiles(files, async (directory) => {
    const first = await firstManifest(directory, { project: 'shop', env: {} })
    await writeManifest(directory, first)
    return look({ first, manifest: await loadManifest(directory) }, directory)
  })
}

const summary = ({ components }: Manifest) =>
  Object.fromEntries(
    [...components.values()].map((one) => [
      one.name,
      {
        main: one.main.value,
        ...(one.environments && { environments: one.environments }),
        ...(one.needs.length > 0 && { needs: one.needs.map((need) => need.name) }),
        ...(one.watch.length > 0 && { watch: one.watch }),
        ...(one.terraform?.workspace && { workspace: one.terraform.workspace.value }),
        ...(one.terraform?.tool && { tool: one.terraform.tool }),
        ...(one.terraform?.terraformVersion && { version: one.terraform.terraformVersion }),
      },
    ]),
  )

test('a first manifest says what discovery says', async () => {
  const files = {
    'main.tf': root,
    'infra/db/main.tf': root,
    'infra/net/main.tofu': root,
    'eu/db/main.tf': 'module "m" {\n  source = "../../modules/x"\n}\n',
    'modules/x/main.tf': root,
  }
  await init(files, async ({ manifest }, directory) => {
    const found = await discover(directory, {})
    const mains = (one: Manifest) => [...one.components.values()].map(({ main }) => main.value)
    expect(mains(manifest)).toEqual(mains(found))
    expect([...manifest.environments.keys()]).toEqual([...found.environments.keys()])
    expect(summary(manifest)).toEqual({
      root: { main: '.' },
      eu_db: { main: 'eu/db' },
      infra_db: { main: 'infra/db' },
      net: { main: 'infra/net', tool: 'tofu' },
    })
  })
})

test('it teaches: a second environment, an edge that the names suggest, a backend of its own', async () => {
  const files = {
    'net/main.tf':
      'terraform {\n  backend "s3" {}\n}\noutput "vpc_id" {\n  value = 1\n}\noutput "name" {\n  value = 1\n}\n',
    'db/main.tf': 'variable "vpc_id" {}\nvariable "name" {}\n',
  }
  await init(files, ({ first }) => {
    expect(first.text.split('\n')[0]).toMatch(/^# yaml-language-server: \$schema=https:/)
    expect(first.text).toContain(`  db:
    terraform: db
    # net has outputs of these names. Read so, it comes first by itself:
    # inputs:
    #   vpc_id: \${{ outputs.net.vpc_id }}
    # These variables have no default and have to be given:
    #   name: …

  net:
    terraform: net
    # Its state is in its backend "s3".`)
    expect(first.text).toContain('  # prod:\n  #   after: default ')
  })
})

test('what it shows in comments is right too', async () => {
  const files = {
    'db/main.tf': 'variable "vpc_id" {}\n',
    'net/main.tf': 'output "vpc_id" {\n value = 1\n}\n',
  }
  await init(files, async ({ first }, directory) => {
    const text = first.text
      .split('\n')
      .filter(
        (line) =>
          /^( *)# {0,}( *)[\w-]+:/.test(line) && !/yaml-language-server|After every/.test(line),
      )
    expect(text.length).toBeGreaterThan(8)
    const shown = first.text
      .split('\n')
      // A comment that is a line of YAML becomes one.
      .map((line) => (text.includes(line) ? line.replace(/^( *)# /, '$1') : line))
      .join('\n')
    const file = path.join(directory, 'portolan.yaml')
    await writeFile(file, shown)
    const manifest = await loadManifest(directory)
    expect([...manifest.environments.keys()]).toEqual(['default', 'prod'])
    expect([...manifest.components.keys()]).toContain('smoke_test')
    expect(manifest.values?.entries).toHaveLength(1)
  })
})

test('nothing is ever written over', async () => {
  await withFiles({ 'a/main.tf': root, 'portolan.yaml': '# mine\n' }, async (directory) => {
    const first = await firstManifest(directory, { project: 'shop', env: {} })
    await expect(writeManifest(directory, first)).rejects.toThrow('already: nothing was written')
    expect(await readFile(path.join(directory, 'portolan.yaml'), 'utf8')).toBe('# mine\n')
  })
  await withFiles({ 'portolan.yml': '# mine\n' }, async (directory) => {
    const first = await firstManifest(directory, { project: 'shop', env: {} })
    await expect(writeManifest(directory, first)).rejects.toThrow('must be called portolan.yaml')
  })
})

describe('workspaces of Terraform', () => {
  test('that left a trace become environments', async () => {
    const files = {
      'net/main.tf': root,
      'net/terraform.tfstate.d/prod/terraform.tfstate': '{}',
      'net/terraform.tfstate.d/dev/terraform.tfstate': '{}',
      'net/terraform.tfstate': '{}',
      'app/main.tf': root,
      'app/.terraform/environment': 'prod',
      'shared/main.tf': root,
    }
    await init(files, ({ manifest }) => {
      expect([...manifest.environments.keys()]).toEqual(['default', 'dev', 'prod'])
      const workspace = '$' + '{{ env.name }}'
      expect(summary(manifest)).toEqual({
        app: { main: 'app', environments: ['prod'], workspace },
        net: { main: 'net', workspace },
        shared: { main: 'shared', environments: ['default'] },
      })
    })
  })

  test('whose name no environment can have are told', async () => {
    const files = { 'net/main.tf': root, 'net/.terraform/environment': 'a b' }
    await init(files, ({ first, manifest }) => {
      expect([...manifest.environments.keys()]).toEqual(['default'])
      expect(first.notes).toEqual(['net: no environment can be called as the workspace "a b"'])
    })
  })
})

describe('an atlantis.yaml', () => {
  const modules = {
    'net/main.tf': root,
    'app/main.tf': root,
    'data/main.tf': root,
    'more/main.tf': root,
  }

  test('becomes components, environments and what they need', async () => {
    const atlantis = `version: 3
projects:
  - { name: net-dev, dir: net, workspace: dev, terraform_version: v1.5.7 }
  - name: net-prod
    dir: ./net/
    workspace: prod
    terraform_version: v1.5.7
    autoplan: { when_modified: ["*.tf", "../modules/**/*.tf", "../net/x.json"] }
  - { name: my-app, dir: app, workspace: prod, depends_on: [net-prod], terraform_distribution: opentofu }
  - { dir: "d*", workspace: prod }
`
    await init({ ...modules, 'atlantis.yaml': atlantis }, ({ first, manifest }) => {
      const workspace = '$' + '{{ env.name }}'
      expect(summary(manifest)).toEqual({
        net: { main: 'net', workspace, version: '1.5.7', watch: ['modules/**/*.tf'] },
        my_app: { main: 'app', environments: ['prod'], needs: ['net'], workspace, tool: 'tofu' },
        data: { main: 'data', environments: ['prod'], workspace },
      })
      expect(first.from).toBe('atlantis.yaml')
      expect(first.notes).toEqual([])
      expect(first.text).toContain('# Root modules that atlantis.yaml leaves out:\n  #   more\n')
    })
  })

  test('says of everything else that it is not carried over', async () => {
    const atlantis = `version: 3
automerge: true
parallel_plan: true
workflows: { own: {} }
projects:
  - name: a
    dir: net
    workflow: own
    apply_requirements: [approved]
    execution_order_group: 1
    autoplan: { enabled: false, when_modified: ["!x.tf"] }
  - { name: b, dir: net }
  - { name: c, dir: gone }
  - { name: d, dir: app, workspace: prod, depends_on: [a, nobody] }
`
    await init({ ...modules, 'atlantis.yaml': atlantis }, ({ first }) => {
      expect(first.notes.map((note) => note.replace(/ \(.*/, ''))).toEqual([
        'atlantis.yaml has own workflows: commands around a plan or an apply are `before` and `after` of a component',
        'atlantis.yaml has `automerge`: merging is not of the manifest',
        'a: `workflow`',
        'a: `execution_order_group`',
        'a: `apply_requirements`',
        'a: `autoplan.enabled: false`',
        'a: `when_modified` !x.tf',
        'b: a second project of the same directory and workspace',
        'c: there is no configuration in gone',
        'd: `depends_on` a is of another workspace',
        'd: `depends_on` names nobody, which is not there',
      ])
      for (const note of first.notes) expect(first.text).toContain(`#   ${note}`)
    })
  })

  test.each([
    [
      'of another version',
      'version: 2\n',
      'atlantis.yaml could not be read: line 1: `version` must be 3, not 2',
    ],
    [
      'that is no YAML',
      'projects: [\n',
      'atlantis.yaml could not be read: line 1: this `[` is never closed by `]`',
    ],
    [
      'whose projects need each other',
      'version: 3\nprojects:\n  - { name: a, dir: net, depends_on: [b] }\n  - { name: b, dir: app, depends_on: [a] }\n',
      '`depends_on`: it goes in a circle',
    ],
    [
      'with a version that is none',
      'version: 3\nprojects:\n  - { dir: net, terraform_version: latest }\n',
      'atlantis.yaml, line 3: `terraform_version` must be a version, not "latest"',
    ],
  ])('%s is told', async (_name, atlantis, note) => {
    await init({ ...modules, 'atlantis.yaml': atlantis }, ({ first }) => {
      expect(first.notes).toEqual([note])
    })
  })
})

describe('names of components', () => {
  test.each([
    [['a/db', 'a/net'], { 'a/db': 'db', 'a/net': 'net' }],
    [['a/db', 'b/db', 'c/x'], { 'a/db': 'a_db', 'b/db': 'b_db', 'c/x': 'x' }],
    [['db', 'a/db'], { db: 'db', 'a/db': 'a_db' }],
    [['', 'x/root'], { '': 'root', 'x/root': 'x_root' }],
    [
      ['My DB', 'my-db', '1st', 'ü'],
      { 'My DB': 'my_db', 'my-db': 'my_db_2', '1st': 'c_1st', ü: 'u' },
    ],
  ])('of %j', (directories, ids) => {
    expect(Object.fromEntries(idsOf(directories))).toEqual(ids)
  })

  test('are all different and can be written, whatever the directories are called', () => {
    const part = fc.constantFrom('a', 'b', 'A', 'db', 'my-db', 'my_db', '1', 'ß', 'root', 'a_b')
    const directory = fc.array(part, { maxLength: 3 }).map((parts) => parts.join('/'))
    fc.assert(
      fc.property(fc.uniqueArray(directory, { maxLength: 12 }), (directories) => {
        const ids = [...idsOf(directories).values()]
        expect(new Set(ids).size).toBe(directories.length)
        for (const id of ids) expect(id).toMatch(COMPONENT_NAME)
      }),
    )
  })
})

test('a first manifest is right, whatever the directories are called', async () => {
  const names = [
    "it's",
    'a: b',
    '#x',
    'true',
    '-',
    '1.5',
    '日本',
    'a"b',
    '{x}',
    '[y]',
    '&z',
    'über alles',
    "%'",
    '.5a',
  ]
  const files = Object.fromEntries(names.map((name) => [`x/${name}/main.tf`, root]))
  await init(files, ({ manifest }) => {
    const mains = [...manifest.components.values()].map(({ main }) => main.value)
    expect(mains.sort()).toEqual(
      names
        .filter((name) => !name.startsWith('.'))
        .map((name) => `x/${name}`)
        .sort(),
    )
  })
})
