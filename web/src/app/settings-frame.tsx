import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { PageHeader } from '../ui/page-header.tsx'

interface SettingsFrameProps {
  readonly title: string
  /** What the page is for. */
  readonly description: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** One of the pages of settings, and the way to the others. */
export function SettingsFrame({ title, description, actions, children }: SettingsFrameProps) {
  return (
    <>
      <nav aria-label="Settings" className="mb-6 overflow-x-auto border-line border-b">
        <ul className="flex sm:gap-1">
          <Entry to="/settings/account">My account</Entry>
          <Entry to="/settings/tokens">Tokens</Entry>
          <Entry to="/settings/people">People</Entry>
          <Entry to="/settings/identities">Host logins</Entry>
          <Entry to="/settings/teams">Teams</Entry>
          <Entry to="/settings/roles">Roles</Entry>
        </ul>
      </nav>
      <PageHeader title={title} actions={actions}>
        {description}
      </PageHeader>
      {children}
    </>
  )
}

function Entry({ to, children }: { to: NonNullable<LinkProps['to']>; children: string }) {
  return (
    <li>
      <Link
        to={to}
        className="-mb-px block whitespace-nowrap border-b-2 px-2 py-2 sm:px-2.5 font-medium focus-visible:outline-offset-[-2px]"
        activeProps={{ className: 'border-accent' }}
        inactiveProps={{ className: 'border-transparent text-muted hover:text-ink' }}
      >
        {children}
      </Link>
    </li>
  )
}
