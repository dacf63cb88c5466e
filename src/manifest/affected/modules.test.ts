import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hitsOf } from './hits.ts'
import { ChangedModules, type ModuleGraph, type ModuleRow, RowModules } from './module-graph.ts'
import { packModules, StoredModules } from './stored-modules.ts'
import { packTable, StoredTable } from './table.ts'
import type { Dependents } from './units.ts'

const directory = fc.constantFrom('', 'a', 'a/b', 'a/b/c', 'm', 'm/n', 'x\ny', '../out', 'm-1', 'é')
const row = fc.record({
  calls: fc.uniqueArray(directory, { maxLength: 4 }),
  hasBackend: fc.boolean(),
  onlyTofu: fc.boolean(),
  keepsState: fc.boolean(),
})
const rows = fc
  .array(fc.tuple(directory, row), { maxLength: 8 })
  .map((entries) => new Map<string, ModuleRow>(entries))

/** Everything that a graph tells, to be compared. */
function told(graph: ModuleGraph) {
  const directories = [...graph.directories()].sort()
  const all = new Set([
    ...directories,
    ...directories.flatMap((one) => graph.row(one)?.calls ?? []),
  ])
  return [...all].sort().map((one) => {
    const found = graph.row(one)
    const calls = found === undefined ? undefined : { ...found, calls: found.calls.toSorted() }
    return [one, calls, [...graph.callers(one)].sort()]
  })
}

describe('a graph of modules', () => {
  test('is the same after it was packed, written and read', () => {
    fc.assert(
      fc.property(rows, (some) => {
        const graph = new RowModules(some)
        const read = new StoredModules(JSON.parse(JSON.stringify(packModules(graph))))
        expect(told(read)).toEqual(told(graph))
        expect(read.row('nowhere')).toBeUndefined()
        expect([...read.callers('nowhere')]).toEqual([])
      }),
    )
  })

  test('with changes is the graph that is made of them anew', () => {
    const changes = fc
      .array(fc.tuple(directory, fc.option(row, { nil: undefined })), { maxLength: 4 })
      .map((entries) => new Map(entries))
    fc.assert(
      fc.property(rows, changes, (some, changed) => {
        const before = new StoredModules(packModules(new RowModules(some)))
        const now = new ChangedModules(before, changed)
        const anew = new RowModules(new Map([...some, ...changed]))
        expect(told(now)).toEqual(told(anew))
        expect(now.isOther).toBe(
          [...changed].some(
            ([one, is]) => JSON.stringify(is) !== JSON.stringify(some.get(one) ?? undefined),
          ),
        )
      }),
    )
  })
})

test('a table is the same after it was packed', () => {
  const tables = fc.dictionary(fc.string(), fc.array(fc.nat(), { maxLength: 5 }))
  fc.assert(
    fc.property(tables, fc.string(), (entries, other) => {
      const table = new Map(Object.entries(entries))
      const read = new StoredTable(JSON.parse(JSON.stringify(packTable(table))))
      expect(new Map([...read.keys()].map((key) => [key, read.get(key)]))).toEqual(table)
      expect(read.size).toBe(table.size)
      expect(read.get(other)).toEqual(table.get(other))
    }),
  )
})

describe('a file belongs to the nearest directory that counts', () => {
  const modules = new RowModules(
    new Map([
      [
        'infra',
        { calls: ['infra/modules/x'], hasBackend: false, onlyTofu: false, keepsState: false },
      ],
      [
        'infra/db',
        { calls: ['infra', 'm'], hasBackend: false, onlyTofu: false, keepsState: false },
      ],
      ['m', { calls: ['m'], hasBackend: false, onlyTofu: false, keepsState: false }],
      ['m/examples/one', { calls: ['m'], hasBackend: false, onlyTofu: false, keepsState: false }],
    ]),
  )
  const dependents: Dependents = {
    environments: ['dev'],
    units: ['infra', 'db', 'deep'].map((component) => ({ component, environments: [0] })),
    roots: new Map([
      ['infra', [0]],
      ['infra/db', [1]],
      ['infra/db/deep', [2]],
    ]),
    files: new Map(),
    trees: new Map(),
    globs: new Map(),
    patterns: new Map(),
    callers: new Map(),
  }

  test.each<[string, Record<string, string[]>]>([
    [
      'infra/main.tf',
      { infra: ['infra/main.tf changed'], db: ['module infra changed (infra/main.tf)'] },
    ],
    ['infra/db/x/y.tpl', { db: ['infra/db/x/y.tpl changed'] }],
    ['infra/db/deep/main.tf', { deep: ['infra/db/deep/main.tf changed'] }],
    [
      'infra/modules/x/a.tf',
      {
        infra: ['module infra/modules/x changed (infra/modules/x/a.tf)'],
        db: ['module infra/modules/x changed (infra/modules/x/a.tf)'],
      },
    ],
    ['m/examples/one/main.tf', { db: ['module m changed (m/examples/one/main.tf)'] }],
    ['m', { db: ['module m changed (m)'] }],
    ['other/main.tf', {}],
    ['../out/main.tf', {}],
  ])('%s', (file, expected) => {
    const hits = hitsOf([file], dependents, modules)
    const named = [...hits].map(([at, reasons]) => [dependents.units.at(at)?.component, reasons])
    expect(Object.fromEntries(named)).toEqual(expected)
  })
})
