import { execFileSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { withFiles, writeFiles } from '../../../test/support/manifest-files.ts'
import { loadManifest } from '../reading/manifest-file.ts'
import { sourceDigest } from './source-digest-file.ts'

const manifest = `version: 1
values: { size: small, name: "\${{ values.prefix }}-x", prefix: a, other: 1 }
environments: { dev: {}, prod: { after: dev } }
components:
  around: { terraform: infra }
  db:
    terraform: infra/db
    inputs: { size: "\${{ values.size }}", name: "\${{ values.name }}" }
    values: [config/common.yaml, "config/\${{ env.name }}.yaml?"]
    watch: ["docs/**"]
  job:
    run: node scripts/job.mjs --in=data/in
`

const files = {
  'portolan.yaml': manifest,
  'infra/main.tf': '',
  'infra/db/main.tf': 'module "m" {\n  source = "../../modules/m"\n}\n',
  'modules/m/main.tf': '',
  'config/common.yaml': '{}',
  'config/dev.yaml': '{}',
  'docs/a.md': '',
  'scripts/job.mjs': '',
  'data/in/one.csv': '1',
}

async function digests(root: string): Promise<Record<string, string>> {
  const read = await loadManifest(root)
  const found: Record<string, string> = {}
  for (const name of read.components.keys()) found[name] = await sourceDigest(read, name)
  return found
}

test.each<[string, Record<string, string>, string[]]>([
  ['nothing', {}, []],
  ['a file of its directory', { 'infra/db/x.tf': '' }, ['db']],
  ['a module', { 'modules/m/main.tf': '# x' }, ['db']],
  ['a file around it', { 'infra/main.tf': '# x' }, ['around']],
  ['a values file', { 'config/common.yaml': '{ a: 1 }' }, ['db']],
  ['a values file of one environment', { 'config/dev.yaml': '{ a: 1 }' }, []],
  ['a watched file', { 'docs/b/c.md': '' }, ['db']],
  ['a file that a command names', { 'scripts/job.mjs': '// x' }, ['job']],
  ['a directory that a command names', { 'data/in/two.csv': '' }, ['job']],
  [
    'what Terraform writes',
    { 'infra/db/.terraform.lock.hcl': '', 'infra/db/terraform.tfstate': '' },
    [],
  ],
  ['a comment in the manifest', { 'portolan.yaml': `# one\n${manifest}` }, []],
  [
    'an environment',
    { 'portolan.yaml': manifest.replace('dev: {}', 'dev: { values: { size: x } }') },
    [],
  ],
  ['an input', { 'portolan.yaml': manifest.replace('inputs: {', 'inputs: { more: 1,') }, ['db']],
  [
    'inputs in another order',
    { 'portolan.yaml': manifest.replace(/(size: "[^"]*"), (name: "\$[^"]*")/, '$2, $1') },
    [],
  ],
  [
    'a value that it reads',
    { 'portolan.yaml': manifest.replace('size: small', 'size: large') },
    ['db'],
  ],
  [
    'a value behind a value',
    { 'portolan.yaml': manifest.replace('prefix: a', 'prefix: b') },
    ['db'],
  ],
  ['a value that nobody reads', { 'portolan.yaml': manifest.replace('other: 1', 'other: 2') }, []],
])('%s changes the digests of exactly these', async (_what, changed, expected) => {
  await withFiles(files, async (root) => {
    const before = await digests(root)
    await writeFiles(root, changed)
    const after = await digests(root)
    expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual(expected)
  })
})

test('the same files elsewhere have the same digest', async () => {
  const here = await withFiles(files, digests)
  expect(await withFiles(files, digests)).toEqual(here)
})

test('a file that is not there, and an unknown component', async () => {
  await withFiles(files, async (root) => {
    const before = await digests(root)
    await rm(path.join(root, 'scripts/job.mjs'))
    await mkdir(path.join(root, 'scripts/job.mjs'))
    await writeFile(path.join(root, 'scripts/job.mjs/x'), '')
    expect((await digests(root))['job']).not.toBe(before['job'])
    await expect(sourceDigest(await loadManifest(root), 'nothing')).rejects.toThrow(
      'the manifest has no component nothing',
    )
  })
})

test('what a job writes and git ignores is not what it is made of', async () => {
  await withFiles(files, async (root) => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: root }
    const run = 'run: node scripts/job.mjs --in=data/in > out/job.log'
    const written = manifest.replace('run: node scripts/job.mjs --in=data/in', run)
    await writeFiles(root, { 'portolan.yaml': written, '.gitignore': 'out\n' })
    execFileSync('git', ['init', '--quiet', root], { env })
    const digest = async () => sourceDigest(await loadManifest(root), 'job', env)
    const before = await digest()
    await writeFiles(root, { 'out/job.log': 'done' })
    expect(await digest()).toBe(before)
    await writeFiles(root, { 'scripts/job.mjs': '// other' })
    expect(await digest()).not.toBe(before)
  })
})
