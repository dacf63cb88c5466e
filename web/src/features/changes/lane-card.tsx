import { Check, CircleCheck, CircleDashed, CircleX, Hourglass } from 'lucide-react'
import { useId } from 'react'
import { ActionButton } from '../../ui/action-button.tsx'
import { LongText, oneLine } from '../../ui/long-text.tsx'
import { Badge } from '../../ui/status.tsx'
import { canApprove, consequencesOf } from './actions.ts'
import { why } from './change-actions.tsx'
import type { ChangeAsk } from './dialogs/change-dialog.tsx'
import type { Lane, LaneRequirement } from './lanes.ts'
import type { LiveChange } from './live-change.ts'
import { ResultCounts } from './result-counts.tsx'
import { isAtWork, isPlanned } from './results.ts'
import { Risk } from './risk.tsx'

export interface LaneCardsProps {
  readonly live: LiveChange
  readonly lanes: readonly Lane[]
  readonly onAsk: (ask: ChangeAsk) => void
}

/** The environments of a change, in the order of promotion: where each stands and what it asks for. */
export function LaneCards({ live, lanes, onAsk }: LaneCardsProps) {
  return (
    <ol
      aria-label="Environments"
      className="mb-6 divide-y divide-line rounded-lg border border-line bg-surface"
    >
      {lanes.map((lane) => (
        <LaneCard key={lane.environment.name} live={live} lane={lane} onAsk={onAsk} />
      ))}
    </ol>
  )
}

interface LaneCardProps {
  readonly live: LiveChange
  readonly lane: Lane
  readonly onAsk: (ask: ChangeAsk) => void
}

function LaneCard({ live, lane, onAsk }: LaneCardProps) {
  const heading = useId()
  const { environment, counts, requirements, wait } = lane
  const { worst } = consequencesOf(lane.nodes)
  const approve = canApprove(live, environment.name)
  const isOpen = live.change.status === 'open' && lane.standing !== 'done'
  const isOver = !lane.nodes.some(({ result }) => isPlanned(result) || isAtWork(result))
  const isGated = (environment.gate?.approvals ?? 0) > 0
  return (
    <li
      aria-labelledby={heading}
      className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-6 gap-y-1.5 px-4 py-2.5 lg:grid-cols-[minmax(9rem,18rem)_minmax(0,1fr)_auto]"
    >
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-2">
          <h2 id={heading} className="min-w-0 font-semibold [overflow-wrap:anywhere]">
            {oneLine(environment.name, 60)}
          </h2>
          {environment.auto && <Badge>applied by itself</Badge>}
          {live.change.pullRequest !== undefined && environment.apply === 'after-merge' && (
            <Badge>after the merge</Badge>
          )}
        </div>
        {/* Two lines, so that nothing moves while it is at work. */}
        <div className={lane.nodes.length > 1 ? 'min-h-10.5' : undefined}>
          <ResultCounts counts={counts} />
        </div>
      </div>
      <ul className="col-span-2 row-start-2 flex flex-wrap gap-x-5 gap-y-0.5 text-muted text-sm empty:hidden lg:col-span-1 lg:col-start-2 lg:row-start-1 lg:pt-px">
        {worst !== undefined && worst.severity !== 'none' && (
          <li className="basis-full">
            <Risk severity={worst.severity} sentence={worst.risk} isOver={isOver} />
          </li>
        )}
        {wait !== undefined && wait.because !== '' && (
          <li className="flex basis-full items-start gap-1.5 text-wait">
            <Hourglass aria-hidden className="mt-[0.2em] size-3.5 shrink-0" />
            <span className="min-w-0 [overflow-wrap:anywhere]">
              <LongText text={wait.because} longest={200} />
            </span>
          </li>
        )}
        {requirements.map((requirement) => (
          <RequirementLine key={requirement.sentence} requirement={requirement} />
        ))}
      </ul>
      {isOpen && (isGated || approve.possible) && (
        <div className="col-start-2 row-start-1 lg:col-start-3">
          <ActionButton
            size="small"
            icon={<Check aria-hidden className="size-3.5" />}
            because={why(approve)}
            onClick={() => onAsk({ action: 'approve', environment: environment.name })}
          >
            Approve {oneLine(environment.name, 30)}
          </ActionButton>
        </div>
      )}
    </li>
  )
}

const marks = {
  met: { Icon: CircleCheck, tone: 'text-ok', word: 'Met: ' },
  unmet: { Icon: CircleX, tone: 'text-danger', word: 'Not met: ' },
  open: { Icon: CircleDashed, tone: 'text-muted', word: '' },
} as const

/** A requirement in a sentence, with whether it is met. */
export function RequirementLine({ requirement }: { requirement: LaneRequirement }) {
  const { met, sentence } = requirement
  const { Icon, tone, word } = marks[met === undefined ? 'open' : met ? 'met' : 'unmet']
  return (
    <li className="flex items-start gap-1.5">
      <Icon aria-hidden className={`mt-[0.2em] size-3.5 shrink-0 ${tone}`} />
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <span className="sr-only">{word}</span>
        <LongText text={sentence} longest={300} />
      </span>
    </li>
  )
}
