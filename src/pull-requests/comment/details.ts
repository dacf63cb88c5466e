import type { ChangeNode, ChangeView } from '../../changes/index.ts'
import { endsSomething, signs } from './counts-text.ts'
import type { CommentFacts, CommentLimits } from './facts.ts'
import { shortened } from './fitting.ts'
import { bytesOf, code, cut, fence, htmlCode, link } from './harmless.ts'
import { planBlocks } from './plan-blocks.ts'

/** Less than this is not worth opening. */
const LEAST = 400
/** Around what a fence holds: its marks, the fold, the words below. */
const AROUND = 900

/** The folded plans, as many as fit: what ends something first, then failures. */
export function detailsOf(facts: CommentFacts, view: ChangeView, limits: CommentLimits): string {
  const shown = view.nodes.filter((node) => isShown(node) && facts.outputs.has(node.name))
  const sorted = shown.toSorted((a, b) => importance(a) - importance(b))
  const folds: string[] = []
  const left: ChangeNode[] = []
  // For the line that names what did not fit.
  let room = Math.min(limits.allDetails, limits.whole) - LEAST
  for (const node of sorted) {
    const fold = foldOf(facts, node, Math.min(limits.details, room))
    if (fold === undefined) left.push(node)
    else {
      folds.push(fold)
      room -= bytesOf(fold) + 2
    }
  }
  if (left.length > 0 && room > -LEAST) folds.push(leftOut(left, facts))
  return folds.join('\n\n')
}

function leftOut(nodes: readonly ChangeNode[], { urls }: CommentFacts): string {
  const [first] = nodes
  const name = first === undefined ? '' : shortened(code, first.name, 120)
  const more = nodes.length === 1 ? name : `${name} and ${nodes.length - 1} more`
  return `Without room here: ${more}. ${link('All plans', urls.change)}`
}

function isShown({ result }: ChangeNode): boolean {
  return ['planned', 'provisional', 'applying', 'failed', 'unknown'].includes(result)
}

function importance(node: ChangeNode): number {
  if (endsSomething(node)) return 0
  return node.result === 'failed' || node.result === 'unknown' ? 1 : 2
}

function foldOf({ outputs, urls }: CommentFacts, node: ChangeNode, bytes: number) {
  const room = bytes - AROUND
  if (room < LEAST) return undefined
  const blocks = planBlocks(outputs.get(node.name) ?? '')
  if (blocks.length === 0) return undefined
  const { lines, left } = cutLines(blocks, room)
  const more = left === 0 ? '' : `\n\n${left} more lines: ${moreLink(node, urls)}`
  return `<details><summary>${summaryOf(node)}</summary>\n\n${fence(lines.join('\n'), 'diff')}${more}\n\n</details>`
}

function moreLink({ run }: ChangeNode, urls: CommentFacts['urls']): string {
  return link('the whole plan', run === undefined ? urls.change : urls.run(run.id))
}

function summaryOf({ name, run, result }: ChangeNode): string {
  const summary = run?.summary === undefined ? '' : signs(run.summary)
  const word = result === 'failed' || result === 'unknown' ? 'failed' : summary
  return `${shortened(htmlCode, name, 300)} ${word}`.trim()
}

/** The first lines of all blocks together, with a blank line between two. */
function cutLines(blocks: readonly (readonly string[])[], bytes: number) {
  const all = blocks.flatMap((block, at) => (at === 0 ? block : ['', ...block]))
  const lines: string[] = []
  let room = bytes
  for (const line of all) {
    // A slash at its beginning gets a space before it.
    const needed = bytesOf(line) + 2
    if (needed > room) {
      if (lines.length === 0) lines.push(cut(line, room - 2))
      break
    }
    lines.push(line)
    room -= needed
  }
  return { lines, left: all.length - lines.length }
}
