import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { PullRequestView } from '../../lib/types.ts'
import { LinkButton } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { CommandList } from './command-list.tsx'
import { Conversation } from './conversation.tsx'
import { CurrentChange } from './current-change.tsx'
import { EarlierChanges } from './earlier-changes.tsx'
import { PullRequestHeader } from './pull-request-header.tsx'
import { pullRequestQuery } from './pull-request-queries.ts'
import { PullRequestStanding } from './pull-request-standing.tsx'
import { earlierChanges } from './pull-request-words.ts'
import { ReservationList } from './reservation-list.tsx'

const route = getRouteApi('/projects/$project/pull-requests/$number')

/** A pull request: what it would do, what it waits for, what was said, and what may be done about it. */
export function PullRequestPage() {
  const { project, number } = route.useParams()
  const query = useQuery(pullRequestQuery(project, number))
  if (query.data !== undefined) return <ShownPullRequest pullRequest={query.data} />
  if (query.error !== null) {
    return (
      <>
        <PageHeader title={`#${number.slice(0, 20)}`} />
        <ErrorState error={query.error} onRetry={query.refetch} />
        <div className="flex justify-center">
          <LinkButton to="/pull-requests">All pull requests</LinkButton>
        </div>
      </>
    )
  }
  return <Loading />
}

function ShownPullRequest({ pullRequest }: { pullRequest: PullRequestView }) {
  const { change, reservations, commands, forge } = pullRequest
  const earlier = earlierChanges(pullRequest)
  return (
    <>
      <PullRequestHeader pullRequest={pullRequest} />
      <PullRequestStanding pullRequest={pullRequest} />
      {change !== undefined && <CurrentChange key={change.id} id={String(change.id)} />}
      <div className="grid items-start gap-x-8 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="min-w-0">
          {forge === 'git' && <Conversation pullRequest={pullRequest} />}
          {forge !== 'git' && <CommandList commands={commands} />}
        </div>
        <div className="min-w-0">
          {forge === 'git' && commands.length > 0 && <CommandList commands={commands} />}
          {reservations.length > 0 && <ReservationList pullRequest={pullRequest} />}
          {earlier.length > 0 && <EarlierChanges changes={earlier} />}
        </div>
      </div>
    </>
  )
}

function Loading() {
  return (
    <div role="status" aria-label="Loading">
      <Skeleton className="mb-2 h-7 w-96 max-w-full" />
      <Skeleton className="mb-5 h-5 w-72 max-w-full" />
      <Skeleton className="mb-6 h-16 w-full" />
      <Skeleton className="h-96 w-full" />
    </div>
  )
}
