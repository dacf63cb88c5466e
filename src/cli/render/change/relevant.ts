import { errorText } from '../plan-text.ts'
import { plain } from '../style.ts'

const MOST_LINES = 20

/**
 * Of what a failed phase said the lines that matter: its errors, each once, though it was said of many
 * instances; without one its last lines.
 */
export function relevantLines(log: string): string[] {
  const blocks = blocksOf(errorText(log, plain))
  const errors = blocks.filter((block) => isError(block[0] ?? ''))
  const kinds = new Map<string, { readonly block: readonly string[]; count: number }>()
  for (const block of errors.length > 0 ? errors : blocks) {
    const known = kinds.get(kindOf(block))
    if (known === undefined) kinds.set(kindOf(block), { block, count: 1 })
    else known.count += 1
  }
  const lines = [...kinds.values()].flatMap(({ block, count }) =>
    count === 1 ? block : [...block, `(and ${count - 1} more like this)`],
  )
  if (lines.length <= MOST_LINES) return lines
  return [...lines.slice(0, MOST_LINES - 1), `… ${lines.length - MOST_LINES + 1} more lines`]
}

/** Messages, without the frames that Terraform draws around them and without empty lines. */
function blocksOf(text: string): string[][] {
  const blocks: string[][] = []
  for (const framed of text.split('\n')) {
    const line = framed.replace(/^\s*[│╷╵]\s?/, '').trimEnd()
    if (line.trim() === '') continue
    const last = blocks.at(-1)
    if (last === undefined || /^(Error|Warning): /.test(line)) blocks.push([line])
    else last.push(line)
  }
  return blocks
}

function isError(line: string): boolean {
  return line.startsWith('Error: ')
}

/** The same for all instances of a resource. */
function kindOf(block: readonly string[]): string {
  return block.join('\n').replace(/\[(?:\d+|"[^"\n]*")\]/g, '[]')
}
