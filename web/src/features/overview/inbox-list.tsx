import { CircleCheck } from 'lucide-react'
import { useId } from 'react'
import type { InboxItem } from '../../lib/types.ts'
import { classes } from '../../ui/class-names.ts'
import { LongText, oneLine } from '../../ui/long-text.tsx'
import { ErrorState, type QueryLike, Skeleton } from '../../ui/states.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { Risk } from '../changes/risk.tsx'
import { inboxAction, inboxKey, inboxParts } from './inbox.ts'
import { InboxLink } from './inbox-link.tsx'

export interface InboxProps {
  readonly query: QueryLike<readonly InboxItem[]>
  /** Only what is about this project. */
  readonly project: string | undefined
}

/** What needs whoever looks; below it what needs others. */
export function Inbox({ query, project }: InboxProps) {
  const heading = useId()
  return (
    <section aria-labelledby={heading} className="mb-8">
      <h2 id={heading} className="mb-2 font-semibold text-lg">
        Needs you
      </h2>
      <InboxBody query={query} project={project} />
    </section>
  )
}

function InboxBody({ query, project }: InboxProps) {
  if (query.data === undefined) {
    if (query.error !== null)
      return <ErrorState as="box" error={query.error} onRetry={query.refetch} />
    return <Skeleton className="h-14 w-full" />
  }
  const { mine, others } = inboxParts(
    query.data.filter((item) => project === undefined || item.project === project),
  )
  return (
    <>
      {mine.length === 0 ? <NothingWaits /> : <Items items={mine} label="Needs you" />}
      {others.length > 0 && (
        <details className="group mt-3">
          <summary className="w-fit rounded-md px-1 font-medium text-muted hover:text-ink">
            {others.length} more for others
          </summary>
          <div className="mt-2">
            <Items items={others} label="Needs others" />
          </div>
        </details>
      )}
    </>
  )
}

function NothingWaits() {
  return (
    <p className="flex items-center gap-2 rounded-lg border border-line bg-surface px-4 py-3 text-muted">
      <CircleCheck aria-hidden className="size-4 text-ok" />
      Nothing waits for you.
    </p>
  )
}

function Items({ items, label }: { items: readonly InboxItem[]; label: string }) {
  return (
    <ul
      aria-label={label}
      className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface"
    >
      {items.map((item) => (
        <Item key={inboxKey(item)} item={item} />
      ))}
    </ul>
  )
}

const statuses = {
  unknown: 'unknown',
  'at-risk': 'at-risk',
  approval: 'waiting',
  failed: 'failed',
  unmerged: 'unmerged',
  unapplied: 'pending',
  drifted: 'drifted',
  locked: 'locked',
} as const satisfies Record<InboxItem['kind'], string>

/** What only a person can bring on. */
const urgent = ['unknown', 'at-risk', 'approval'] as const

function Item({ item }: { item: InboxItem }) {
  const { kind, sentence, project, risk, since, mine } = item
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] items-start gap-x-3 gap-y-2 px-4 py-3 sm:grid-cols-[auto_minmax(0,1fr)_auto] sm:items-center">
      <Status kind="workspace" value={statuses[kind]} as="icon" className="mt-1 sm:mt-0" />
      <div className="min-w-0">
        <p className="font-medium [overflow-wrap:anywhere]">
          <LongText text={sentence} />
        </p>
        <p className="flex flex-wrap gap-x-3 gap-y-0.5 text-muted text-sm">
          {risk !== undefined && risk.severity !== 'none' && <Risk {...risk} />}
          <span className="[overflow-wrap:anywhere]">{oneLine(project, 60)}</span>
          <span>
            since <Time at={since} />
          </span>
        </p>
      </div>
      <InboxLink
        item={item}
        look={mine && urgent.some((one) => one === kind) ? 'primary' : 'plain'}
        className={classes('col-start-2 w-fit sm:col-start-3')}
      >
        {inboxAction(item)}
        <span className="sr-only">: {oneLine(sentence)}</span>
      </InboxLink>
    </li>
  )
}
