import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, json } from '../../lib/api.ts'
import type { RunDetails } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Mono } from '../../ui/copyable.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Textarea } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { announce } from '../../ui/toast.tsx'
import { PlanCounts } from '../changes/plan-counts.tsx'
import { Risk } from '../changes/risk.tsx'
import { plainText } from '../log/plain-text.ts'
import { workspaceOf } from './run-words.ts'

export interface ApproveDialogProps {
  readonly details: RunDetails
  /** Of the plan that is shown behind the dialog: that is what is approved. */
  readonly digest: string
  readonly onClose: () => void
}

/** Agrees to exactly this plan; what ends something protected needs a reason. */
export function ApproveDialog({ details, digest, onClose }: ApproveDialogProps) {
  const [reason, setReason] = useState('')
  const { run } = details
  const guarded = run.summary?.protected ?? []
  const approve = useApprove(run.id, onClose)
  const override = reason.trim()
  const isReady = guarded.length === 0 || override !== ''
  return (
    <Dialog
      title={`Approve the plan of ${workspaceOf(run)}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look={guarded.length > 0 ? 'danger' : 'primary'}
            busy={approve.isPending}
            disabled={!isReady}
            onClick={() => approve.mutate({ digest, ...(override === '' ? {} : { override }) })}
          >
            {guarded.length > 0 ? 'Override and approve' : 'Approve'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {run.summary && (
          <>
            <PlanCounts {...run.summary} />
            <Risk severity={run.summary.severity} sentence={run.summary.risk} />
          </>
        )}
        <p className="text-muted">
          What is approved is this plan (<Mono>{digest.slice(0, 12)}</Mono>) and no other: if it is
          planned again and turns out different, you are asked again.
        </p>
        {guarded.length > 0 && <Guarded addresses={guarded} reason={reason} onReason={setReason} />}
        {approve.error !== null && <ErrorState as="box" error={approve.error} />}
      </div>
    </Dialog>
  )
}

function Guarded(props: {
  addresses: readonly string[]
  reason: string
  onReason: (reason: string) => void
}) {
  const { addresses, reason, onReason } = props
  return (
    <>
      <div>
        <p className="font-medium text-danger">
          It ends {addresses.length === 1 ? 'a protected resource' : 'protected resources'}:
        </p>
        <ul className="mt-1 max-h-40 overflow-y-auto">
          {addresses.map((address) => (
            <li key={address} className="font-mono text-sm [overflow-wrap:anywhere]">
              {plainText(address)}
            </li>
          ))}
        </ul>
      </div>
      <Field label="Why they may go" hint="It is recorded, and everybody can read it.">
        {(control) => (
          <Textarea
            {...control}
            required
            maxLength={2000}
            value={reason}
            onChange={(event) => onReason(event.target.value)}
          />
        )}
      </Field>
    </>
  )
}

function useApprove(id: number, onDone: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (approval: { digest: string; override?: string }) =>
      json(api.runs[':id'].approve.$post({ param: { id: String(id) }, json: approval })),
    onSuccess: () => {
      announce('Approved.')
      onDone()
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['runs', String(id)] }),
  })
}
