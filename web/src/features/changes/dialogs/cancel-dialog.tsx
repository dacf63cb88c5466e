import { api, done } from '../../../lib/api.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import type { LiveChange } from '../live-change.ts'
import { isAtWork, plural } from '../results.ts'
import { DialogFaults } from './dialog-faults.tsx'
import { useChangeAction } from './use-change-action.ts'

/** Ends a change: what is at work is interrupted, what is done stays. */
export function CancelDialog({ live, onClose }: { live: LiveChange; onClose: () => void }) {
  const atWork = live.nodes.filter(({ result }) => isAtWork(result)).length
  const applied = live.nodes.filter(({ result }) => result === 'applied').length
  const left = live.nodes.length - applied - atWork
  const cancel = useChangeAction({
    live,
    said: `change-${live.change.id} is being cancelled.`,
    onClose,
    act: () => done(api.changes[':id'].cancel.$post({ param: { id: String(live.change.id) } })),
  })
  return (
    <Dialog
      title={`Cancel change-${live.change.id}`}
      onClose={onClose}
      actions={
        <>
          <DialogFaults errors={[cancel.error]} />
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" busy={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel the change
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <ul className="flex list-outside list-disc flex-col gap-1.5 pl-5">
          {atWork > 0 && (
            <li>
              {plural(atWork, 'workspace')} {atWork === 1 ? 'is' : 'are'} at work: Terraform is
              interrupted, finishes what it has begun, and what it did is recorded.
            </li>
          )}
          <li>
            {applied === 0
              ? 'Nothing was applied yet, and nothing will be.'
              : `What was applied in ${plural(applied, 'workspace')} stays as it is.`}
          </li>
          {left > 0 && (
            <li>Nothing more is started in {plural(left, 'workspace')}; their plans end.</li>
          )}
          <li>It cannot be taken up again: make a new change for that.</li>
        </ul>
      </div>
    </Dialog>
  )
}
