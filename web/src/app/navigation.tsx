import { type LinkProps, Link as RouterLink, useLocation } from '@tanstack/react-router'
import {
  BookOpen,
  FolderGit2,
  GitPullRequest,
  Grid3x3,
  Layers,
  type LucideIcon,
  ScrollText,
  Search,
  Settings,
  Webhook,
} from 'lucide-react'
import { maySomewhere } from '../lib/access.ts'
import { useSession } from '../lib/queries.ts'
import { classes } from '../ui/class-names.ts'
import { Kbd } from '../ui/kbd.tsx'
import { AccountMenu } from './account-menu.tsx'
import { Logo } from './logo.tsx'
import { ProjectSwitch, useChosenProject } from './project-switch.tsx'
import { commandKey } from './shortcuts.ts'

/** The way to every page. */
export function Navigation({ onPalette }: { onPalette: () => void }) {
  const session = useSession()
  const project = useChosenProject()
  const search = { project }
  return (
    <nav aria-label="Portolan" className="flex h-full flex-col gap-3 overflow-y-auto p-3">
      <RouterLink to="/" className="rounded-md px-2 py-1">
        <Logo />
      </RouterLink>
      <button
        type="button"
        onClick={onPalette}
        className="flex items-center gap-2 rounded-md border border-control bg-surface px-2 py-1 text-muted hover:text-ink"
      >
        <Search aria-hidden className="size-3.5" />
        <span className="flex-1 text-left">Go to …</span>
        <Kbd>{commandKey}K</Kbd>
      </button>
      <ProjectSwitch />
      <ul className="flex flex-col gap-0.5">
        <Entry icon={Grid3x3} to="/" search={search} on={/^\/$/}>
          Overview
        </Entry>
        <Entry
          icon={GitPullRequest}
          to="/pull-requests"
          search={search}
          on={/^\/pull-requests|^\/projects\/[^/]+\/pull-requests\//}
        >
          Pull requests
        </Entry>
        <Entry icon={Layers} to="/changes" search={search}>
          Changes
        </Entry>
        <Entry icon={FolderGit2} to="/projects" on={/^\/projects(?!\/[^/]+\/pull-requests\/)/}>
          Projects
        </Entry>
        {maySomewhere(session, 'audit:read') && (
          <Entry icon={ScrollText} to="/audit">
            Audit log
          </Entry>
        )}
        {maySomewhere(session, 'project:write') && (
          <Entry icon={Webhook} to="/webhooks">
            Webhook deliveries
          </Entry>
        )}
        <Entry icon={Settings} to="/settings/account" on={/^\/settings/}>
          Settings
        </Entry>
      </ul>
      <ul className="mt-auto flex flex-col gap-0.5">
        <Entry icon={BookOpen} to="/docs">
          API reference
        </Entry>
      </ul>
      <AccountMenu />
    </nav>
  )
}

interface EntryProps {
  readonly icon: LucideIcon
  readonly to: NonNullable<LinkProps['to']>
  readonly search?: { readonly project: string | undefined }
  /** Pages that belong to it, where that is not just those below its own. */
  readonly on?: RegExp
  readonly children: string
}

const entry =
  'flex items-center gap-2.5 rounded-md px-2 py-1.5 font-medium text-muted hover:bg-hover hover:text-ink'

function Entry({ icon: Icon, to, search, on, children }: EntryProps) {
  const { pathname } = useLocation()
  const isOn = on === undefined ? pathname.startsWith(to) : on.test(pathname)
  return (
    <li>
      <RouterLink
        to={to}
        search={search ?? {}}
        activeOptions={{ exact: true, includeSearch: false }}
        aria-current={isOn ? 'page' : undefined}
        className={classes(entry, isOn && 'bg-hover text-ink!')}
      >
        <Icon aria-hidden className="size-4 shrink-0" />
        {children}
      </RouterLink>
    </li>
  )
}
