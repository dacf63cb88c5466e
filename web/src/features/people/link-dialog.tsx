import { useMutation } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, json, segment } from '../../lib/api.ts'
import type { Person, SignInLink } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copyable.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'

/** Makes a sign-in link for somebody, and shows it: this once. */
export function LinkDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const make = useMutation({
    mutationFn: async () =>
      json(api.people[':name'].link.$post({ param: { name: segment(person.name) } })),
  })
  const { mutate, isIdle } = make
  useEffect(() => {
    if (isIdle) mutate()
  }, [mutate, isIdle])
  return (
    <Dialog
      title={`Sign-in link for ${person.fullName}`}
      onClose={onClose}
      actions={
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      {make.error !== null && <ErrorState as="box" error={make.error} onRetry={() => mutate()} />}
      {make.error === null && make.data === undefined && <Skeleton className="h-24" />}
      {make.data !== undefined && <ShownLink link={make.data} person={person} />}
    </Dialog>
  )
}

function ShownLink({ link, person }: { link: SignInLink; person: Person }) {
  return (
    <div className="flex flex-col gap-3">
      <p>
        Give it to {person.fullName} over a channel that only they read. Whoever opens it first is{' '}
        <strong>{person.name}</strong>. It is shown this once, works once, and expires{' '}
        <Time at={link.expiresAt} />.
      </p>
      <ShownOnce value={link.url} what="link" />
    </div>
  )
}

/** A secret that is never shown again, to be copied. */
export function ShownOnce({ value, what }: { value: string; what: string }) {
  return (
    <div className="flex items-center gap-2 rounded-md border border-control bg-sunken px-3 py-2">
      <code className="min-w-0 flex-1 select-all break-all text-sm">{value}</code>
      <CopyButton value={value} what={what} />
    </div>
  )
}
