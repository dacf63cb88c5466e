import { X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { Resource } from '../../lib/types.ts'
import { IconButton } from '../../ui/button.tsx'
import { Copyable } from '../../ui/copyable.tsx'
import { oneLine } from '../../ui/long-text.tsx'
import { Badge } from '../../ui/status.tsx'
import { plainText } from '../log/plain-text.ts'
import { neighboursOf } from './dependents.ts'
import { ValueView } from './value-view.tsx'

export interface ResourceDrawerProps {
  readonly resource: Resource
  readonly all: readonly Resource[]
  readonly onGoTo: (address: string) => void
  readonly onClose: () => void
}

/** A resource with its attributes and its neighbours, beside the list. */
export function ResourceDrawer({ resource, all, onGoTo, onClose }: ResourceDrawerProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal()
  }, [])
  const { needs, neededBy } = neighboursOf(resource, all)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside it; the keyboard has Escape
    <dialog
      ref={dialog}
      aria-label={plainText(resource.address)}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current.close()
      }}
      className="m-0 ml-auto h-dvh max-h-dvh w-full max-w-2xl bg-surface text-ink shadow-floating"
    >
      <div className="flex min-h-full flex-col gap-5 px-5 py-4">
        <header className="flex items-start justify-between gap-3">
          <div className="min-w-0">
            <h2 className="font-mono font-semibold [overflow-wrap:anywhere]">
              {plainText(resource.address)}
            </h2>
            <Facts resource={resource} />
          </div>
          <IconButton label="Close" onClick={() => dialog.current?.close()}>
            <X aria-hidden className="size-4" />
          </IconButton>
        </header>
        <section aria-labelledby="attributes">
          <h3 id="attributes" className="mb-1.5 font-semibold">
            Attributes
          </h3>
          <ValueView value={resource.attributes} />
        </section>
        <Addresses title="Depends on" addresses={needs} none="nothing here" onGoTo={onGoTo} />
        <Addresses title="Needed by" addresses={neededBy} none="nothing here" onGoTo={onGoTo} />
      </div>
    </dialog>
  )
}

function Facts({ resource }: { resource: Resource }) {
  return (
    <div className="mt-1 flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 text-muted text-sm">
      {resource.id !== undefined && <Copyable value={plainText(resource.id)} what="id" />}
      <span className="[overflow-wrap:anywhere]">{plainText(resource.provider)}</span>
      <ResourceMarks resource={resource} />
    </div>
  )
}

export function ResourceMarks({ resource }: { resource: Resource }) {
  return (
    <>
      {resource.mode === 'data' && <Badge>data</Badge>}
      {resource.tainted && <Badge tone="warn">tainted: the next apply replaces it</Badge>}
      {resource.deposed !== undefined && (
        <Badge tone="warn">left over ({oneLine(resource.deposed, 12)})</Badge>
      )}
    </>
  )
}

function Addresses(props: {
  title: string
  addresses: readonly string[]
  none: string
  onGoTo: (address: string) => void
}) {
  const { title, addresses, none, onGoTo } = props
  return (
    <section>
      <h3 className="mb-1.5 font-semibold">{title}</h3>
      {addresses.length === 0 && <p className="text-muted">{none}</p>}
      <ul className="flex flex-col gap-0.5">
        {addresses.map((address) => (
          <li key={address}>
            <button
              type="button"
              onClick={() => onGoTo(address)}
              className="rounded-sm text-left font-mono text-accent text-sm hover:underline [overflow-wrap:anywhere]"
            >
              {plainText(address)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
