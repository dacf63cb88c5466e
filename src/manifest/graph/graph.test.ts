import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aManifest, type ComponentShape } from '../../../test/support/manifest.ts'
import { buildGraph } from './build.ts'
import { checkGraph } from './check.ts'
import { closure } from './closure.ts'
import type { Graph } from './graph.ts'
import { select } from './select.ts'

const shop = aManifest({
  environments: ['shared', 'dev', 'prod after dev'],
  components: {
    api: { reads: ['db.host', 'db.password', 'shared/dns.zone'], needs: ['crds'] },
    db: { reads: ['network.vpc'], tags: ['data'] },
    crds: {},
    network: {},
    dns: { environments: ['shared'] },
  },
})

describe('the graph', () => {
  test('has each component in each of its environments, with edges by name and by output', () => {
    const { nodes } = buildGraph(shop)
    expect(nodes.size).toBe(4 * 3 + 1)
    expect({ ...nodes.get('api@dev') }).toEqual({
      name: 'api@dev',
      component: 'api',
      group: 0,
      environment: 'dev',
      tags: [],
      needs: [
        { name: 'crds@dev', outputs: [] },
        { name: 'db@dev', outputs: ['host', 'password'] },
        { name: 'dns@shared', outputs: ['zone'] },
      ],
    })
    expect(nodes.get('api@dev')?.dependents).toEqual([])
    expect(nodes.get('db@dev')?.dependents).toEqual(['api@dev'])
    expect(nodes.get('dns@shared')?.dependents).toEqual(['api@shared', 'api@dev', 'api@prod'])
  })

  test('is ordered: environments, components as they are written, but what is needed comes first', () => {
    const { order, nodes } = buildGraph(shop)
    expect(order.filter((name) => name.endsWith('@dev'))).toEqual([
      'crds@dev',
      'network@dev',
      'db@dev',
      'api@dev',
    ])
    expect(order.indexOf('dns@shared')).toBeLessThan(order.indexOf('api@shared'))
    expect([...nodes.keys()]).toEqual(order)
  })

  test('an input of one environment is an edge only there', () => {
    const graph = buildGraph(
      aManifest({
        environments: ['dev', 'prod'],
        components: { a: { readsIn: { prod: ['b.x'] } }, b: {} },
      }),
    )
    expect(graph.nodes.get('a@dev')?.needs).toEqual([])
    expect(graph.nodes.get('a@prod')?.needs).toEqual([{ name: 'b@prod', outputs: ['x'] }])
  })
})

// Edges lead to later components only, so that there is no cycle.
const acyclic = fc
  .array(fc.record({ needs: fc.array(fc.nat(), { maxLength: 4 }), data: fc.boolean() }), {
    minLength: 1,
    maxLength: 25,
  })
  .map((rows) =>
    rows.map(({ needs, data }, at) => {
      const later = rows.length - at - 1
      const names = later === 0 ? [] : needs.map((need) => `c${at + 1 + (need % later)}`)
      const shape = data ? { reads: names.map((name) => `${name}.x`) } : { needs: names }
      return [`c${at}`, shape] as const
    }),
  )

describe('whatever the manifest', () => {
  test('dependencies come first, and the order of what is written changes no edge', () => {
    fc.assert(
      fc.property(acyclic, fc.infiniteStream(fc.nat()), (rows, numbers) => {
        const graph = graphOf(rows)
        expect(isTopological(graph)).toBe(true)
        const shuffled = rows
          .map((row) => ({ row, place: numbers.next().value }))
          .sort((a, b) => a.place - b.place)
          .map(({ row }) => row)
        const other = graphOf(shuffled)
        expect(isTopological(other)).toBe(true)
        expect(edges(other)).toEqual(edges(graph))
        expect(checkGraph(manifestOf(rows))).toEqual([])
      }),
    )
  })

  test('what is selected with what it needs is exactly what can be reached', () => {
    fc.assert(
      fc.property(acyclic, fc.nat(), (rows, pick) => {
        const graph = graphOf(rows)
        const name = graph.order[pick % graph.order.length] ?? ''
        const component = graph.nodes.get(name)?.component ?? ''
        for (const [selected, direction] of [
          [select(graph, { names: [name], withDependencies: true }), 'needs'],
          [select(graph, { to: [name] }), 'needs'],
          [select(graph, { names: [name], withDependents: true }), 'dependents'],
        ] as const) {
          const expected = reach(graph, name, direction)
          expect(selected.names).toEqual(expected)
          expect(new Set([name, ...closure(graph, [name], direction).keys()])).toEqual(expected)
          expect([...selected.names]).toEqual(graph.order.filter((one) => expected.has(one)))
        }
        expect(component).not.toBe('')
      }),
    )
  })
})

function manifestOf(rows: readonly (readonly [string, ComponentShape])[]) {
  return aManifest({ environments: ['dev', 'prod'], components: Object.fromEntries(rows) })
}

function graphOf(rows: readonly (readonly [string, ComponentShape])[]): Graph {
  return buildGraph(manifestOf(rows))
}

function isTopological(graph: Graph): boolean {
  const place = new Map(graph.order.map((name, at) => [name, at]))
  return [...graph.nodes.values()].every((node) =>
    node.needs.every((need) => (place.get(need.name) ?? Infinity) < (place.get(node.name) ?? -1)),
  )
}

function edges(graph: Graph): string[] {
  return [...graph.nodes.values()]
    .flatMap((node) => [
      ...node.needs.map((need) => `${node.name} ${need.name} ${need.outputs.toSorted()}`),
      ...node.dependents.map((name) => `${name} by ${node.name}`),
    ])
    .sort()
}

/** By the plainest way there is: until nothing more comes. */
function reach(graph: Graph, start: string, direction: 'needs' | 'dependents'): Set<string> {
  const all = new Set([start])
  for (let size = 0; size !== all.size; ) {
    size = all.size
    for (const node of graph.nodes.values()) {
      for (const { name } of node.needs) {
        if (direction === 'needs' && all.has(node.name)) all.add(name)
        if (direction === 'dependents' && all.has(name)) all.add(node.name)
      }
    }
  }
  return all
}
