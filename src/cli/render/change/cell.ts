import { plain, type Style } from '../style.ts'
import type { Stage } from './stage.ts'

// Backgrounds of the 256 colours that every terminal knows, and what stands there without colours.
const cells: Readonly<Record<Stage, readonly [background: number, plain: string]>> = {
  done: [10, '█'],
  running: [28, '▓'],
  waits: [178, '▒'],
  pending: [22, '░'],
  failed: [160, '!'],
  blocked: [88, '-'],
  off: [240, ' '],
}

/** The status column: a solid cell, so that a glance down the left edge tells how things stand. */
export function cell(stage: Stage, style: Style, columns = 2): string {
  const [background, sign] = cells[stage]
  if (style === plain) return sign.repeat(columns)
  return `\u001b[48;5;${background}m${' '.repeat(columns)}\u001b[49m`
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const SPIN_MILLISECONDS = 120

const icons: Readonly<Record<Exclude<Stage, 'running'>, string>> = {
  done: '✓',
  waits: '…',
  pending: '·',
  failed: '✗',
  blocked: '⊘',
  off: '-',
}

/** The sign before a name; of what is at work it turns. */
export function icon(stage: Stage, style: Style, now: number): string {
  switch (stage) {
    case 'running':
      return style.accent(spinner[Math.floor(now / SPIN_MILLISECONDS) % spinner.length] ?? '•')
    case 'done':
      return style.good(icons.done)
    case 'failed':
    case 'blocked':
      return style.bad(icons[stage])
    case 'waits':
      return style.warn(icons.waits)
    case 'pending':
    case 'off':
      return style.dim(icons[stage])
  }
}
