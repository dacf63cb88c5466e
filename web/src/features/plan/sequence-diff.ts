/** A stretch of two sequences: the same in both, or what stands in its place in either. */
export type Stretch =
  | {
      readonly kind: 'same'
      readonly before: number
      readonly after: number
      readonly length: number
    }
  | {
      readonly kind: 'changed'
      readonly before: readonly [from: number, to: number]
      readonly after: readonly [from: number, to: number]
    }

/** Beyond this many comparisons the rest counts as replaced whole: a diff must not stop the page. */
const MOST_CELLS = 4_000_000

/** The longest common subsequence of two lists of texts, as stretches that cover both, in order. */
export function diffSequences(before: readonly string[], after: readonly string[]): Stretch[] {
  let start = 0
  const shorter = Math.min(before.length, after.length)
  while (start < shorter && before[start] === after[start]) start += 1
  let end = 0
  while (
    end < shorter - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1
  }
  const middle = matches(
    before.slice(start, before.length - end),
    after.slice(start, after.length - end),
  ).map(([b, a]) => [b + start, a + start] as const)
  const pairs = [
    ...Array.from({ length: start }, (_, index) => [index, index] as const),
    ...middle,
    ...Array.from(
      { length: end },
      (_, index) => [before.length - end + index, after.length - end + index] as const,
    ),
  ]
  return stretches(pairs, before.length, after.length)
}

type Pair = readonly [before: number, after: number]

function matches(before: readonly string[], after: readonly string[]): Pair[] {
  const width = after.length + 1
  if (before.length === 0 || after.length === 0) return []
  if (before.length * after.length > MOST_CELLS) return []
  const lengths = new Uint32Array((before.length + 1) * width)
  for (let b = before.length - 1; b >= 0; b -= 1) {
    for (let a = after.length - 1; a >= 0; a -= 1) {
      lengths[b * width + a] =
        before[b] === after[a]
          ? at(lengths, (b + 1) * width + a + 1) + 1
          : Math.max(at(lengths, (b + 1) * width + a), at(lengths, b * width + a + 1))
    }
  }
  const pairs: Pair[] = []
  let b = 0
  let a = 0
  while (b < before.length && a < after.length) {
    if (before[b] === after[a]) {
      pairs.push([b, a])
      b += 1
      a += 1
    } else if (at(lengths, (b + 1) * width + a) >= at(lengths, b * width + a + 1)) b += 1
    else a += 1
  }
  return pairs
}

function at(lengths: Uint32Array, index: number): number {
  return lengths[index] ?? 0
}

function stretches(pairs: readonly Pair[], beforeEnd: number, afterEnd: number): Stretch[] {
  const found: Stretch[] = []
  let before = 0
  let after = 0
  const gapUntil = (b: number, a: number) => {
    if (b > before || a > after) {
      found.push({ kind: 'changed', before: [before, b], after: [after, a] })
    }
  }
  for (const [b, a] of pairs) {
    gapUntil(b, a)
    const last = found.at(-1)
    if (last?.kind === 'same' && b === before && a === after) {
      found[found.length - 1] = { ...last, length: last.length + 1 }
    } else {
      found.push({ kind: 'same', before: b, after: a, length: 1 })
    }
    before = b + 1
    after = a + 1
  }
  gapUntil(beforeEnd, afterEnd)
  return found
}
