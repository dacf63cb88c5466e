import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, json } from '../../lib/api.ts'
import { useSession } from '../../lib/queries.ts'
import type { RunDetails } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { LinkButton } from '../../ui/link.tsx'
import { ApproveDialog } from './approve-dialog.tsx'
import { RecoverDialog } from './recover-dialog.tsx'
import { workspaceOf } from './run-words.ts'

/** What who is signed in may do with a run as it stands. */
export function RunActions({ details }: { details: RunDetails }) {
  const [open, setOpen] = useState<'approve' | 'cancel' | 'recover'>()
  // The plan that is approved is the one that was shown when the dialog was opened.
  const [digest, setDigest] = useState('')
  const { run, may, provisional } = details
  const close = () => setOpen(undefined)
  const { name } = useSession()
  const hasApproved = details.approvals.some(({ actor, current }) => current && actor === name)
  const canApprove = may.approve && !provisional && details.digest !== undefined && !hasApproved
  const isReady =
    may.apply && run.status === 'planned' && details.requirements.every((one) => one.met)
  return (
    <>
      {may.cancel && run.cancelRequestedBy === undefined && (
        <Button onClick={() => setOpen('cancel')}>Cancel run</Button>
      )}
      {canApprove && (
        <Button
          look="primary"
          onClick={() => {
            setDigest(details.digest ?? '')
            setOpen('approve')
          }}
        >
          Approve …
        </Button>
      )}
      {isReady && run.changeId !== undefined && (
        <LinkButton
          to="/changes/$id"
          params={{ id: String(run.changeId) }}
          look={hasApproved ? 'primary' : 'plain'}
        >
          Apply in change {run.changeId}
        </LinkButton>
      )}
      {may.recover && (
        <Button look="primary" onClick={() => setOpen('recover')}>
          Recover …
        </Button>
      )}
      {open === 'approve' && <ApproveDialog details={details} digest={digest} onClose={close} />}
      {open === 'cancel' && <CancelDialog details={details} onClose={close} />}
      {open === 'recover' && <RecoverDialog details={details} onClose={close} />}
    </>
  )
}

function CancelDialog({ details, onClose }: { details: RunDetails; onClose: () => void }) {
  const { run } = details
  const queries = useQueryClient()
  const id = String(run.id)
  const cancel = async () => {
    await json(api.runs[':id'].cancel.$post({ param: { id } }))
    await queries.invalidateQueries({ queryKey: ['runs', id] })
  }
  return (
    <Confirm
      title={`Cancel run ${run.id} of ${workspaceOf(run)}?`}
      action="Cancel run"
      onConfirm={cancel}
      onClose={onClose}
    >
      {run.status === 'applying' ? (
        <p>
          Terraform is asked to stop. It finishes what it has begun; what it did is recorded, and
          what is left is not done. Nothing is taken back.
        </p>
      ) : (
        <p>
          Its plan will not be applied. Nothing was changed, and a new run can be made any time.
        </p>
      )}
    </Confirm>
  )
}
