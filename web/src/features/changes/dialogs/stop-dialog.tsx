import { api, done } from '../../../lib/api.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import type { LiveChange } from '../live-change.ts'
import { isAtWork, plural } from '../results.ts'
import { DialogFaults } from './dialog-faults.tsx'
import { useChangeAction } from './use-change-action.ts'

/** Ends what a server does with a change at the moment; the change stays open. */
export function StopDialog({ live, onClose }: { live: LiveChange; onClose: () => void }) {
  const atWork = live.nodes.filter(({ result }) => isAtWork(result)).length
  const stop = useChangeAction({
    live,
    said: `change-${live.change.id} is being stopped.`,
    onClose,
    act: () => done(api.changes[':id'].stop.$post({ param: { id: String(live.change.id) } })),
  })
  return (
    <Dialog
      title={`Stop change-${live.change.id}`}
      onClose={onClose}
      actions={
        <>
          <DialogFaults errors={[stop.error]} />
          <Button onClick={onClose}>Let it go on</Button>
          <Button look="primary" busy={stop.isPending} onClick={() => stop.mutate()}>
            Stop
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p>
          {atWork === 0
            ? 'Nothing more of it is started.'
            : `${plural(atWork, 'workspace')} ${atWork === 1 ? 'is' : 'are'} at work: Terraform is interrupted and finishes what it has begun. Nothing more is started.`}
        </p>
        <p className="text-muted">What is done stays, and the change can be resumed.</p>
      </div>
    </Dialog>
  )
}
