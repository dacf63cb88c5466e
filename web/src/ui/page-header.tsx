import { type ReactNode, useEffect } from 'react'

export interface PageHeaderProps {
  readonly title: ReactNode
  /** The title of the browser's tab; what `title` says when that is a text. */
  readonly name?: string
  /** Beside the title: a status, an id. */
  readonly marks?: ReactNode
  readonly children?: ReactNode
  readonly actions?: ReactNode
}

/** What the page is about, and what can be done with it. Names the browser's tab too. */
export function PageHeader({ title, name, marks, children, actions }: PageHeaderProps) {
  const tab = name ?? (typeof title === 'string' ? title : undefined)
  useEffect(() => {
    document.title = tab === undefined ? 'Portolan' : `${tab} · Portolan`
  }, [tab])
  return (
    <header className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-72">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 break-words font-semibold text-xl tracking-tight">{title}</h1>
          {marks}
        </div>
        {children !== undefined && <div className="mt-1 max-w-prose text-muted">{children}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
    </header>
  )
}

/** A part of a page under its own heading. */
export function Section(props: {
  title: string
  description?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) {
  const { title, description, actions, children } = props
  return (
    <section className="mb-8">
      <div className="mb-3 flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <div>
          <h2 className="font-semibold text-lg">{title}</h2>
          {description !== undefined && <div className="max-w-prose text-muted">{description}</div>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  )
}
