import { GitBranch } from 'lucide-react'
import { asSentence } from '../../lib/sentence.ts'
import type { PullRequestItem } from '../../lib/types.ts'
import { Mono } from '../../ui/copyable.tsx'
import { Link, PlainLink } from '../../ui/link.tsx'
import { LongText, oneLine } from '../../ui/long-text.tsx'
import { Badge, Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'

export interface PullRequestRowProps {
  readonly pullRequest: PullRequestItem
  readonly withProject: boolean
}

/** A pull request in the list. */
export function PullRequestRow({ pullRequest, withProject }: PullRequestRowProps) {
  const { project, number, status, title, author, headCommit } = pullRequest
  return (
    <li className="relative grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-2 px-4 py-3 hover:bg-hover/50 lg:grid-cols-[auto_minmax(0,5fr)_minmax(0,4fr)]">
      <div className="pt-0.5">
        <Status kind="pull-request" value={status} as="icon" />
      </div>
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <PlainLink
            to="/projects/$project/pull-requests/$number"
            params={{ project, number: String(number) }}
            className="min-w-0 font-medium [overflow-wrap:anywhere] after:absolute after:inset-0"
          >
            <bdi>{titleOf(title)}</bdi>
          </PlainLink>
          <PullRequestMarks pullRequest={pullRequest} />
        </div>
        <p className="flex flex-wrap items-center gap-x-2 text-muted text-sm">
          <Mono>#{number}</Mono>
          {withProject && <span className="[overflow-wrap:anywhere]">{oneLine(project, 40)}</span>}
          <span>
            by <bdi className="[overflow-wrap:anywhere]">{oneLine(author, 40)}</bdi>
          </span>
          <Time at={pullRequest.endedAt ?? pullRequest.createdAt} />
          <Mono>{headCommit.slice(0, 8)}</Mono>
          <Branches pullRequest={pullRequest} />
        </p>
      </div>
      <Standing pullRequest={pullRequest} />
    </li>
  )
}

/** In want of a title, that there is none. */
export function titleOf(title: string): string {
  const said = oneLine(title, 160)
  return said === '' ? '(no title)' : said
}

/** What is unusual of it. */
export function PullRequestMarks({
  pullRequest: { isDraft, isFork, labels },
}: {
  pullRequest: Pick<PullRequestItem, 'isDraft' | 'isFork' | 'labels'>
}) {
  return (
    <>
      {isDraft && <Badge>Draft</Badge>}
      {isFork && <Badge tone="warn">Fork</Badge>}
      {labels.slice(0, MOST_LABELS).map((label) => (
        <Badge key={label}>{oneLine(label, 24)}</Badge>
      ))}
      {labels.length > MOST_LABELS && <Badge>{labels.length - MOST_LABELS} more labels</Badge>}
    </>
  )
}

const MOST_LABELS = 4

/** Which branch goes into which. */
export function Branches({
  pullRequest: { headBranch, headRepository, isFork, baseBranch },
  longest = 40,
}: {
  pullRequest: Pick<PullRequestItem, 'headBranch' | 'headRepository' | 'isFork' | 'baseBranch'>
  longest?: number
}) {
  return (
    <span className="inline-flex min-w-0 max-w-full items-baseline gap-1">
      <GitBranch aria-hidden className="size-3 shrink-0 translate-y-px" />
      <span className="min-w-0 [overflow-wrap:anywhere]">
        {isFork && headRepository !== undefined && <bdi>{oneLine(headRepository, longest)}:</bdi>}
        <bdi>{oneLine(headBranch, longest)}</bdi>
        <span aria-hidden> → </span>
        <span className="sr-only"> into </span>
        <bdi>{oneLine(baseBranch, longest)}</bdi>
      </span>
    </span>
  )
}

/** What it waits for, or what came of it. */
function Standing({ pullRequest: { verdict, problem, change } }: PullRequestStandingProps) {
  return (
    <div className="col-start-2 min-w-0 lg:col-start-3 lg:text-right">
      <p
        className={
          problem === undefined ? '[overflow-wrap:anywhere]' : 'text-warn [overflow-wrap:anywhere]'
        }
      >
        <LongText text={asSentence(verdict)} longest={140} />
      </p>
      {change !== undefined && (
        <p className="flex flex-wrap items-center gap-x-2 text-muted text-sm lg:justify-end">
          <Link
            to="/changes/$id"
            params={{ id: String(change.id) }}
            // Above the link that all of the row is.
            className="relative"
          >
            change-{change.id}
          </Link>
          <Status kind="change" value={change.status} as="text" />
        </p>
      )}
    </div>
  )
}

interface PullRequestStandingProps {
  readonly pullRequest: Pick<PullRequestItem, 'verdict' | 'problem' | 'change'>
}
