import { Ban, Play, RotateCcw, Square } from 'lucide-react'
import { ActionButton } from '../../ui/action-button.tsx'
import { canApply, canCancel, canResume, canStop, type Possibility } from './actions.ts'
import type { ChangeAsk } from './dialogs/change-dialog.tsx'
import type { LiveChange } from './live-change.ts'

export interface ChangeActionsProps {
  readonly live: LiveChange
  readonly onAsk: (ask: ChangeAsk) => void
}

/** What may be done with the whole change; what may not says why. */
export function ChangeActions({ live, onAsk }: ChangeActionsProps) {
  // As high as buttons, so that nothing moves when it is over.
  if (live.change.status !== 'open') return <span className="h-8" />
  const apply = canApply(live)
  const hasStopped = live.nodes.some(({ result }) => result === 'failed' || result === 'blocked')
  const resume = canResume(live)
  const icon = 'size-3.5'
  return (
    <>
      <ActionButton
        icon={<Ban aria-hidden className={icon} />}
        look="quiet"
        align="left"
        because={why(canCancel(live))}
        onClick={() => onAsk({ action: 'cancel' })}
      >
        Cancel
      </ActionButton>
      {live.working !== undefined && (
        <ActionButton
          icon={<Square aria-hidden className={icon} />}
          because={why(canStop(live))}
          onClick={() => onAsk({ action: 'stop' })}
        >
          Stop
        </ActionButton>
      )}
      {hasStopped && (
        <ActionButton
          icon={<RotateCcw aria-hidden className={icon} />}
          look="primary"
          because={why(resume)}
          onClick={() => onAsk({ action: 'resume' })}
        >
          Resume
        </ActionButton>
      )}
      <ActionButton
        icon={<Play aria-hidden className={icon} />}
        look={hasStopped ? 'plain' : 'primary'}
        because={why(apply)}
        onClick={() => onAsk({ action: 'apply' })}
      >
        Apply
      </ActionButton>
    </>
  )
}

/** Why not; undefined when it is possible. */
export function why(possibility: Possibility): string | undefined {
  return possibility.possible ? undefined : possibility.because
}
