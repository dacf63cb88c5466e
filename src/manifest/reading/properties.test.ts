import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Manifest } from '../manifest.ts'
import { packManifest, unpackManifest } from './manifest-codec.ts'
import { parseTexts } from './parse.ts'

type Plain = null | boolean | number | bigint | string | Plain[] | { [key: string]: Plain }

const word = fc.constantFrom('a', 'b1', 'net', 'x_y', 'prod')
const value: fc.Arbitrary<Plain> = fc.letrec<{ value: Plain }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Plain>(null, true, 0, 1.5, -7, 9007199254740993n, 'text', 'a\nb', "it's"),
    fc.string({ maxLength: 5 }).map((text) => text.replaceAll('$', '')),
    fc.constantFrom('$' + '{{ values.a }}', 'x-$' + '{{ env.name }}'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(word, tie('value'), { maxKeys: 3 }),
  ),
})).value
const map = fc.dictionary(word, value, { maxKeys: 3 })
const texts = fc.uniqueArray(word, { maxLength: 2 })
const hooks = fc.array(
  fc.record(
    {
      run: fc.constantFrom('./x.sh', 'echo "$' + '{{ values.a }}"'),
      env: map,
      on: fc.uniqueArray(fc.constantFrom('plan', 'apply', 'destroy'), { minLength: 1 }),
    },
    { requiredKeys: ['run'] },
  ),
  { maxLength: 2 },
)
const output = fc.oneof(
  fc.constantFrom<Plain>('string', 'list(string)'),
  fc.record({ type: fc.constant('any'), sensitive: fc.boolean() }, { requiredKeys: ['type'] }),
)

const anyKeys = {
  inputs: map,
  values: fc.constantFrom<Plain>(['a.yaml'], ['$' + '{{ env.name }}.yaml?', 'b/c.yaml']),
  outputs: fc.dictionary(word, output, { maxKeys: 2 }),
  environments: fc.constantFrom<Plain>(['dev'], ['dev', 'prod']),
  tags: texts,
  needs: texts,
  when: fc.constantFrom<Plain>('values.a', true, 'env.name != "prod"'),
  protect: fc.boolean(),
  timeout: fc.constantFrom('10m', '1h30m', '90s'),
  retry: fc.constantFrom<Plain>(2, { attempts: 1 }, { attempts: 3, on: ['a.b'] }),
  before: hooks,
  after: hooks,
  watch: fc.constantFrom<Plain>(['schemas/**'], []),
}
const component = fc.oneof(
  fc.record(
    {
      terraform: fc.constantFrom('infra/a', '.', 'git::https://h/a.git//b?ref=v1'),
      tool: fc.constantFrom('terraform', 'tofu'),
      terraform_version: fc.constantFrom('~> 1.11', '>= 1.6, < 2'),
      workspace: fc.constant('$' + '{{ env.name }}'),
      state: fc.constantFrom('own', 'managed'),
      var_files: fc.constant<Plain>(['x.tfvars']),
      ...anyKeys,
    },
    { requiredKeys: ['terraform'] },
  ),
  fc.record(
    { run: fc.constantFrom('./a.sh', 'a\nb\n'), once: fc.boolean(), ...anyKeys },
    { requiredKeys: ['run'] },
  ),
)
const environment = fc.record(
  {
    auto: fc.boolean(),
    apply: fc.constantFrom('before-merge', 'after-merge'),
    concurrency: fc.integer({ min: 1, max: 9 }),
    gate: fc.record(
      {
        approvals: fc.integer({ min: 1, max: 3 }),
        from: fc.constant<Plain>(['team/sre']),
        window: fc.constant('Mon-Thu 09:00-16:00 Europe/London'),
        destroy: fc.constantFrom('allow', 'deny'),
      },
      { requiredKeys: [] },
    ),
    values: map,
    protect: fc.constant<Plain>(['aws_db_instance']),
  },
  { requiredKeys: [] },
)

const pullRequests = fc.record(
  {
    compat: fc.constant('atlantis'),
    merge: fc.constantFrom('automatic', 'manual'),
    method: fc.constantFrom('merge', 'squash', 'rebase'),
    extra_arguments: fc.constant<Plain>(['-target', '-refresh']),
    reserve: fc.constantFrom('on-approval', 'on-plan'),
    drafts: fc.boolean(),
  },
  { requiredKeys: [] },
)

/** Inputs of commands are environment variables, and these words are fit for both. */
const plainManifest: fc.Arbitrary<{ [key: string]: Plain }> = fc
  .record({
    dev: environment,
    prod: environment,
    components: fc.dictionary(word, component, { minKeys: 1, maxKeys: 4 }),
    rest: fc.record(
      { project: word, values: map, pull_requests: pullRequests },
      { requiredKeys: [] },
    ),
  })
  .map(({ dev, prod, components, rest }) => {
    const [first = 'a', { environments }] = Object.entries(components)[0] ?? ['a', {}]
    const there = Array.isArray(environments) ? environments.includes('prod') : true
    const own = there ? { components: { [first]: { inputs: { a: 1 } } } } : {}
    return {
      version: 1,
      ...rest,
      environments: { dev: dev as Plain, prod: { ...prod, ...own, after: 'dev' } as Plain },
      components: components as Plain,
    }
  })

function yamlOf(plain: Plain): string {
  return stringify(plain, { lineWidth: 0, aliasDuplicateObjects: false })
}

function parse(text: string) {
  return parseTexts('/repository', [{ file: 'portolan.yaml', text }])
}

function right(plain: Plain): Manifest {
  const { manifest, problems } = parse(yamlOf(plain))
  expect(problems).toEqual([])
  return manifest
}

/** What it says, whatever stands where and in which order. */
function meaning(node: unknown): unknown {
  if (node instanceof Map) return meaning(Object.fromEntries(node))
  if (Array.isArray(node)) return node.map(meaning)
  if (typeof node !== 'object' || node === null) return node
  if ('kind' in node && node.kind === 'map' && 'entries' in node && Array.isArray(node.entries)) {
    return meaning(Object.fromEntries(node.entries.map(({ key, value }) => [key, value])))
  }
  const kept = Object.entries(node).filter(([key]) => !['at', 'keyAt', 'source'].includes(key))
  return Object.fromEntries(
    kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, meaning(v)]),
  )
}

function shuffled(plain: Plain, order: (keys: string[]) => string[]): Plain {
  if (Array.isArray(plain)) return plain.map((item) => shuffled(item, order))
  if (typeof plain !== 'object' || plain === null) return plain
  return Object.fromEntries(
    order(Object.keys(plain)).map((key) => [key, shuffled(plain[key] ?? null, order)]),
  )
}

test('the order of keys never matters', () => {
  fc.assert(
    fc.property(plainManifest, fc.infiniteStream(fc.nat()), (plain, numbers) => {
      const order = (keys: string[]) =>
        keys
          .map((key) => [numbers.next().value, key] as const)
          .sort(([a], [b]) => a - b)
          .map(([, key]) => key)
      expect(meaning(right(shuffled(plain, order)))).toEqual(meaning(right(plain)))
    }),
    { numRuns: 60 },
  )
})

/** Paths of all maps whose keys are the manifest's own words. */
function structures(plain: Plain, path: string[] = []): string[][] {
  if (Array.isArray(plain)) {
    return plain.flatMap((item, index) => structures(item, [...path, String(index)]))
  }
  if (typeof plain !== 'object' || plain === null) return []
  const [last = ''] = path.slice(-1)
  // Below these a person chooses the names.
  if (['inputs', 'values', 'env'].includes(last)) return []
  const own = ['environments', 'components', 'outputs'].includes(last) ? [] : [path]
  return [
    ...own,
    ...Object.entries(plain).flatMap(([key, inner]) => structures(inner, [...path, key])),
  ]
}

function withKey(plain: Plain, path: readonly string[], key: string): Plain {
  if (typeof plain !== 'object' || plain === null) return plain
  const [head, ...tail] = path
  if (Array.isArray(plain)) {
    return plain.map((item, index) => (String(index) === head ? withKey(item, tail, key) : item))
  }
  if (head === undefined) return { ...plain, [key]: 'x' }
  return { ...plain, [head]: withKey(plain[head] ?? null, tail, key) }
}

test('an unknown key is found wherever it is, and nothing else', () => {
  fc.assert(
    fc.property(plainManifest, fc.nat(), (plain, number) => {
      const places = structures(plain)
      const place = places[number % places.length] ?? []
      const text = yamlOf(withKey(plain, place, 'qqqq'))
      const lines = text.split('\n')
      const line = lines.findIndex((one) => one.includes('qqqq'))
      const column = lines[line]?.indexOf('qqqq') ?? 0
      expect(parse(text).problems).toMatchObject([
        { at: { line: line + 1, column: column + 1 }, message: 'unknown key `qqqq`' },
      ])
    }),
    { numRuns: 100 },
  )
})

describe('what is kept for the next command', () => {
  test('is the whole manifest, with every place', () => {
    fc.assert(
      fc.property(plainManifest, (plain) => {
        const manifest = right(plain)
        const kept = JSON.parse(JSON.stringify(packManifest(manifest)))
        expect(unpackManifest('/repository', kept)).toEqual(manifest)
      }),
      { numRuns: 100 },
    )
  })
})
