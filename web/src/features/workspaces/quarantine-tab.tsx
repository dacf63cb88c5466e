import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { api, done, json } from '../../lib/api.ts'
import type { Quarantined } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Copyable } from '../../ui/copyable.tsx'
import { LongText } from '../../ui/long-text.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Badge } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { announce } from '../../ui/toast.tsx'
import { plainText } from '../log/plain-text.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import { paramOf, quarantineQuery, type WorkspacePlace, workspaceKey } from './workspace-queries.ts'

export interface QuarantineTabProps {
  readonly place: WorkspacePlace
  readonly mayDecide: boolean
}

/** States that were rejected, and kept until somebody decides on them. */
export function QuarantineTab({ place, mayDecide }: QuarantineTabProps) {
  const query = useQuery(quarantineQuery(place))
  return (
    <Loaded query={query}>
      {(all) =>
        all.length === 0 ? (
          <Empty
            title="Nothing waits for a decision"
            icon={<ShieldCheck aria-hidden className="size-6" />}
          >
            A state that is uploaded and cannot become the current one is kept here: none is ever
            thrown away.
          </Empty>
        ) : (
          <ul className="flex flex-col gap-3">
            {all.map((one) => (
              <QuarantinedState key={one.id} {...{ one, place, mayDecide }} />
            ))}
          </ul>
        )
      }
    </Loaded>
  )
}

function QuarantinedState(props: QuarantineTabProps & { one: Quarantined }) {
  const { one, place, mayDecide } = props
  const [decision, setDecision] = useState<Decision>()
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 rounded-lg border border-line bg-surface px-4 py-3">
      <div className="min-w-0 flex-1 basis-80">
        <p>
          <span className="font-semibold">
            A state of {plainText(one.actor)} <Time at={one.createdAt} /> was rejected
          </span>{' '}
          {one.atRisk && <Badge tone="alarm">state at risk</Badge>}
        </p>
        <p className="break-words">
          <LongText text={one.reason} />
        </p>
        <p className="flex flex-wrap items-center gap-x-4 text-muted text-sm">
          {one.serial !== undefined && <span>serial {one.serial}</span>}
          {one.lineage !== undefined && (
            <span className="[overflow-wrap:anywhere]">lineage {plainText(one.lineage)}</span>
          )}
          <span>{one.size.toLocaleString('en')} bytes</span>
          <Copyable value={one.sha256} shown={`sha256 ${one.sha256.slice(0, 12)}`} what="digest" />
        </p>
      </div>
      {mayDecide && (
        <div className="flex gap-2">
          <Button size="small" onClick={() => setDecision('dismiss')}>
            Dismiss …
          </Button>
          <Button size="small" onClick={() => setDecision('promote')}>
            Make it current …
          </Button>
        </div>
      )}
      {decision && (
        <DecisionDialog {...{ one, place, decision }} onClose={() => setDecision(undefined)} />
      )}
    </li>
  )
}

type Decision = 'promote' | 'dismiss'

interface DecisionDialogProps {
  readonly one: Quarantined
  readonly place: WorkspacePlace
  readonly decision: Decision
  readonly onClose: () => void
}

function DecisionDialog({ one, place, decision, onClose }: DecisionDialogProps) {
  const queries = useQueryClient()
  const decide = async (reason: string) => {
    const routes = api.projects[':project'].workspaces[':workspace'].quarantine[':id']
    const request = { param: { ...paramOf(place), id: one.id }, json: { reason } }
    if (decision === 'promote') {
      const { number } = await json(routes.promote.$post(request))
      announce(`It is version ${number} now.`)
    } else {
      await done(routes.dismiss.$post(request))
      announce('Dismissed. Its bytes are kept.')
    }
    await queries.invalidateQueries({ queryKey: workspaceKey(place) })
  }
  return decision === 'promote' ? (
    <ReasonDialog
      title="Make the rejected state the current one?"
      action="Make it current"
      placeholder="It is the end of the apply of last night: the network broke when it was uploaded."
      onConfirm={decide}
      onClose={onClose}
    >
      <p>
        It is recorded as a new version, and what was current before stays in the history. Do this
        when it says what really is there. Nothing of the infrastructure is changed.
      </p>
    </ReasonDialog>
  ) : (
    <ReasonDialog
      title="Dismiss the rejected state?"
      action="Dismiss"
      placeholder="An old laptop uploaded what was long outdated."
      onConfirm={decide}
      onClose={onClose}
    >
      <p>
        The current state stays as it is. Do this when the rejected one knows nothing that the
        current one does not; its bytes are kept all the same.
      </p>
    </ReasonDialog>
  )
}
