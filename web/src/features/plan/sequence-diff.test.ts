import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffSequences } from './sequence-diff.ts'

const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 })

test('stretches cover both sides without a gap, and what they call the same is the same', () => {
  fc.assert(
    fc.property(words, words, (before, after) => {
      let [b, a] = [0, 0]
      for (const stretch of diffSequences(before, after)) {
        if (stretch.kind === 'same') {
          expect([stretch.before, stretch.after]).toEqual([b, a])
          expect(before.slice(b, b + stretch.length)).toEqual(after.slice(a, a + stretch.length))
          b += stretch.length
          a += stretch.length
        } else {
          expect([stretch.before[0], stretch.after[0]]).toEqual([b, a])
          b = stretch.before[1]
          a = stretch.after[1]
        }
      }
      expect([b, a]).toEqual([before.length, after.length])
    }),
  )
})

test('as much as can stay stays', () => {
  fc.assert(
    fc.property(words, words, (before, after) => {
      const same = diffSequences(before, after)
        .map((stretch) => (stretch.kind === 'same' ? stretch.length : 0))
        .reduce((sum, length) => sum + length, 0)
      expect(same).toBe(longestCommon(before, after))
    }),
  )
})

function longestCommon(a: readonly string[], b: readonly string[]): number {
  const row = new Array<number>(b.length + 1).fill(0)
  for (const item of a) {
    let diagonal = 0
    for (let index = 1; index <= b.length; index += 1) {
      const above = row[index] ?? 0
      row[index] = item === b[index - 1] ? diagonal + 1 : Math.max(above, row[index - 1] ?? 0)
      diagonal = above
    }
  }
  return row.at(-1) ?? 0
}

test('two long lists that have nothing in common are replaced whole', () => {
  const list = (name: string) => Array.from({ length: 50_000 }, (_, index) => `${name}${index}`)
  expect(diffSequences(list('a'), list('b'))).toHaveLength(1)
})
