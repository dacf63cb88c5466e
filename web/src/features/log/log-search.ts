import type { LogLine } from './log-lines.ts'
import { lineText } from './log-lines.ts'

interface Lines {
  line(index: number): LogLine | undefined
  /** Lines that will not change any more. */
  readonly finished: number
}

/** Which lines hold a text. Lines that cannot change are looked at once, however long the log grows. */
export class LogSearch {
  readonly #lines: Lines
  readonly #text: string
  readonly #found: number[] = []
  #seen = 0

  constructor(lines: Lines, text: string) {
    this.#lines = lines
    this.#text = text.toLowerCase()
  }

  /** The places of the lines that hold it, in order. */
  upTo(count: number): readonly number[] {
    if (this.#text === '') return []
    const finished = Math.min(this.#lines.finished, count)
    for (; this.#seen < finished; this.#seen += 1) {
      if (this.#holds(this.#seen)) this.#found.push(this.#seen)
    }
    const open = this.#seen < count && this.#holds(this.#seen) ? [this.#seen] : []
    return [...this.#found, ...open]
  }

  #holds(index: number): boolean {
    const line = this.#lines.line(index)
    return line !== undefined && lineText(line).toLowerCase().includes(this.#text)
  }
}

export interface Piece {
  readonly text: string
  readonly isMatch: boolean
}

/** A text in parts, by whether they are what is searched for. */
export function split(text: string, wanted: string): readonly Piece[] {
  if (wanted === '') return [{ text, isMatch: false }]
  const parts: Piece[] = []
  const small = text.toLowerCase()
  // Some characters have another length in small letters: then no place in it can be trusted.
  if (small.length !== text.length) return [{ text, isMatch: small.includes(wanted.toLowerCase()) }]
  let from = 0
  for (;;) {
    const at = small.indexOf(wanted.toLowerCase(), from)
    if (at < 0) break
    if (at > from) parts.push({ text: text.slice(from, at), isMatch: false })
    from = at + wanted.length
    parts.push({ text: text.slice(at, from), isMatch: true })
  }
  if (from < text.length || parts.length === 0)
    parts.push({ text: text.slice(from), isMatch: false })
  return parts
}

/** The match to go to from a line: the next one behind it or before it, around the ends. */
export function nextMatch(
  matches: readonly number[],
  from: number | undefined,
  by: 1 | -1,
): number | undefined {
  if (matches.length === 0) return undefined
  if (from === undefined) return by === 1 ? matches[0] : matches.at(-1)
  return by === 1
    ? (matches.find((line) => line > from) ?? matches[0])
    : (matches.findLast((line) => line < from) ?? matches.at(-1))
}
