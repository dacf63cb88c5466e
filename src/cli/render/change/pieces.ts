import { cut, widthOf } from '../text.ts'

/** A piece of a line: plain text, and the colour that it gets once it is cut. */
export interface Piece {
  readonly text: string
  readonly paint?: (text: string) => string
}

/** Pieces one after the other in so many columns: what does not fit is cut. */
export function joined(pieces: readonly Piece[], columns: number): string {
  let left = columns
  let line = ''
  for (const { text, paint } of pieces) {
    if (left <= 0) break
    const shown = cut(text, left)
    left -= widthOf(shown)
    line += paint === undefined ? shown : paint(shown)
    if (shown !== text) break
  }
  return line
}

/** Text at the left and at the right edge of a line; the right one stays whole. */
export function spread(pieces: readonly Piece[], right: string, columns: number): string {
  const taken = right === '' ? 0 : widthOf(right) + 2
  const left = joined(pieces, Math.max(0, columns - taken))
  if (right === '') return left
  return left + ' '.repeat(Math.max(0, columns - widthOf(left) - widthOf(right))) + right
}
