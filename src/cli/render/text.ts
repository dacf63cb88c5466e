import { stripVTControlCharacters } from 'node:util'
import { lettersOf, widthOf } from '../../platform/width.ts'
import { plain, type Style } from './style.ts'

export { widthOf }

// Control characters but newline and tab; and those that turn the direction of what follows.
const harmful = /(?![\n\t])\p{Cc}|[\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu

// biome-ignore lint/suspicious/noControlCharactersInRegex: the one escape sequence that may pass.
const sgr = /(\u001b\[[0-9;:]*m)/

/**
 * Text from outside (programs, states, names) as it may be written to a terminal: no escape
 * sequences, no control characters, nothing that reverses the writing direction.
 */
export function sanitise(text: string): string {
  return stripVTControlCharacters(text.replaceAll('\r\n', '\n')).replace(harmful, '')
}

/** A program's output as it may be shown: colours stay where colours are wanted, nothing else does. */
export function shownOutput(text: string, style: Style): string {
  if (style === plain) return sanitise(text)
  return text
    .split(sgr)
    .map((piece, at) => (at % 2 === 1 ? piece : sanitise(piece)))
    .join('')
}

/** On one line: newlines and tabs become spaces. */
export function sanitiseLine(text: string): string {
  return sanitise(text).replace(/\s*\n\s*|\t/g, ' ')
}

/** Cuts plain text to a number of columns, with `…` for what is left out. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let width = 0
  let kept = ''
  for (const letter of lettersOf(text)) {
    width += letter.width
    if (width > columns - 1) break
    kept += letter.text
  }
  return `${kept}…`
}

/** Breaks plain text between words, so that no line is wider than these columns; one word is cut. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    const longer = last === undefined ? undefined : `${last} ${word}`
    if (longer !== undefined && widthOf(longer) <= columns) lines[lines.length - 1] = longer
    else lines.push(cut(word, columns))
  }
  return lines
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)))
}

/** `1 change`, `2 changes`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
