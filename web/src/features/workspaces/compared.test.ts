import { expect, test } from 'vitest'
import { chosen } from './compared.ts'

test('two versions are compared, the older one first', () => {
  expect(chosen({}, 4)).toEqual({ to: 4 })
  expect(chosen({ to: 4 }, 9)).toEqual({ from: 4, to: 9 })
  expect(chosen({ to: 4 }, 2)).toEqual({ from: 2, to: 4 })
})

test('a third one takes the place of the older one; one that is chosen again goes', () => {
  expect(chosen({ from: 4, to: 9 }, 6)).toEqual({ from: 6, to: 9 })
  expect(chosen({ from: 4, to: 9 }, 4)).toEqual({ to: 9 })
  expect(chosen({ to: 9 }, 9)).toEqual({})
})
