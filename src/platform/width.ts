import { stripVTControlCharacters } from 'node:util'

// Made when it is needed: that takes longer than the whole rest of a small command.
let segmenter: Intl.Segmenter | undefined
const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\uFE0F/u
// What lines are mostly made of: each takes one column, and none joins with another.
const narrow =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u2193\u2298\u2500-\u259f\u2713\u2717\u2800-\u28ff]*$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: what an escape sequence begins with.
const sequence = /[\u001b\u009b]/

/** What a person sees as the letters of a text, each with the columns that it takes in a terminal. */
export function* lettersOf(
  text: string,
): Generator<{ readonly text: string; readonly width: number }> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  for (const { segment } of segmenter.segment(text)) {
    yield { text: segment, width: wide.test(segment) ? 2 : 1 }
  }
}

/** Columns that a text takes in a terminal; colours take none. */
export function widthOf(text: string): number {
  const plain = sequence.test(text) ? stripVTControlCharacters(text) : text
  if (narrow.test(plain)) return plain.length
  let width = 0
  for (const letter of lettersOf(plain)) width += letter.width
  return width
}
