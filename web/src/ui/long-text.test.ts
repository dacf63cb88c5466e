import { expect, test } from 'vitest'
import { oneLine } from './long-text.tsx'

test('text from outside stays on one line and ends somewhere', () => {
  expect(oneLine('a\n  b\tc')).toBe('a b c')
  expect(oneLine('x'.repeat(10_000), 5)).toBe('xxxxx…')
  expect(oneLine('😀😀😀', 2)).toBe('😀😀…')
})

test('nothing in it works unseen', () => {
  expect(oneLine('safe\u202egnp.exe')).toBe('safe\\u202egnp.exe')
  expect(oneLine('\u001b[31mred')).toBe('\\u001b[31mred')
})
