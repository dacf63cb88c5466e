import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LogAssembler } from './log-lines.ts'
import { LogSearch, nextMatch, split } from './log-search.ts'

test('a log that grows is searched as one that is there', () => {
  const words = fc.array(fc.constantFrom('Error', 'error:', 'ok', '\n', '\r', ' ', '\n'))
  fc.assert(
    fc.property(words, (parts) => {
      const lines = new LogAssembler()
      const search = new LogSearch(lines, 'ERROR')
      for (const text of parts) {
        lines.push({ phase: 'plan', text, at: '' })
        const atOnce = new LogSearch(lines, 'error').upTo(lines.count)
        expect(search.upTo(lines.count)).toEqual(atOnce)
      }
    }),
  )
})

test('the parts of a line are the line', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'grapheme' }),
      (text, wanted) => {
        expect(
          split(text, wanted)
            .map((part) => part.text)
            .join(''),
        ).toBe(text)
      },
    ),
  )
  expect(split('An Error: error', 'error')).toEqual([
    { text: 'An ', isMatch: false },
    { text: 'Error', isMatch: true },
    { text: ': ', isMatch: false },
    { text: 'error', isMatch: true },
  ])
})

test('from match to match, around the ends', () => {
  const matches = [3, 7, 9]
  expect(nextMatch(matches, undefined, 1)).toBe(3)
  expect(nextMatch(matches, 3, 1)).toBe(7)
  expect(nextMatch(matches, 9, 1)).toBe(3)
  expect(nextMatch(matches, 3, -1)).toBe(9)
  expect(nextMatch(matches, 8, -1)).toBe(7)
  expect(nextMatch([], 8, 1)).toBeUndefined()
})
