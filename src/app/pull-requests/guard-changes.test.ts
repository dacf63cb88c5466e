import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { loadManifest } from '../../manifest/index.ts'
import { guardChanges } from './guard-changes.ts'

const base = `
version: 1
environments:
  dev: {}
  prod: { after: dev, gate: { approvals: 2 }, protect: [aws_db_instance] }
components:
  db: { terraform: db, protect: true }
`

async function changes(head: string, before = base): Promise<readonly string[]> {
  const manifests = await Promise.all(
    [before, head].map(async (text) => {
      const root = await mkdtemp(path.join(tmpdir(), 'guards-'))
      await writeFile(path.join(root, 'portolan.yaml'), text)
      const manifest = await loadManifest(root, {})
      await rm(root, { recursive: true })
      return manifest
    }),
  )
  const [one, other] = manifests
  if (one === undefined || other === undefined) throw new Error('two were read')
  return guardChanges(one, other)
}

test.each([
  ['nothing', '', '', []],
  ['fewer approvals', 'approvals: 2', 'approvals: 1', ['the gate of prod']],
  ['no gate', ', gate: { approvals: 2 }', '', ['the gate of prod']],
  ['another order', 'after: dev, ', '', ['what prod comes after']],
  ['no question', 'dev: {}', 'dev: { auto: true }', ['whether dev asks before it is applied']],
  ['applied by merging', 'dev: {}', 'dev: { apply: after-merge }', ['when dev is applied']],
  ['fewer types', ', protect: [aws_db_instance]', '', ['what is protected in prod']],
  ['no protection', ', protect: true', '', ['the protection of db']],
  [
    'rules',
    'version: 1',
    'version: 1\npull_requests: { drafts: true }',
    ['how pull requests are handled'],
  ],
  ['a renamed environment', 'prod:', 'live:', ['the environment prod, which is gone']],
])('%s', async (_what, from, to, expected) => {
  expect(await changes(base.replace(from, to))).toEqual(expected)
})

test('values, inputs and new components are no guards', async () => {
  expect(await changes(`${base}  api: { terraform: api }\nvalues: { size: 2 }\n`)).toEqual([])
})
