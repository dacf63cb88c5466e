import { expect, test } from 'vitest'
import { didYouMean, nearest } from './nearest.ts'

const known = ['network', 'db', 'api', 'search', 'seed', 'needs', 'values']

test.each([
  ['neds', ['needs']],
  ['netwrok', ['network']],
  ['Network', ['network']],
  ['dbb', ['db']],
  ['serach', ['search']],
  ['net', ['network']],
  ['kubernetes', []],
  ['', []],
])('nearest to %j is %j', (name, expected) => {
  expect(nearest(name, known)).toEqual(expected)
})

test('asks with all that may have been meant', () => {
  expect(didYouMean('dbb', known)).toBe('Did you mean `db`?')
  expect(didYouMean('pai', ['api', 'pay'])).toBe('Did you mean `api` or `pay`?')
  expect(didYouMean('kubernetes', known)).toBeUndefined()
})
