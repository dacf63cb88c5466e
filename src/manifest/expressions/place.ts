import type { Position, ScalarNode } from '../node.ts'

/**
 * Where a character of a scalar's value stands in its file. Quotes, escapes, folding and indentation are
 * followed by walking through the value and its source together; where they part, the scalar's place
 * is the answer.
 */
export function placeIn(scalar: ScalarNode, offset: number): Position {
  const { at, source, value } = scalar
  if (typeof value !== 'string') return at
  if (source === undefined) {
    const straight = !value.slice(0, offset).includes('\n')
    return straight ? { ...at, column: at.column + offset } : at
  }
  const found = sourceOffset(source, value, offset)
  return found === undefined ? at : positionIn(source, found, at)
}

function sourceOffset(source: string, value: string, offset: number): number | undefined {
  const quote = source.startsWith('"') || source.startsWith("'") ? source.slice(0, 1) : ''
  const isBlock = /^[|>]/.test(source)
  let from = isBlock ? source.indexOf('\n') + 1 : quote.length
  let at = 0
  while (from < source.length) {
    const sign = source.charAt(from)
    const escaped = escapeAt(source, from, quote)
    if (at >= offset && !isBlank(sign)) return from
    if (escaped !== undefined) {
      if (at + escaped.value > offset) return from
      from += escaped.source
      at += escaped.value
    } else if (sign === value.charAt(at)) {
      if (at >= offset) return from
      from += 1
      at += 1
    } else if (isBlank(sign)) from += 1
    else if (isBlank(value.charAt(at))) at += 1
    else return undefined
  }
  return at >= offset ? source.length : undefined
}

interface Escape {
  /** Characters in the source, and what they are in the value. */
  readonly source: number
  readonly value: number
}

const escapeLengths = new Map([
  ['x', 4],
  ['u', 6],
  ['U', 10],
])

function escapeAt(source: string, at: number, quote: string): Escape | undefined {
  if (quote === "'") return source.startsWith("''", at) ? { source: 2, value: 1 } : undefined
  if (quote !== '"' || source.charAt(at) !== '\\') return undefined
  const sign = source.charAt(at + 1)
  if (sign === '\n') return { source: 2, value: 0 }
  const wide = sign === 'U' && Number.parseInt(source.slice(at + 2, at + 10), 16) > 0xffff
  return { source: escapeLengths.get(sign) ?? 2, value: wide ? 2 : 1 }
}

function positionIn(source: string, offset: number, at: Position): Position {
  const before = source.slice(0, offset)
  const lines = before.split('\n')
  const last = lines.at(-1) ?? ''
  if (lines.length === 1) return { ...at, column: at.column + last.length }
  return { file: at.file, line: at.line + lines.length - 1, column: last.length + 1 }
}

function isBlank(sign: string): boolean {
  return sign === ' ' || sign === '\n' || sign === '\t' || sign === '\r'
}
