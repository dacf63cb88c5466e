import { useState } from 'react'
import { Confirm } from '../../ui/confirm.tsx'
import { editProposal, type ProposalDialogProps } from './edit-proposal.tsx'
import { reloadPullRequests } from './pull-request-queries.ts'

/** Ends a pull request of plain git without a merge, or begins it again. */
export function CloseProposal({ pullRequest, onClose }: ProposalDialogProps) {
  const { number } = pullRequest
  // What is asked stays the question, whatever it became in the meantime.
  const [isOpen] = useState(pullRequest.status === 'open')
  const turn = async () => {
    await editProposal(pullRequest, { status: isOpen ? 'closed' : 'open' })
    await reloadPullRequests()
  }
  return (
    <Confirm
      title={`${isOpen ? 'Close' : 'Reopen'} #${number}?`}
      action={isOpen ? 'Close it' : 'Reopen it'}
      onConfirm={turn}
      onClose={onClose}
    >
      {isOpen ? (
        <p>
          Nothing of it is planned or applied any more, and it lets go of what it reserved. What was
          applied already stays applied. The branch stays; it can be reopened.
        </p>
      ) : (
        <p>Its branch is planned again, as it is now.</p>
      )}
    </Confirm>
  )
}
