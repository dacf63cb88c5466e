import type { DiffNode, Sign, TextLine } from './diff-node.ts'
import { diffSequences } from './sequence-diff.ts'

/** How a text of several lines becomes another; undefined for what is none. */
export function textNode(before: unknown, after: unknown): DiffNode | undefined {
  const sides = [before, after].filter((side) => side !== undefined)
  if (!sides.every((side) => typeof side === 'string')) return undefined
  if (!sides.some((side) => isMultiline(String(side)))) return undefined
  const [was, is] = [linesIn(before), linesIn(after)]
  const lines = diffSequences(was, is).flatMap((stretch): TextLine[] => {
    if (stretch.kind === 'same') {
      return was
        .slice(stretch.before, stretch.before + stretch.length)
        .map((text) => ({ sign: ' ', text }))
    }
    return [
      ...was.slice(...stretch.before).map((text) => ({ sign: '-' as const, text })),
      ...is.slice(...stretch.after).map((text) => ({ sign: '+' as const, text })),
    ]
  })
  const ending = before === undefined || after === undefined ? undefined : endOf(before, after)
  return { kind: 'text', sign: signOf(before, after), forces: false, lines, ending }
}

function linesIn(text: unknown): string[] {
  return text === undefined ? [] : String(text).replace(/\n$/, '').split('\n')
}

function endOf(before: unknown, after: unknown): '+' | '-' | undefined {
  const [had, has] = [before, after].map((text) => String(text).endsWith('\n'))
  if (had === has) return undefined
  return has ? '+' : '-'
}

/** A line break at the very end makes no second line. */
function isMultiline(text: string): boolean {
  return text.replace(/\n$/, '').includes('\n')
}

/** Whether something comes, goes or becomes something else. */
export function signOf(before: unknown, after: unknown): Sign {
  if (before === undefined) return '+'
  return after === undefined ? '-' : '~'
}
