import type { PlanSummary } from '../../lib/types.ts'

const kinds = [
  { field: 'create', sign: '+', tone: 'text-ok', word: 'to create' },
  { field: 'update', sign: '~', tone: 'text-warn', word: 'to change' },
  { field: 'replace', sign: '±', tone: 'text-danger', word: 'to replace' },
  { field: 'delete', sign: '−', tone: 'text-danger', word: 'to destroy' },
  { field: 'forget', sign: '⊘', tone: 'text-warn', word: 'to forget' },
  { field: 'import', sign: '↓', tone: 'text-info', word: 'to import' },
  { field: 'move', sign: '→', tone: 'text-info', word: 'to move' },
] as const

export type PlanCountsProps = Pick<PlanSummary, (typeof kinds)[number]['field']>

/** What a plan would do, in numbers: `+3 ~1 −2`. */
export function PlanCounts(summary: PlanCountsProps) {
  const shown = kinds.filter(({ field }) => summary[field] > 0)
  if (shown.length === 0) return <span className="text-muted text-sm">no resource changes</span>
  return (
    <span className="inline-flex gap-2 font-medium font-mono text-sm tabular-nums">
      {shown.map(({ field, sign, tone, word }) => (
        <span key={field} className={tone} title={`${summary[field]} ${word}`}>
          <span aria-hidden>
            {sign}
            {summary[field]}
          </span>
          <span className="sr-only">
            {summary[field]} {word}
          </span>
        </span>
      ))}
    </span>
  )
}
