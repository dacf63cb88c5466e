import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shapeOf } from './shape.ts'

const task = (name: string, ...needs: string[]) => ({ name, needs })

/** The tree as it is written, by indentation. */
function drawn(tasks: readonly ReturnType<typeof task>[]): string[] {
  const { order, parents } = shapeOf(tasks)
  const depths: number[] = []
  return order.map((index, place) => {
    const parent = parents[place] ?? -1
    depths[place] = parent === -1 ? 0 : (depths[parent] ?? 0) + 1
    return '  '.repeat(depths[place] ?? 0) + tasks[index]?.name
  })
}

test('each workspace stands below the last of those that it needs', () => {
  const tasks = [
    task('network'),
    task('crds'),
    task('db', 'network'),
    task('api', 'db', 'crds'),
    task('search', 'api'),
    task('seed', 'api', 'network'),
  ]
  expect(drawn(tasks)).toEqual(['network', '  db', '    api', '      search', '      seed', 'crds'])
})

test('needs that are not there, and needs that go round, lose no workspace', () => {
  expect(drawn([task('a', 'elsewhere'), task('b', 'c'), task('c', 'b')])).toEqual(['a', 'b', 'c'])
})

test('every workspace is written once, below one that it needs, and branches stand together', () => {
  const graphs = fc
    .integer({ min: 0, max: 30 })
    .chain((count) =>
      fc.tuple(
        ...Array.from({ length: count }, (_, at) =>
          fc.subarray(Array.from({ length: at }, (_, one) => `n${one}`)),
        ),
      ),
    )
    .map((needs) => needs.map((list, at) => task(`n${at}`, ...list)))
  fc.assert(
    fc.property(graphs, (tasks) => {
      const { order, ends, parents } = shapeOf(tasks)
      expect(order.toSorted((a, b) => a - b)).toEqual([...tasks.keys()])
      for (const [place, index] of order.entries()) {
        const parent = parents[place] ?? -1
        const needs = tasks[index]?.needs ?? []
        if (parent === -1) expect(needs).toEqual([])
        else {
          expect(needs).toContain(tasks[order[parent] ?? -1]?.name)
          expect(parent).toBeLessThan(place)
          expect(ends[parent]).toBeGreaterThanOrEqual(ends[place] ?? 0)
        }
      }
    }),
  )
})
