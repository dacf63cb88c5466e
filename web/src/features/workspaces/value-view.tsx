import { DiffLineView } from '../plan/diff-line-view.tsx'
import { attributeLines, type DiffLine, nodeLines } from '../plan/diff-lines.ts'
import { mask } from '../plan/diff-node.ts'
import { diffValues } from '../plan/value-diff.ts'

const plain = { unknown: undefined, sensitiveBefore: undefined, sensitiveAfter: undefined }

/** Lines of a value that is only shown: as if it were new, but without saying so. */
function linesOf(value: unknown): DiffLine[] {
  const node = diffValues({ ...plain, before: undefined, after: value, forcing: [] })
  const place = { depth: 0, lead: [], tail: '' }
  const lines = node.kind === 'object' ? attributeLines(node.entries, 0) : nodeLines(node, place)
  return lines.map((line) => ({
    ...line,
    sign: ' ',
    parts: line.parts.map((part) => (part.tone === 'new' ? { ...part, tone: 'same' } : part)),
  }))
}

const maskedChange: DiffLine = {
  sign: '~',
  depth: 0,
  parts: [
    { tone: 'sensitive', text: mask },
    { tone: 'mark', text: ' → ' },
    { tone: 'sensitive', text: mask },
  ],
}

/** How a value differs, line by line; what stays is left out. */
export function differenceLines(before: unknown, after: unknown): DiffLine[] {
  // Only what differs is told: of what is masked, that it does.
  if (before === mask && after === mask) return [maskedChange]
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
