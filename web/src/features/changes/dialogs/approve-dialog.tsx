import { useState } from 'react'
import { api, done } from '../../../lib/api.ts'
import { ActionButton } from '../../../ui/action-button.tsx'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { oneLine } from '../../../ui/long-text.tsx'
import { canApprove, consequencesOf } from '../actions.ts'
import type { LiveChange } from '../live-change.ts'
import { plural } from '../results.ts'
import { ConsequencesView } from './consequences-view.tsx'
import { DialogFaults } from './dialog-faults.tsx'
import { type LookedAt, useLookedAt } from './looked-at.ts'
import { OverrideReason, ProtectedList } from './override-reason.tsx'
import { useChangeAction } from './use-change-action.ts'

export interface ApproveDialogProps {
  readonly live: LiveChange
  readonly environment: string
  readonly only: string | undefined
  readonly onClose: () => void
}

/** Agrees to the plans of an environment, or of one workspace: to those that are shown, no others. */
export function ApproveDialog({ live, environment, only, onClose }: ApproveDialogProps) {
  const possible = canApprove(live, environment, only)
  const looked = useLookedAt(possible.possible ? possible.nodes : [])
  const [reason, setReason] = useState('')
  const all = consequencesOf(looked.nodes)
  const needsReason = all.protected.length > 0
  const names = looked.nodes.map(({ name }) => name)
  const approve = useChangeAction({
    live,
    said: `You approved ${plural(names.length, 'plan')} of ${environment}.`,
    onClose,
    act: () =>
      done(
        api.changes[':id'].approve.$post({
          param: { id: String(live.change.id) },
          json: {
            workspaces: names,
            digests: looked.digests,
            ...(needsReason ? { override: reason.trim() } : {}),
          },
        }),
      ),
  })
  return (
    <Dialog
      title={`Approve ${oneLine(only ?? environment, 60)}`}
      onClose={onClose}
      actions={
        <>
          <DialogFaults looked={looked} errors={[looked.error, approve.error]} />
          <Button onClick={onClose}>Not now</Button>
          <ActionButton
            look="primary"
            side="above"
            because={notReady(looked, needsReason && reason.trim() === '')}
            busy={approve.isPending}
            onClick={() => approve.mutate()}
          >
            Approve {plural(names.length, 'plan')}
          </ActionButton>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-muted">
          Your approval holds for exactly these plans. One that is made again asks again. Nothing is
          applied by this.
        </p>
        <ConsequencesView all={all} nodes={looked.nodes} />
        {needsReason && (
          <>
            <ProtectedList addresses={all.protected} />
            <OverrideReason reason={reason} onReason={setReason} />
          </>
        )}
      </div>
    </Dialog>
  )
}

/** Why these plans cannot be approved now; undefined when they can. */
function notReady(looked: LookedAt, lacksReason: boolean): string | undefined {
  const { nodes, digests, moved, isLoading } = looked
  if (nodes.length === 0) return 'No plan waits for an approval here any more.'
  if (moved.length > 0) return 'Look at the plans as they are now first.'
  if (isLoading) return 'The plans are still being read.'
  if (nodes.some(({ name }) => digests[name] === undefined)) {
    return 'Not every plan could be read: nobody approves what nobody saw.'
  }
  return lacksReason ? 'Say why protected resources may go.' : undefined
}
