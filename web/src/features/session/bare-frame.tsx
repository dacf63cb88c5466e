import { type ReactNode, useEffect } from 'react'
import { Logo } from '../../app/logo.tsx'

/** A page for who is not signed in: one card in the middle. */
export function BareFrame(props: { title: string; children: ReactNode; footer?: ReactNode }) {
  const { title, children, footer } = props
  useEffect(() => {
    document.title = `${title} · Portolan`
  }, [title])
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-6 px-4 py-10">
      <Logo />
      <div className="w-full max-w-sm rounded-xl border border-line bg-surface p-6">
        <h1 className="mb-4 font-semibold text-xl tracking-tight">{title}</h1>
        {children}
      </div>
      {footer !== undefined && (
        <div className="max-w-sm text-center text-muted text-sm">{footer}</div>
      )}
    </main>
  )
}
