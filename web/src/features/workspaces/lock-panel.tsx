import { useQueryClient } from '@tanstack/react-query'
import { Lock as LockIcon } from 'lucide-react'
import { useState } from 'react'
import { api, json } from '../../lib/api.ts'
import { useSession } from '../../lib/queries.ts'
import type { Lock, WorkspaceDetails } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Link } from '../../ui/link.tsx'
import { LongText } from '../../ui/long-text.tsx'
import { Time } from '../../ui/time.tsx'
import { announce } from '../../ui/toast.tsx'
import { plainText } from '../log/plain-text.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import { paramOf, type WorkspacePlace, workspaceKey } from './workspace-queries.ts'

export interface LockPanelProps {
  readonly place: WorkspacePlace
  readonly lock: Lock
  readonly may: WorkspaceDetails['may']
}

/** Who holds the lock, since when and what for; and how it ends. */
export function LockPanel({ place, lock, may }: LockPanelProps) {
  const [isAsking, setAsking] = useState(false)
  const { name } = useSession()
  const isOwn = lock.kind === 'person' && lock.actor === name
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2 rounded-lg border border-warn/40 bg-warn-soft px-4 py-2.5">
      <LockIcon aria-hidden className="mt-1 size-3.5 shrink-0 text-warn" />
      <div className="min-w-0 flex-1 basis-64">
        <p>
          <strong className="font-semibold">Locked by {plainText(lock.actor)}</strong>{' '}
          <Time at={lock.createdAt} />
          {lock.runId !== undefined && (
            <>
              {' for '}
              <Link className="underline" to="/runs/$id" params={{ id: String(lock.runId) }}>
                run {lock.runId}
              </Link>
            </>
          )}
          {lock.operation !== '' && <> ({plainText(lock.operation)})</>}. Nobody else applies here
          until it is released.
        </p>
        {lock.info !== '' && (
          <p className="break-words text-muted">
            <LongText text={lock.info} />
          </p>
        )}
      </div>
      {may.unlock && lock.kind !== 'run' && (
        <Button size="small" onClick={() => setAsking(true)}>
          {isOwn ? 'Release' : 'Release by force …'}
        </Button>
      )}
      {isAsking && <ReleaseDialog {...{ place, lock, isOwn }} onClose={() => setAsking(false)} />}
    </div>
  )
}

function ReleaseDialog(props: {
  place: WorkspacePlace
  lock: Lock
  isOwn: boolean
  onClose: () => void
}) {
  const { place, lock, isOwn, onClose } = props
  const release = useRelease(place, lock)
  if (isOwn) {
    return (
      <Confirm
        title="Release your lock?"
        action="Release"
        onConfirm={() => release({})}
        onClose={onClose}
      >
        <p>Others may apply here again.</p>
      </Confirm>
    )
  }
  return (
    <ReasonDialog
      title={`Release the lock of ${plainText(lock.actor)} by force?`}
      action="Release by force"
      placeholder="The laptop that held it is gone; nothing is running any more."
      onConfirm={(reason) => release({ force: true, reason })}
      onClose={onClose}
    >
      <p>
        If {plainText(lock.actor)} is still at work, two may write the state at the same time; what
        they upload without the lock is then rejected and kept aside. Ask them first.
      </p>
    </ReasonDialog>
  )
}

function useRelease(place: WorkspacePlace, { id }: Lock) {
  const queries = useQueryClient()
  return async (how: { readonly force?: true; readonly reason?: string }) => {
    const routes = api.projects[':project'].workspaces[':workspace'].lock
    await json(routes.$delete({ param: paramOf(place), json: { id, ...how } }))
    announce('The lock is released.')
    await queries.invalidateQueries({ queryKey: workspaceKey(place) })
  }
}
