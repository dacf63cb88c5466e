import { widthOf } from './render/text.ts'

/** Lines that stay below everything else and are painted over; only on a terminal. */
export interface LiveRegion {
  readonly available: boolean
  paint(lines: readonly string[]): void
  clear(): void
}

/** The part of a terminal's stream that is needed here. */
interface Screen {
  readonly columns: number
  readonly rows: number
  write(text: string): unknown
}

const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
// Terminals that know it show what stands between at once; the others pass over it.
const BEGIN_UPDATE = '\u001b[?2026h'
const END_UPDATE = '\u001b[?2026l'
const ERASE_BELOW = '\u001b[0J'
const ERASE_LINE = '\u001b[2K'

export function createLiveRegion(available: boolean, screen: Screen = process.stdout): LiveRegion {
  let painted: readonly string[] = []
  let columns = 0
  // A terminal that has become narrower has broken what was painted into more rows.
  const toStart = () => {
    const rows = painted.reduce((sum, line) => sum + rowsOf(line, screen.columns || columns), 0)
    return rows === 0 ? '' : `\u001b[${rows}A\r`
  }
  const clear = () => {
    if (painted.length === 0) return
    screen.write(toStart() + ERASE_BELOW + SHOW_CURSOR)
    painted = []
    process.off('exit', clear)
  }
  const paint = (lines: readonly string[]) => {
    if (!available || lines.length === 0) return
    const shown = lines.slice(0, Math.max(1, (screen.rows || 24) - 1))
    const isResized = painted.length > 0 && columns !== screen.columns
    const kept = isResized ? [] : painted
    if (shown.length === kept.length && shown.every((line, at) => line === kept[at])) return
    if (painted.length === 0) process.once('exit', clear)
    // Only what has changed is written: what is erased and written again flickers.
    const body = shown.map((line, at) => (line === kept[at] ? '\n' : `${ERASE_LINE}${line}\n`))
    const start = toStart() + (isResized ? ERASE_BELOW : '')
    const end = kept.length > shown.length ? ERASE_BELOW : ''
    screen.write(BEGIN_UPDATE + HIDE_CURSOR + start + body.join('') + end + END_UPDATE)
    painted = shown
    columns = screen.columns
  }
  return { available, clear, paint }
}

function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(widthOf(line) / Math.max(1, columns)))
}
