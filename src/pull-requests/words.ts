/** A text in words, as a shell would see it if it knew nothing but spaces and quotes. */
export type Words =
  | { readonly words: readonly string[]; readonly refused?: undefined }
  | { readonly words?: undefined; readonly refused: string }

const simple = /^[\w@%+=:,./~^[\]-]+$/

/**
 * Splits at spaces that are not quoted. Nothing is expanded and nothing is substituted: `$(id)` is a
 * word like any other. A backslash counts outside of quotes and, before `"` or itself, in double ones.
 */
export function splitWords(text: string): Words {
  const words: string[] = []
  let at = 0
  while (at < text.length) {
    if (isSpace(text[at])) {
      at += 1
      continue
    }
    const word = wordAt(text, at)
    if (word === undefined) return { refused: 'a quote is opened and never closed' }
    words.push(word.text)
    at = word.end
  }
  return { words }
}

/** A word as it has to be written for `splitWords` to find it. */
export function quoteWord(word: string): string {
  if (simple.test(word)) return word
  return word.includes("'") ? `"${word.replace(/["\\]/g, '\\$&')}"` : `'${word}'`
}

interface Piece {
  readonly text: string
  readonly end: number
}

function wordAt(text: string, start: number): Piece | undefined {
  const pieces: string[] = []
  let at = start
  while (at < text.length && !isSpace(text[at])) {
    const piece = pieceAt(text, at)
    if (piece === undefined) return undefined
    pieces.push(piece.text)
    at = piece.end
  }
  return { text: pieces.join(''), end: at }
}

function pieceAt(text: string, at: number): Piece | undefined {
  switch (text[at]) {
    case "'": {
      const end = text.indexOf("'", at + 1)
      return end === -1 ? undefined : { text: text.slice(at + 1, end), end: end + 1 }
    }
    case '"':
      return doubleQuoted(text, at + 1)
    case '\\':
      return { text: text.slice(at + 1, at + 2), end: at + 2 }
    default: {
      let end = at + 1
      while (end < text.length && !/[\s'"\\]/.test(text.charAt(end))) end += 1
      return { text: text.slice(at, end), end }
    }
  }
}

function doubleQuoted(text: string, start: number): Piece | undefined {
  const pieces: string[] = []
  let from = start
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '"') return { text: pieces.join('') + text.slice(from, at), end: at + 1 }
    if (text[at] !== '\\' || !/["\\]/.test(text.charAt(at + 1))) continue
    pieces.push(text.slice(from, at))
    from = at + 1
    at += 1
  }
  return undefined
}

function isSpace(letter: string | undefined): boolean {
  return letter !== undefined && /\s/.test(letter)
}
