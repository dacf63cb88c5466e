import { GitBranch, UserRoundCheck } from 'lucide-react'
import type { ChangeListItem, Counts } from '../../lib/types.ts'
import { Mono } from '../../ui/copyable.tsx'
import { PlainLink } from '../../ui/link.tsx'
import { oneLine } from '../../ui/long-text.tsx'
import { Badge, Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { changeTitle } from './change-title.ts'
import { ResultCounts } from './result-counts.tsx'
import { Untrusted } from './untrusted.tsx'

export interface ChangeRowProps {
  readonly change: ChangeListItem
  readonly withProject: boolean
}

/** A change in the list. */
export function ChangeRow({ change, withProject }: ChangeRowProps) {
  const {
    id,
    status,
    working,
    waitsForApproval,
    source,
    actor,
    environments,
    counts,
    countsByEnvironment,
  } = change
  return (
    <li className="relative grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-2 px-4 py-3 hover:bg-hover/50 lg:grid-cols-[auto_minmax(0,1fr)_minmax(14rem,auto)]">
      <div className="pt-0.5">
        {working === undefined ? (
          <Status kind="change" value={status} as="icon" />
        ) : (
          <Status kind="run" value={working === 'plan' ? 'planning' : 'applying'} as="icon" />
        )}
      </div>
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <PlainLink
            to="/changes/$id"
            params={{ id: String(id) }}
            className="min-w-0 font-medium [overflow-wrap:anywhere] after:absolute after:inset-0"
          >
            <bdi>{changeTitle(change)}</bdi>
          </PlainLink>
          {change.operation === 'destroy' && <Badge tone="danger">Destroys</Badge>}
          <Untrusted options={change.options} />
          {waitsForApproval && (
            <Badge tone="wait">
              <UserRoundCheck aria-hidden className="size-3" />
              Waits for approval
            </Badge>
          )}
        </div>
        <p className="flex flex-wrap items-center gap-x-2 text-muted text-sm">
          <Mono>change-{id}</Mono>
          {withProject && <span>{oneLine(change.project, 40)}</span>}
          <span>by {oneLine(actor, 40)}</span>
          <Time at={change.createdAt} />
          {source.commit !== undefined && <Mono>{oneLine(source.commit, 8).slice(0, 8)}</Mono>}
          {source.branch !== undefined && (
            <span className="inline-flex min-w-0 items-center gap-1">
              <GitBranch aria-hidden className="size-3 shrink-0" />
              <bdi className="[overflow-wrap:anywhere]">{oneLine(source.branch, 40)}</bdi>
            </span>
          )}
          {source.dirty && <span className="text-warn">uncommitted</span>}
        </p>
      </div>
      <div className="col-start-2 flex flex-wrap items-center gap-x-3 gap-y-1 lg:col-start-3 lg:flex-col lg:items-end">
        {environments.length > MOST_PLACES ? (
          <Place name={`${environments.length} environments`} counts={counts} />
        ) : (
          environments.map((name) => (
            <Place key={name} name={oneLine(name, 24)} counts={countsByEnvironment[name] ?? {}} />
          ))
        )}
      </div>
    </li>
  )
}

/** More environments are counted together. */
const MOST_PLACES = 4

function Place({ name, counts }: { name: string; counts: Counts }) {
  return (
    <p className="flex items-center gap-x-2.5 text-sm">
      <span className="text-muted [overflow-wrap:anywhere]">{name}</span>
      <ResultCounts counts={counts} />
    </p>
  )
}
