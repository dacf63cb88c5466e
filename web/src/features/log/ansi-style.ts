import Anser from 'anser'

/** A colour of the theme: whatever a program prints stays readable, in light and dark. */
export type LogColor = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'gray'

export interface LogStyle {
  readonly color?: LogColor
  readonly bold?: true
  readonly italic?: true
  readonly underline?: true
  readonly struck?: true
  /** Text on a ground of its own. */
  readonly marked?: true
}

const plain: LogStyle = {}
const known = new Map<string, LogStyle>([['', plain]])

/** The look for the parameters of SGR sequences since the last reset: `1;31`. */
export function styleOf(parameters: string): LogStyle {
  const before = known.get(parameters)
  if (before) return before
  const style = read(parameters)
  if (known.size < 5000) known.set(parameters, style)
  return style
}

/**
 * Grounds and what hides or blinks have no effect: text that is in the log can be read. Of a ground only
 * that there is one is kept.
 */
function read(parameters: string): LogStyle {
  const chunks = Anser.ansiToJson(`\u001b[${parameters}m `, { use_classes: true })
  const chunk = chunks.at(-1)
  if (chunk === undefined) return plain
  const names: readonly string[] = chunk.decorations
  const has = (name: string) => names.includes(name)
  const color = has('dim') ? 'gray' : colorOf(chunk.fg, chunk.fg_truecolor)
  const marked = has('reverse') || (chunk.bg ?? '') !== ''
  return {
    ...(color === undefined ? {} : { color }),
    ...(has('bold') ? { bold: true } : {}),
    ...(has('italic') ? { italic: true } : {}),
    ...(has('underline') ? { underline: true } : {}),
    ...(has('strikethrough') ? { struck: true } : {}),
    ...(marked ? { marked: true } : {}),
  }
}

const named: Readonly<Record<string, LogColor>> = {
  red: 'red',
  green: 'green',
  yellow: 'yellow',
  blue: 'blue',
  magenta: 'magenta',
  cyan: 'cyan',
}

function colorOf(name: string | null, truecolor: string | null): LogColor | undefined {
  if (name === null) return undefined
  if (name === 'ansi-bright-black') return 'gray'
  const palette = /^ansi-palette-(\d+)$/.exec(name)?.[1]
  if (palette !== undefined) return nearest(paletteColor(Number(palette)))
  if (name === 'ansi-truecolor') return nearest((truecolor ?? '').split(',').map(Number))
  return named[name.replace(/^ansi-(bright-)?/, '')]
}

/** Of the 256 colours: a cube of 6 x 6 x 6 behind the first 16, then greys. */
function paletteColor(index: number): readonly number[] {
  if (index >= 232) return Array.from({ length: 3 }, () => 8 + (index - 232) * 10)
  const levels = [0, 95, 135, 175, 215, 255]
  const cube = index - 16
  return [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((at) => levels[at] ?? 0)
}

const hues = ['red', 'yellow', 'green', 'cyan', 'blue', 'magenta'] as const

/** The colour of the theme that is of about the same hue; none for black, white and what is between. */
function nearest([red = 0, green = 0, blue = 0]: readonly number[]): LogColor | undefined {
  const most = Math.max(red, green, blue)
  const spread = most - Math.min(red, green, blue)
  if (spread < 40) return undefined
  const sector =
    most === red
      ? (green - blue) / spread
      : most === green
        ? 2 + (blue - red) / spread
        : 4 + (red - green) / spread
  return hues[Math.round(sector + 6) % 6]
}
