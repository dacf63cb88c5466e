import { isChatter } from '../../engines/terraform/output/index.ts'
import type { Style } from './style.ts'
import { shownOutput } from './text.ts'

/** Terraform's output without what only says that it is at work, and what is said beside it. */
export function planText(text: string, style: Style): string {
  return shownOutput(text, style)
    .split('\n')
    .filter((line) => !isChatter(line))
    .map((line) => painted(line, style))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\s+$/g, '')
}

/** Terraform is asked for no colours, so that what is recorded is plain: they are put on here. */
function painted(line: string, style: Style): string {
  if (/^ {2}# /.test(line)) return style.bold(line)
  const change = /^(\s*)([-+~]|-\/\+|\+\/-|<=)( .*)$/.exec(line)
  if (change !== null) {
    const [, indent = '', sign = '', rest = ''] = change
    const paint = sign === '+' ? style.good : sign === '-' ? style.bad : style.warn
    return `${indent}${paint(sign)}${rest.replace(/ # forces replacement$/, (note) => style.bad(note))}`
  }
  if (/^[\s│]*Error: /.test(line)) return style.bad(line)
  return /^[\s│]*Warning: /.test(line) ? style.warn(line) : line
}

const LAST_LINES = 20

/** What a failed apply said of its errors, else its last lines. */
export function errorText(text: string, style: Style): string {
  const lines = text.split('\n')
  const first = lines.findIndex((line) => /^[\s│]*Error: /.test(line))
  return planText(lines.slice(first === -1 ? -LAST_LINES : first).join('\n'), style)
}
