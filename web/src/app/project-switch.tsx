import { useLocation, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ChevronsUpDown } from 'lucide-react'
import { useProjects } from '../lib/queries.ts'
import { Menu } from '../ui/menu.tsx'

/** The project that the address names; undefined when the page is about all of them. */
export function useChosenProject(): string | undefined {
  const { project: ofPath } = useParams({ strict: false })
  const { project: ofSearch } = useSearch({ strict: false })
  return ofPath ?? ofSearch
}

/** Besides the overview, the pages that show one project or all of them. */
const filtered = ['/changes', '/pull-requests', '/webhooks'] as const

/** Which project the overview and the lists show. */
export function ProjectSwitch() {
  const chosen = useChosenProject()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const to = filtered.find((page) => page === pathname) ?? '/'
  const { data: projects = [] } = useProjects()
  if (projects.length < 2) return null
  const choose = (project: string | undefined) => () => {
    navigate({ to, search: { project } }).catch(() => undefined)
  }
  return (
    <Menu
      label={`Project: ${chosen ?? 'all projects'}`}
      trigger={
        <>
          <span className="min-w-0 flex-1 truncate font-medium">{chosen ?? 'All projects'}</span>
          <ChevronsUpDown aria-hidden className="size-3.5 text-faint" />
        </>
      }
      items={[
        { label: 'All projects', checked: chosen === undefined, onSelect: choose(undefined) },
        ...projects.map(({ name }) => ({
          label: name,
          checked: chosen === name,
          onSelect: choose(name),
        })),
      ]}
    />
  )
}
