import { expect, test } from 'vitest'
import { createNormalizer } from './normal-state.ts'

const id = (digit: string) =>
  digit.repeat(8) + `-${digit.repeat(4)}`.repeat(3) + `-${digit.repeat(12)}`

test('states that differ in lineage, serial and random ids are equal', () => {
  const first = createNormalizer()(
    `{"lineage":"${id('a')}","serial":1,"outputs":{"it":"${id('b')}"}}`,
  )
  const second = createNormalizer()(
    `{"lineage":"${id('c')}","serial":9,"outputs":{"it":"${id('d')}"}}`,
  )
  expect(first).toEqual(second)
})

test('an id that was kept is told from one that is new', () => {
  const kept = createNormalizer()
  const replaced = createNormalizer()
  const state = (digit: string) => `{"outputs":{"it":"${id(digit)}"}}`
  expect([kept(state('a')), kept(state('a'))]).not.toEqual([
    replaced(state('a')),
    replaced(state('b')),
  ])
})

test('numbers keep every digit', () => {
  const normal = createNormalizer()
  expect(normal('{"outputs":[9007199254740993, -1.50, "1"]}')).not.toEqual(
    normal('{"outputs":[9007199254740992, -1.50, "1"]}'),
  )
})
