import { Ban, Check, Play, RotateCcw, Square } from 'lucide-react'
import { ActionButton } from '../../ui/action-button.tsx'
import { canApply, canApprove, canCancel, canResume, canStop, type Possibility } from './actions.ts'
import type { ChangeAsk } from './dialogs/change-dialog.tsx'
import type { Lane } from './lanes.ts'
import type { LiveChange } from './live-change.ts'

export interface ChangeActionsProps {
  readonly live: LiveChange
  readonly lanes: readonly Lane[]
  readonly onAsk: (ask: ChangeAsk) => void
}

/** What may be done with the whole change; what may not says why. */
export function ChangeActions({ live, lanes, onAsk }: ChangeActionsProps) {
  if (live.change.status !== 'open') return null
  const [approvable] = lanes
    .map((lane) => lane.environment.name)
    .filter((name) => canApprove(live, name).possible)
  const apply = canApply(live)
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
      {live.nodes.some(({ result }) => result === 'failed' || result === 'blocked') && (
        <ActionButton
          icon={<RotateCcw aria-hidden className={icon} />}
          because={why(resume)}
          onClick={() => onAsk({ action: 'resume' })}
        >
          Resume
        </ActionButton>
      )}
      {approvable !== undefined && (
        <ActionButton
          icon={<Check aria-hidden className={icon} />}
          because={undefined}
          onClick={() => onAsk({ action: 'approve', environment: approvable })}
        >
          Approve {approvable}
        </ActionButton>
      )}
      <ActionButton
        icon={<Play aria-hidden className={icon} />}
        look="primary"
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
