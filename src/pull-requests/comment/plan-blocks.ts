import { isChatter } from '../../engines/terraform/output/index.ts'
import { visible } from './harmless.ts'

/** What is read of a plan; what lies further behind is no more than a link away. */
const READ = 2_000_000

const ending =
  /^ {2}# .* (?:will be|must be|is tainted, so must be) (?:destroyed|replaced)|no longer managed/
const error = /^[\s│]*Error: /
const changed = /^(\s*)(-\/\+|\+\/-|<=|[-+~])( .*|)$/

/**
 * What Terraform says of a plan, for a fence of differences: its signs stand at the beginning of their
 * lines, where hosts look for them. In blocks: errors and what ends something come first.
 */
export function planBlocks(text: string): string[][] {
  const blocks: { readonly lines: string[]; readonly weight: number }[] = []
  for (const line of visible(text.slice(0, READ)).split('\n')) {
    if (isChatter(line)) continue
    const last = blocks.at(-1)
    if (last === undefined || begins(line))
      blocks.push({ lines: [shifted(line)], weight: weightOf(line) })
    else last.lines.push(shifted(line))
  }
  return blocks
    .toSorted((a, b) => a.weight - b.weight)
    .map(({ lines }) => withoutBlanks(lines))
    .filter((lines) => lines.length > 0)
}

/** Of a resource, of the outputs, of a warning or an error. */
function begins(line: string): boolean {
  return /^ {2}# /.test(line) || /^[^\s│╵}+~<-]/.test(line)
}

function weightOf(line: string): number {
  if (error.test(line) || line.startsWith('╷')) return 0
  return ending.test(line) ? 1 : 2
}

function shifted(line: string): string {
  const [, indent, mark, rest] = changed.exec(line) ?? []
  return mark === undefined ? line : `${mark}${indent}${rest}`
}

function withoutBlanks(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '')
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return first === -1 ? [] : lines.slice(first, last + 1)
}
