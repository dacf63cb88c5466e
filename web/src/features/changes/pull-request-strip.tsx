import { useQuery } from '@tanstack/react-query'
import { GitPullRequest } from 'lucide-react'
import type { Change, PullRequestView } from '../../lib/types.ts'
import { Mono } from '../../ui/copyable.tsx'
import { Link } from '../../ui/link.tsx'
import { oneLine } from '../../ui/long-text.tsx'
import { Status } from '../../ui/status.tsx'
import { pullRequestQuery } from '../pull-requests/pull-request-queries.ts'
import { Branches, titleOf } from '../pull-requests/pull-request-row.tsx'

/** Of which pull request a change was made; and whether another one has come in its place. */
export function PullRequestStrip({ change }: { change: Change }) {
  if (change.pullRequest === undefined) return null
  return <Strip change={change} made={change.pullRequest} />
}

interface StripProps {
  readonly change: Change
  readonly made: NonNullable<Change['pullRequest']>
}

function Strip({ change, made: { number, head, base } }: StripProps) {
  const { project } = change
  const { data } = useQuery(pullRequestQuery(project, number))
  return (
    <section
      aria-label="Its pull request"
      className="mb-5 flex min-h-11 flex-wrap items-center gap-x-3 gap-y-0.5 rounded-lg border border-line bg-surface px-4 py-2"
    >
      <span className="flex min-w-0 items-start gap-2">
        <GitPullRequest aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
        <Link
          to="/projects/$project/pull-requests/$number"
          params={{ project, number: String(number) }}
          className="min-w-0 font-medium [overflow-wrap:anywhere]"
        >
          #{number}
          {data !== undefined && <bdi> {titleOf(data.title)}</bdi>}
        </Link>
      </span>
      {data !== undefined && (
        <>
          <Status kind="pull-request" value={data.status} as="text" />
          <span className="inline-flex min-w-0 text-muted">
            <Branches pullRequest={data} />
          </span>
        </>
      )}
      <span className="text-muted text-sm">
        <Mono>{oneLine(head, 8).slice(0, 8)}</Mono> merged with{' '}
        <Mono>{oneLine(base, 8).slice(0, 8)}</Mono>
      </span>
      {data !== undefined && <Superseded change={change} pullRequest={data} />}
    </section>
  )
}

function Superseded({ change, pullRequest }: { change: Change; pullRequest: PullRequestView }) {
  const newest = pullRequest.change
  if (newest === undefined || newest.id <= change.id) return null
  return (
    <span className="text-warn">
      superseded by{' '}
      <Link to="/changes/$id" params={{ id: String(newest.id) }} className="underline">
        change-{newest.id}
      </Link>
    </span>
  )
}
