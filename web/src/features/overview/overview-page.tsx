import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ProjectOverview } from '../../lib/types.ts'
import { LinkButton } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Empty, Loaded, Skeleton } from '../../ui/states.tsx'
import { Inbox } from './inbox-list.tsx'
import { countStatuses, isStatus } from './matrix.ts'
import { MatrixFilters } from './matrix-filters.tsx'
import { inboxQuery, overviewQuery } from './overview-queries.ts'
import { ProjectMatrix } from './project-matrix.tsx'

const route = getRouteApi('/')

/** The platform as it stands: above what needs whoever looks, below every workspace. */
export function OverviewPage() {
  const { project } = route.useSearch()
  const overview = useQuery(overviewQuery(project))
  const inbox = useQuery(inboxQuery)
  return (
    <>
      <PageHeader title="Overview" />
      <Loaded query={overview} loading={<Loading />}>
        {(projects) =>
          projects.length === 0 ? (
            <NoProject />
          ) : (
            <>
              <Inbox query={inbox} project={project} />
              <Platform projects={projects} />
            </>
          )
        }
      </Loaded>
    </>
  )
}

function Platform({ projects }: { projects: readonly ProjectOverview[] }) {
  const { q, status } = route.useSearch()
  const navigate = route.useNavigate()
  const filter = { text: q ?? '', statuses: status?.split(',').filter(isStatus) ?? [] }
  const counts = countStatuses(projects, filter.statuses)
  return (
    <section aria-label="Workspaces">
      {counts.length > 0 && (
        <MatrixFilters
          filter={filter}
          counts={counts}
          onFilter={({ text, statuses }) => {
            const search = {
              q: text === '' ? undefined : text,
              status: statuses.length === 0 ? undefined : statuses.join(','),
            }
            navigate({ search: (now) => ({ ...now, ...search }), replace: true }).catch(
              () => undefined,
            )
          }}
        />
      )}
      {projects.map((one) => (
        <ProjectMatrix key={one.project} project={one} filter={filter} />
      ))}
    </section>
  )
}

function NoProject() {
  return (
    <Empty
      title="No project yet"
      action={
        <LinkButton to="/projects" look="primary">
          Add a project
        </LinkButton>
      }
    >
      A project is a git repository with a <code>portolan.yaml</code>: it says which components
      there are and in which environments. Once it is here, this page shows how all of them stand,
      and what waits for you.
    </Empty>
  )
}

function Loading() {
  return (
    <div role="status" aria-label="Loading">
      <Skeleton className="mb-8 h-24 w-full" />
      <Skeleton className="mb-3 h-8 w-72" />
      <Skeleton className="h-96 w-full" />
    </div>
  )
}
