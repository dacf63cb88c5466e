const LONGEST = 4000
const CONTEXT = 60
const LONG = 300

/** A text that is too long for a line, cut, saying how much is missing. */
export function clipped(text: string): string {
  if (text.length <= LONGEST) return text
  return `${wellCut(text, 0, LONGEST)}… (${(text.length - LONGEST).toLocaleString('en')} more characters)`
}

/** Two long texts cut so that what differs between them is seen. */
export function clippedPair(
  before: string,
  after: string,
): { readonly before: string; readonly after: string } {
  const shorter = Math.min(before.length, after.length)
  if (Math.max(before.length, after.length) <= LONG || before === after) {
    return { before: clipped(before), after: clipped(after) }
  }
  let start = 0
  while (start < shorter && before[start] === after[start]) start += 1
  let end = 0
  while (
    end < shorter - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1
  }
  const from = start > CONTEXT * 2 ? start - CONTEXT : 0
  const left = end > CONTEXT * 2 ? end - CONTEXT : 0
  const cut = (text: string) => {
    const head = from > 0 ? `(${from.toLocaleString('en')} same characters) …` : ''
    const foot = left > 0 ? `… (${left.toLocaleString('en')} same characters)` : ''
    return `${head}${clipped(wellCut(text, from, text.length - left))}${foot}`
  }
  return { before: cut(before), after: cut(after) }
}

/** A part of a text; halves of a pair at its ends are left out. */
function wellCut(text: string, from: number, to: number): string {
  return text.slice(from, to).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '')
}
