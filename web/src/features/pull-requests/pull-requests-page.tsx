import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { GitPullRequest, GitPullRequestCreate } from 'lucide-react'
import { maySomewhere } from '../../lib/access.ts'
import { useProjects, useSession } from '../../lib/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Mono } from '../../ui/copyable.tsx'
import { FilterChoice } from '../../ui/filter-choice.tsx'
import { Link, LinkButton } from '../../ui/link.tsx'
import { oneLine } from '../../ui/long-text.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Paged } from '../../ui/paged.tsx'
import { Empty } from '../../ui/states.tsx'
import { lookOf } from '../../ui/status-words.ts'
import { listStatuses, type PullRequestsFilter, pullRequestsQuery } from './pull-request-queries.ts'
import { PullRequestRow } from './pull-request-row.tsx'

const route = getRouteApi('/pull-requests')

/** The pull requests of all projects, the newest first. */
export function PullRequestsPage() {
  const filter = route.useSearch()
  const navigate = route.useNavigate()
  const query = useInfiniteQuery(pullRequestsQuery(filter))
  const isEmpty = query.data?.pages[0]?.items.length === 0
  const mayPropose = maySomewhere(useSession(), 'change:plan', filter.project)
  return (
    <>
      <PageHeader
        title="Pull requests"
        actions={
          mayPropose && (
            <LinkButton
              to="/pull-requests/new"
              search={{ project: filter.project }}
              look={isEmpty ? 'plain' : 'primary'}
            >
              <GitPullRequestCreate aria-hidden className="size-4" />
              New pull request
            </LinkButton>
          )
        }
      />
      <Filters
        filter={filter}
        onFilter={(next) => {
          navigate({ search: next, replace: true }).catch(() => undefined)
        }}
      />
      <Paged query={query} empty={<NoPullRequest filter={filter} mayPropose={mayPropose} />}>
        {(pullRequests) => (
          <ul
            aria-label="Pull requests"
            className="divide-y divide-line rounded-lg border border-line bg-surface"
          >
            {pullRequests.map((pullRequest) => (
              <PullRequestRow
                key={`${pullRequest.project} ${pullRequest.number}`}
                pullRequest={pullRequest}
                withProject={filter.project === undefined}
              />
            ))}
          </ul>
        )}
      </Paged>
    </>
  )
}

interface FiltersProps {
  readonly filter: PullRequestsFilter
  readonly onFilter: (filter: PullRequestsFilter) => void
}

/** What is listed; the address holds it. */
function Filters({ filter, onFilter }: FiltersProps) {
  const { data: projects = [] } = useProjects()
  const set = (field: keyof PullRequestsFilter) => (value: string) =>
    onFilter({ ...filter, [field]: value === '' ? undefined : value })
  const isFiltered = filter.project !== undefined || filter.status !== undefined
  return (
    <search className="mb-4 flex flex-wrap items-center gap-2">
      <FilterChoice
        label="Status"
        all="Any status"
        value={filter.status}
        options={listStatuses.map((status) => [status, lookOf('pull-request', status).word])}
        onChoose={set('status')}
      />
      {(projects.length > 1 || filter.project !== undefined) && (
        <FilterChoice
          label="Project"
          all="All projects"
          value={filter.project}
          options={projects.map(({ name }) => [name, oneLine(name, 40)])}
          onChoose={set('project')}
        />
      )}
      {isFiltered && (
        <Button look="quiet" onClick={() => onFilter({})}>
          Clear
        </Button>
      )}
    </search>
  )
}

interface NoPullRequestProps {
  readonly filter: PullRequestsFilter
  readonly mayPropose: boolean
}

function NoPullRequest({ filter: { project, status }, mayPropose }: NoPullRequestProps) {
  if (status !== undefined) {
    return (
      <Empty
        title="No pull request matches"
        action={
          <LinkButton to="/pull-requests" search={{ project }}>
            Show all pull requests
          </LinkButton>
        }
      >
        None that Portolan knows stands so.
      </Empty>
    )
  }
  return (
    <Empty
      title="No pull request yet"
      icon={<GitPullRequest aria-hidden className="size-6" />}
      action={
        mayPropose ? (
          <LinkButton to="/pull-requests/new" search={{ project }} look="primary">
            Open the first one
          </LinkButton>
        ) : undefined
      }
    >
      <p>
        A pull request is planned when it is opened, approved and applied where people talk about
        it, and merged when all of it is applied.
      </p>
      <p className="mt-2">
        Without any host: in a clone, on a branch of yours, run <Mono>portolan propose</Mono>. With
        GitHub, GitLab, Gitea or Forgejo: connect the host in the settings of{' '}
        {project === undefined ? (
          <Link to="/projects" className="underline">
            a project
          </Link>
        ) : (
          <Link
            to="/projects/$project"
            params={{ project }}
            search={{ tab: 'host' }}
            className="underline"
          >
            the project
          </Link>
        )}
        ; those that are open there appear here by themselves.
      </p>
    </Empty>
  )
}
