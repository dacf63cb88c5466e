import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Forge } from '../../forges/index.ts'
import { loadManifest, type Manifest } from '../../manifest/index.ts'
import { demandOfHost } from './host-requirements.ts'

async function manifestOf(files: Readonly<Record<string, string>>): Promise<Manifest> {
  const root = await mkdtemp(path.join(tmpdir(), 'requirements-'))
  try {
    for (const name of ['a', 'b', 'c']) {
      await mkdir(path.join(root, name))
      await writeFile(path.join(root, name, 'main.tf'), '')
    }
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(root, name), text)
    return await loadManifest(root, {})
  } finally {
    await rm(root, { recursive: true })
  }
}

const atlantis = (...projects: readonly string[]) =>
  manifestOf({
    'atlantis.yaml': `version: 3\nprojects:\n${projects.map((one) => `- ${one}\n`).join('')}`,
  })

const base = await atlantis(
  '{ name: prod, dir: a, apply_requirements: [approved] }',
  '{ name: test, dir: b }',
)

/** What is refused of this component, when nobody approved and nothing can be merged. */
async function refusal(head: Manifest, component: string): Promise<string | undefined> {
  const forge: Pick<Forge, 'approvals' | 'mergeability'> = {
    approvals: async () => [],
    mergeability: async () => ({ mergeable: false, because: 'checks failed' }),
  }
  const question = {
    // Nothing else of a host is asked.
    forge: forge as Forge,
    pullRequest: { number: 3, author: 'alice', headCommit: 'c0ffee' },
    phase: 'apply' as const,
    components: [component],
    base,
    head,
  }
  return demandOfHost(question).then(
    () => undefined,
    (error: Error) => error.message,
  )
}

const unapproved = '#3 is not approved on its host'
const unmergeable = '#3 cannot be merged: checks failed'

test('what the base has under this name and in this directory wants what the base says', async () => {
  const head = await atlantis(
    '{ name: prod, dir: ./a/ }',
    '{ name: test, dir: b, apply_requirements: [mergeable] }',
  )
  expect(await refusal(head, 'prod')).toBe(unapproved)
  expect(await refusal(head, 'test')).toBeUndefined()
})

test.each([
  ['another name for a directory', '{ name: live, dir: a }', 'live', unapproved],
  ['the name of another directory', '{ name: test, dir: a }', 'test', unapproved],
  ['a name that asks for nothing, for a directory that does not', '{ name: new, dir: b }', 'new'],
  ['a directory that is new', '{ name: new, dir: c }', 'new', unapproved],
  ['its own name for a directory that is new', '{ name: test, dir: c }', 'test', unapproved],
  [
    'what it asks for itself',
    '{ name: new, dir: b, apply_requirements: [mergeable] }',
    'new',
    unmergeable,
  ],
])('%s gets rid of nothing', async (_what, project, name, refused?: string) => {
  expect(await refusal(await atlantis(project), name)).toBe(refused)
})

test('what is gone in the head wants what the base says', async () => {
  const head = await atlantis('{ name: test, dir: b }')
  expect(await refusal(head, 'prod')).toBe(unapproved)
  expect(await refusal(head, 'test')).toBeUndefined()
})

test('another kind of configuration gets rid of nothing', async () => {
  const head = await manifestOf({
    'portolan.yaml': `version: 1
environments: { dev: {} }
components:
  live: { terraform: a }
  job: { run: ./a }
  somewhere: { terraform: "\${{ env.name }}" }
  test: { terraform: b }
`,
  })
  expect(await refusal(head, 'live')).toBe(unapproved)
  expect(await refusal(head, 'job')).toBe(unapproved)
  expect(await refusal(head, 'somewhere')).toBe(unapproved)
  expect(await refusal(head, 'test')).toBeUndefined()
})
