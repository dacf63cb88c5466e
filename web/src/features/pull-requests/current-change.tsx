import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from '../../ui/link.tsx'
import { Loaded, Skeleton } from '../../ui/states.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { ChangeActions } from '../changes/change-actions.tsx'
import { ChangeBoard } from '../changes/change-board.tsx'
import { changeQuery } from '../changes/change-queries.ts'
import { type ChangeAsk, ChangeDialog } from '../changes/dialogs/change-dialog.tsx'
import { lanesOf } from '../changes/lanes.ts'
import type { LiveChange } from '../changes/live-change.ts'
import { Untrusted } from '../changes/untrusted.tsx'
import { useChangeEvents } from '../changes/use-change-events.ts'

/** What was planned of a pull request, as on its own page: it is approved and applied here as there. */
export function CurrentChange({ id }: { id: string }) {
  return (
    <Loaded query={useQuery(changeQuery(id))} loading={<Skeleton className="mb-8 h-96 w-full" />}>
      {(live) => <ShownChange live={live} />}
    </Loaded>
  )
}

function ShownChange({ live }: { live: LiveChange }) {
  const [ask, setAsk] = useState<ChangeAsk>()
  useChangeEvents(live, false)
  const { change, working } = live
  const lanes = lanesOf(live)
  return (
    <section aria-label="Its change">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h2 className="font-semibold text-lg">
            <Link to="/changes/$id" params={{ id: String(change.id) }}>
              change-{change.id}
            </Link>
          </h2>
          {working === undefined ? (
            <Status kind="change" value={change.status} />
          ) : (
            <Status kind="run" value={working === 'plan' ? 'planning' : 'applying'} />
          )}
          <Untrusted options={change.options} />
          <span className="text-muted">
            made <Time at={change.createdAt} />
          </span>
        </div>
        <div className="flex flex-wrap gap-2">
          <ChangeActions live={live} onAsk={setAsk} />
        </div>
      </div>
      {change.options.untrusted === true && (
        <p className="mb-3 max-w-prose text-muted">
          It comes from a fork: it is planned without any credentials, and never applied from there.
          To apply it, push it to a branch of the repository itself, or merge it first.
        </p>
      )}
      <ChangeBoard live={live} lanes={lanes} onAsk={setAsk} />
      {ask !== undefined && (
        <ChangeDialog live={live} lanes={lanes} ask={ask} onClose={() => setAsk(undefined)} />
      )}
    </section>
  )
}
