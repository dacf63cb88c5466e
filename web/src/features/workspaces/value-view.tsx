import { DiffLineView } from '../plan/diff-line-view.tsx'
import { attributeLines, type DiffLine, nodeLines } from '../plan/diff-lines.ts'
import { diffValues } from '../plan/value-diff.ts'

const plain = { unknown: undefined, sensitiveBefore: undefined, sensitiveAfter: undefined }

/** Lines of a value that is only shown: nothing of it changes. */
function linesOf(value: unknown): DiffLine[] {
  const node = diffValues({ ...plain, before: value, after: value, forcing: [] })
  const lines =
    node.kind === 'object'
      ? attributeLines(node.entries, 1)
      : nodeLines(node, { depth: 0, lead: [], tail: '' })
  return opened(lines, node.kind === 'object' ? 1 : 0)
}

/** Everything is the same here: nothing is folded. */
function opened(lines: readonly DiffLine[], up: number): DiffLine[] {
  return lines.flatMap((line) =>
    line.folded === undefined ? [{ ...line, depth: line.depth - up }] : opened(line.folded, up),
  )
}

/** How a value differs, line by line; what stays is left out. */
export function differenceLines(before: unknown, after: unknown): DiffLine[] {
  const node = diffValues({ ...plain, before, after, forcing: [] })
  return nodeLines(node, { depth: 0, lead: [], tail: '' }).filter(({ folded }) => !folded)
}

const MOST_LINES = 2000

/** A value as Terraform writes it. */
export function ValueView({ value }: { value: unknown }) {
  return <Lines lines={linesOf(value)} />
}

export function Lines({ lines }: { lines: readonly DiffLine[] }) {
  return (
    <div className="[--indent:1rem]">
      {lines.slice(0, MOST_LINES).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines never change their places
        <DiffLineView key={index} line={line} />
      ))}
      {lines.length > MOST_LINES && (
        <p className="text-muted">
          {(lines.length - MOST_LINES).toLocaleString('en')} more lines are not shown here.
        </p>
      )}
    </div>
  )
}
