import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { classes } from './class-names.ts'
import { announce } from './toast.tsx'

/** Something a machine named: an id, an address, a path. */
export function Mono({
  children,
  className,
  title,
}: {
  children: React.ReactNode
  className?: string
  title?: string
}) {
  return (
    <code title={title} className={classes('font-mono text-[0.92em]', className)}>
      {children}
    </code>
  )
}

export interface CopyableProps {
  /** What is copied. */
  readonly value: string
  /** What is shown of it, when that is not all: the first digits of a commit. */
  readonly shown?: string
  /** What it is: "commit". */
  readonly what: string
  readonly className?: string
}

/** Something a machine named, with a button that copies it. */
export function Copyable({ value, shown = value, what, className }: CopyableProps) {
  return (
    <span className={classes('inline-flex min-w-0 max-w-full items-center gap-0.5', className)}>
      <Mono className="truncate" title={value}>
        {shown}
      </Mono>
      <CopyButton value={value} what={what} />
    </span>
  )
}

/** The first digits of a commit, and all of it to copy. */
export function Commit({ commit }: { commit: string }) {
  return <Copyable value={commit} shown={commit.slice(0, 8)} what="commit" />
}

export function CopyButton({ value, what }: { value: string; what: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value)
    } catch {
      announce('The browser does not permit copying here: select the text and copy it.', 'warn')
      return
    }
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  const Icon = copied ? Check : Copy
  return (
    <button
      type="button"
      onClick={copy}
      aria-label={copied ? `Copied ${what}` : `Copy ${what}`}
      title={copied ? 'Copied' : `Copy ${what}`}
      className="shrink-0 rounded p-1 text-faint hover:bg-hover hover:text-ink"
    >
      <Icon aria-hidden className={classes('size-3', copied && 'text-ok')} />
    </button>
  )
}
