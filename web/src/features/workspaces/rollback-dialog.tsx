import { useQueryClient } from '@tanstack/react-query'
import { api, json } from '../../lib/api.ts'
import { announce } from '../../ui/toast.tsx'
import { DifferenceView } from './difference-view.tsx'
import { ReasonDialog } from './reason-dialog.tsx'
import { paramOf, type WorkspacePlace, workspaceKey } from './workspace-queries.ts'

export interface RollbackDialogProps {
  readonly place: WorkspacePlace
  readonly current: number
  readonly to: number
  readonly onClose: () => void
}

/** Makes an old version the current state again: shows first what that means, and what it does not do. */
export function RollbackDialog({ place, current, to, onClose }: RollbackDialogProps) {
  const queries = useQueryClient()
  const rollback = async (reason: string) => {
    const routes = api.projects[':project'].workspaces[':workspace'].rollback
    const made = await json(routes.$post({ param: paramOf(place), json: { version: to, reason } }))
    announce(`Version ${made.number} has the content of version ${to}.`)
    await queries.invalidateQueries({ queryKey: workspaceKey(place) })
  }
  return (
    <ReasonDialog
      wide
      title={`Roll the state back to version ${to}?`}
      action={`Roll back to version ${to}`}
      placeholder="The upload of version 12 came from a broken laptop."
      onConfirm={rollback}
      onClose={onClose}
    >
      <div className="rounded-lg border border-warn/40 bg-warn-soft px-3.5 py-2.5">
        <p className="font-semibold">This changes the record, not the infrastructure.</p>
        <p>
          No resource is created, changed or destroyed. A new version is written that says the same
          as version {to}. What exists and is not in it is then in no state: the next plan does not
          know it, and may create it once more. To take back a change of the infrastructure, take
          back the change of the configuration, and apply that.
        </p>
      </div>
      <section aria-labelledby="rollback-difference">
        <h3 id="rollback-difference" className="mb-1 font-semibold">
          What becomes of the record: from version {current} to {to}
        </h3>
        <div
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          className="max-h-72 overflow-y-auto rounded-lg border border-line px-3 py-1"
        >
          <DifferenceView place={place} from={current} to={to} />
        </div>
      </section>
    </ReasonDialog>
  )
}
