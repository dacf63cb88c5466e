import { useQuery } from '@tanstack/react-query'
import { maySomewhere } from '../lib/access.ts'
import { api, json, segment } from '../lib/api.ts'
import { useSession } from '../lib/queries.ts'
import type { ChangeListItem, Overview, PullRequestItem } from '../lib/types.ts'
import type { PaletteEntry } from './palette-entries.ts'

const page = (label: string, href: string, detail?: string): PaletteEntry => ({
  key: href,
  group: 'Pages',
  label,
  href,
  ...(detail === undefined ? {} : { detail }),
})

const pages: readonly PaletteEntry[] = [
  page('Overview', '/', 'inbox home'),
  page('Pull requests', '/pull-requests', 'merge requests reviews'),
  page('New pull request', '/pull-requests/new', 'propose branch'),
  page('Changes', '/changes', 'history deployments'),
  page('Projects', '/projects', 'repositories'),
  page('My account', '/settings/account', 'settings password'),
  page('Tokens', '/settings/tokens', 'settings ci access'),
  page('API reference', '/docs', 'documentation openapi'),
  page('People', '/settings/people', 'settings users invite'),
  page('Host logins', '/settings/identities', 'settings github gitlab gitea identities'),
  page('Teams', '/settings/teams', 'settings groups'),
  page('Roles', '/settings/roles', 'settings permissions grants'),
]

/** Everything the palette knows; what is loaded is looked at again each time it opens. */
export function usePaletteEntries(): readonly PaletteEntry[] {
  const session = useSession()
  const overview = useQuery({
    queryKey: ['palette', 'overview'],
    queryFn: async () => json(api.overview.$get({ query: {} })),
  })
  const changes = useQuery({
    queryKey: ['palette', 'changes'],
    queryFn: async () => json(api.changes.$get({ query: {} })),
  })
  const pullRequests = useQuery({
    queryKey: ['palette', 'pull-requests'],
    queryFn: async () => json(api['pull-requests'].$get({ query: {} })),
  })
  return [
    ...pages,
    ...(maySomewhere(session, 'audit:read') ? [page('Audit log', '/audit', 'who did what')] : []),
    ...(maySomewhere(session, 'project:write')
      ? [page('Webhook deliveries', '/webhooks', 'hosts events github gitlab')]
      : []),
    ...projectsOf(overview.data),
    ...(pullRequests.data?.items ?? []).map(pullRequestEntry),
    ...(changes.data?.items ?? []).map(changeEntry),
    ...workspacesOf(overview.data),
  ]
}

function projectsOf(overview: Overview | undefined): readonly PaletteEntry[] {
  return (overview?.projects ?? []).map(({ project }) => ({
    key: `project ${project}`,
    group: 'Projects',
    label: project,
    href: `/projects/${segment(project)}`,
  }))
}

function pullRequestEntry(pullRequest: PullRequestItem): PaletteEntry {
  const { project, number, title, author, headBranch } = pullRequest
  return {
    key: `pull request ${project} ${number}`,
    group: 'Pull requests',
    label: `#${number} ${title}`,
    detail: `${project} ${author} ${headBranch}`,
    href: `/projects/${segment(project)}/pull-requests/${number}`,
  }
}

function changeEntry({ id, reason, project, actor }: ChangeListItem): PaletteEntry {
  return {
    key: `change ${id}`,
    group: 'Changes',
    label: `change-${id} ${reason}`,
    detail: `${project} ${actor}`,
    href: `/changes/${id}`,
  }
}

function workspacesOf(overview: Overview | undefined): readonly PaletteEntry[] {
  return (overview?.projects ?? []).flatMap(({ project, workspaces }) =>
    workspaces.map(({ id, name }) => ({
      key: id,
      group: 'Workspaces' as const,
      label: name,
      detail: project,
      href: `/projects/${segment(project)}/workspaces/${segment(name)}`,
    })),
  )
}
