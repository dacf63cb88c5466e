import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NODE } from './drawing.ts'
import { graphInputOf, neighbour } from './graph-input.ts'
import { layoutGraph } from './layout.ts'

function member(name: string, needs: readonly string[] = []) {
  return {
    name,
    environment: name.slice(name.lastIndexOf('@') + 1),
    needs: needs.map((need) => ({ name: need })),
  }
}

const nodes = [
  member('network@dev'),
  member('db@dev', ['network@dev', 'gone@dev']),
  member('web@dev', ['db@dev']),
  member('alone@dev'),
  member('network@prod'),
]

describe('the graph of a change', () => {
  test('has a lane for each environment and an edge for each need that takes part', () => {
    expect(graphInputOf(nodes, ['dev', 'empty', 'prod'])).toEqual({
      lanes: [
        { name: 'dev', nodes: ['network@dev', 'db@dev', 'web@dev', 'alone@dev'] },
        { name: 'prod', nodes: ['network@prod'] },
      ],
      edges: [
        { from: 'network@dev', to: 'db@dev' },
        { from: 'db@dev', to: 'web@dev' },
      ],
    })
  })

  test('runs from left to right, inside of its lanes', () => {
    const { places, lanes } = layoutGraph(graphInputOf(nodes, ['dev', 'prod']))
    const x = ['network@dev', 'db@dev', 'web@dev'].map((name) => places[name]?.x ?? Number.NaN)
    const [dev, prod] = lanes

    expect(x).toEqual(x.toSorted((a, b) => a - b))
    expect(new Set(x).size).toBe(3)
    expect((dev?.y ?? 0) + (dev?.height ?? 0)).toBeLessThan(prod?.y ?? 0)
    expect(places['network@prod']?.y).toBeGreaterThan(prod?.y ?? 0)
  })

  test('never draws two nodes over one another', () => {
    const graphs = fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { maxLength: 40 })
    void fc.assert(
      fc.property(graphs, (pairs) => {
        const all = Array.from({ length: 21 }, (_, index) =>
          member(
            `n${index}@dev`,
            pairs.filter(([a, b]) => a < b && b === index).map(([a]) => `n${a}@dev`),
          ),
        )
        const points = Object.values(layoutGraph(graphInputOf(all, ['dev'])).places)
        for (const [index, a] of points.entries()) {
          for (const b of points.slice(index + 1)) {
            const apart =
              Math.abs(a.x - b.x) >= NODE.width - 0.01 || Math.abs(a.y - b.y) >= NODE.height - 0.01
            expect(apart).toBe(true)
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  test('arrow keys lead to the nearest node in their direction', () => {
    const places = { a: { x: 0, y: 0 }, b: { x: 300, y: 10 }, c: { x: 250, y: 400 } }

    expect(neighbour(places, 'a', 'ArrowRight')).toBe('b')
    expect(neighbour(places, 'b', 'ArrowDown')).toBe('c')
    expect(neighbour(places, 'a', 'ArrowLeft')).toBeUndefined()
  })
})
