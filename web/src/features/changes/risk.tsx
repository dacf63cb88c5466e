import { ShieldAlert, ShieldCheck, TriangleAlert } from 'lucide-react'
import type { PlanSummary } from '../../lib/types.ts'
import { classes } from '../../ui/class-names.ts'
import { LongText } from '../../ui/long-text.tsx'

type Severity = PlanSummary['severity']

const looks = {
  none: { word: 'No risk seen', tone: 'text-muted', Icon: ShieldCheck },
  low: { word: 'Low risk', tone: 'text-muted', Icon: ShieldCheck },
  medium: { word: 'Medium risk', tone: 'text-warn', Icon: TriangleAlert },
  high: { word: 'High risk', tone: 'text-danger', Icon: ShieldAlert },
} as const

export interface RiskProps {
  readonly severity: Severity
  /** In one line; empty when there is nothing to say. */
  readonly sentence: string
  /** It has happened: told, no warning any more. */
  readonly isOver?: boolean
  readonly className?: string
}

/** How risky something is: colour, icon and word, with the sentence that says why. */
export function Risk({ severity, sentence, isOver = false, className }: RiskProps) {
  const { word, tone, Icon } = looks[severity]
  return (
    <span
      className={classes(
        'inline-flex min-w-0 items-start gap-1.5',
        isOver ? 'text-muted' : tone,
        className,
      )}
    >
      <Icon aria-hidden className="mt-[0.2em] size-3.5 shrink-0" />
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <span className="font-medium">{isOver ? `Was ${word.toLowerCase()}` : word}</span>
        {sentence !== '' && (
          <>
            {': '}
            <LongText text={sentence} longest={160} />
          </>
        )}
      </span>
    </span>
  )
}
