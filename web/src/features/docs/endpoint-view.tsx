import { ChevronRight } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { classes } from '../../ui/class-names.ts'
import { Mono } from '../../ui/copyable.tsx'
import { EndpointDetails } from './endpoint-details.tsx'
import type { Endpoint } from './open-api.ts'
import type { Resolve } from './schema.ts'

export interface EndpointViewProps {
  readonly endpoint: Endpoint
  readonly resolve: Resolve
  /** The address names it: it is open, and in sight. */
  readonly chosen: boolean
}

const methodTones: Readonly<Record<string, string>> = {
  GET: 'text-info',
  POST: 'text-ok',
  PUT: 'text-warn',
  PATCH: 'text-warn',
  DELETE: 'text-danger',
}

export function Method({ method }: { method: string }) {
  return (
    <Mono className={classes('inline-block w-14 shrink-0 font-semibold', methodTones[method])}>
      {method}
    </Mono>
  )
}

/** One operation: what it does, who may, what goes in, what comes out, and how to call it. */
export function EndpointView({ endpoint, resolve, chosen }: EndpointViewProps) {
  const [open, setOpen] = useState(chosen)
  const ref = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    if (!chosen) return
    setOpen(true)
    ref.current?.scrollIntoView({ block: 'start' })
  }, [chosen])
  const { id, method, path, operation } = endpoint
  return (
    <details
      ref={ref}
      id={id}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="group rounded-lg border border-line bg-surface"
    >
      <summary className="flex flex-wrap items-center gap-x-2 gap-y-0.5 rounded-lg px-3 py-2 hover:bg-hover">
        <ChevronRight
          aria-hidden
          className="size-3.5 shrink-0 text-faint transition-transform group-open:rotate-90"
        />
        <Method method={method} />
        <Mono className="min-w-0 break-all">{path}</Mono>
        <span className="min-w-0 text-muted">{operation.summary}</span>
      </summary>
      {open && <EndpointDetails endpoint={endpoint} resolve={resolve} />}
    </details>
  )
}
