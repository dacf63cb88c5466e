import { useState } from 'react'
import { api, done } from '../../../lib/api.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field, Textarea } from '../../../ui/field.tsx'
import { oneLine } from '../../../ui/long-text.tsx'
import { ErrorState } from '../../../ui/states.tsx'
import { canApprove, consequencesOf } from '../actions.ts'
import type { LiveChange } from '../live-change.ts'
import { plural } from '../results.ts'
import { ConsequencesView, ProtectedList } from './consequences-view.tsx'
import { type LookedAt, useLookedAt } from './looked-at.ts'
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
  const isReady =
    names.length > 0 &&
    looked.moved.length === 0 &&
    names.every((name) => looked.digests[name] !== undefined) &&
    (!needsReason || reason.trim() !== '')
  return (
    <Dialog
      title={`Approve ${oneLine(only ?? environment, 60)}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            look="primary"
            disabled={!isReady}
            busy={approve.isPending}
            onClick={() => approve.mutate()}
          >
            Approve {plural(names.length, 'plan')}
          </Button>
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
        <Moved looked={looked} />
        {looked.error !== null && <ErrorState as="box" error={looked.error} />}
        {approve.error !== null && <ErrorState as="box" error={approve.error} />}
      </div>
    </Dialog>
  )
}

export function OverrideReason(props: { reason: string; onReason: (reason: string) => void }) {
  return (
    <Field label="Why protected resources may go" hint="Recorded in the audit log.">
      {(control) => (
        <Textarea
          {...control}
          required
          maxLength={2000}
          value={props.reason}
          onChange={(event) => props.onReason(event.target.value)}
        />
      )}
    </Field>
  )
}

/** Plans were made again while somebody looked at them. */
export function Moved({ looked }: { looked: LookedAt }) {
  return (
    <div aria-live="polite">
      {looked.moved.length > 0 && (
        <div className="flex flex-wrap items-center justify-between gap-2 rounded-md bg-warn-soft px-3 py-2">
          <p className="min-w-0 text-warn [overflow-wrap:anywhere]">
            {looked.moved.length === 1
              ? `${oneLine(looked.moved[0] ?? '', 120)} stands elsewhere now.`
              : `${looked.moved.length} workspaces stand elsewhere now.`}
          </p>
          <Button size="small" onClick={looked.lookAgain}>
            Look again
          </Button>
        </div>
      )}
    </div>
  )
}
