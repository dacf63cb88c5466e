import { Empty } from '../../ui/states.tsx'
import { ChangeWorkspaces } from './change-workspaces.tsx'
import type { ChangeAsk } from './dialogs/change-dialog.tsx'
import { LaneCards } from './lane-card.tsx'
import type { Lane } from './lanes.ts'
import type { LiveChange } from './live-change.ts'

export interface ChangeBoardProps {
  readonly live: LiveChange
  readonly lanes: readonly Lane[]
  readonly onAsk: (ask: ChangeAsk) => void
}

/** How a change stands: its environments, its workspaces, and the run of the one that is looked at. */
export function ChangeBoard({ live, lanes, onAsk }: ChangeBoardProps) {
  if (live.nodes.length === 0) {
    return (
      <div className="mb-8">
        <Empty title="No workspace takes part">
          Nothing that was selected exists in the manifest of this commit, or you may see none of
          it: there is nothing to plan or to apply.
        </Empty>
      </div>
    )
  }
  return (
    <>
      <LaneCards live={live} lanes={lanes} onAsk={onAsk} />
      <ChangeWorkspaces live={live} lanes={lanes} onAsk={onAsk} />
    </>
  )
}
