import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dependencyOrder } from './dependency-order.ts'

interface Node {
  readonly name: string
  readonly needs: readonly { readonly name: string }[]
}

function aNode(name: string, ...needs: string[]): Node {
  return { name, needs: needs.map((need) => ({ name: need })) }
}

const graphs = fc
  .nat(15)
  .chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, at) =>
        fc
          .uniqueArray(fc.nat(Math.max(at - 1, 0)), { maxLength: Math.min(at, 4) })
          .map((needs) => aNode(`n${at}`, ...needs.map((need) => `n${need}`))),
      ),
    ),
  )
const shuffled = graphs.chain((nodes) =>
  fc.shuffledSubarray([...nodes], { minLength: nodes.length }),
)

test('everything comes once, after all that it needs', () => {
  fc.assert(
    fc.property(shuffled, (nodes) => {
      const order = dependencyOrder(nodes)
      const place = new Map(order.map(({ name }, at) => [name, at]))
      expect(place.size).toBe(nodes.length)
      expect(order).toHaveLength(nodes.length)
      for (const { name, needs } of nodes) {
        for (const need of needs) expect(place.get(need.name)).toBeLessThan(place.get(name) ?? 0)
      }
    }),
  )
})

test('what is in order stays as it is', () => {
  fc.assert(
    fc.property(graphs, (nodes) => {
      expect(dependencyOrder(nodes)).toEqual(nodes)
    }),
  )
})

test('needs outside are left aside', () => {
  expect(dependencyOrder([aNode('a', 'elsewhere')]).map(({ name }) => name)).toEqual(['a'])
})

test('circles and repetitions are refused, however they are entered', () => {
  expect(() => dependencyOrder([aNode('a', 'a')])).toThrow('circle')
  expect(() => dependencyOrder([aNode('x', 'a'), aNode('a', 'b'), aNode('b', 'a')])).toThrow(
    'circle',
  )
  expect(() => dependencyOrder([aNode('a'), aNode('a')])).toThrow('twice')
})

test('a long chain needs no deep stack', () => {
  const chain = Array.from({ length: 20_000 }, (_, at) => aNode(`n${at}`, `n${at + 1}`))
  expect(dependencyOrder(chain)[0]?.name).toBe('n19999')
})
