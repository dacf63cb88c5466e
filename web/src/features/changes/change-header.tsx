import { GitBranch, UserRound } from 'lucide-react'
import { Commit, Copyable } from '../../ui/copyable.tsx'
import { PlainLink } from '../../ui/link.tsx'
import { LongText, oneLine } from '../../ui/long-text.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Badge, Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { ChangeActions } from './change-actions.tsx'
import { changeTitle } from './change-title.ts'
import type { ChangeAsk } from './dialogs/change-dialog.tsx'
import type { LiveChange } from './live-change.ts'
import { Untrusted } from './untrusted.tsx'

export interface ChangeHeaderProps {
  readonly live: LiveChange
  readonly onAsk: (ask: ChangeAsk) => void
}

/** What is proposed, by whom, of which commit; and what may be done about it. */
export function ChangeHeader({ live, onAsk }: ChangeHeaderProps) {
  const { change } = live
  const title = changeTitle(change)
  return (
    <>
      <PageHeader
        title={
          change.reason.trim() === '' ? title : <LongText text={change.reason} longest={160} />
        }
        name={`${oneLine(title, 60)} · change-${change.id}`}
        marks={<Marks live={live} />}
        actions={<ChangeActions live={live} onAsk={onAsk} />}
      />
      <Facts live={live} />
    </>
  )
}

function Marks({ live: { change, working } }: { live: LiveChange }) {
  return (
    <span className="flex flex-wrap items-center gap-2">
      {working === undefined ? (
        <Status kind="change" value={change.status} />
      ) : (
        <Status kind="run" value={working === 'plan' ? 'planning' : 'applying'} />
      )}
      {change.operation === 'destroy' && <Badge tone="danger">Destroys</Badge>}
      {change.source.dirty && <Badge tone="warn">Uncommitted files</Badge>}
      {change.options.force && <Badge tone="warn">Forced</Badge>}
      <Untrusted options={change.options} />
    </span>
  )
}

function Facts({ live: { change } }: { live: LiveChange }) {
  const { source, options } = change
  return (
    <div className="-mt-4 mb-5 text-muted">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
        <Copyable value={`change-${change.id}`} what="name of the change" />
        <PlainLink to="/projects/$project" params={{ project: change.project }}>
          {oneLine(change.project, 60)}
        </PlainLink>
        <span className="inline-flex min-w-0 items-center gap-1">
          <UserRound aria-hidden className="size-3.5 shrink-0" />
          <bdi className="min-w-0 [overflow-wrap:anywhere]">{oneLine(change.actor, 80)}</bdi>
        </span>
        {source.commit !== undefined && <Commit commit={source.commit} />}
        {source.branch !== undefined && (
          <span className="inline-flex min-w-0 items-center gap-1">
            <GitBranch aria-hidden className="size-3.5 shrink-0" />
            <bdi className="min-w-0 [overflow-wrap:anywhere]">{oneLine(source.branch, 80)}</bdi>
          </span>
        )}
        <span>
          made <Time at={change.createdAt} />
        </span>
        {change.finishedAt !== undefined && (
          <span>
            over <Time at={change.finishedAt} />
          </span>
        )}
      </p>
      {options.selection.trim() !== '' && (
        <p className="text-sm [overflow-wrap:anywhere]">
          Selected: <LongText text={options.selection} />
        </p>
      )}
      {change.closedBecause !== undefined && (
        <p className="[overflow-wrap:anywhere]">
          Closed: <LongText text={change.closedBecause} />
        </p>
      )}
    </div>
  )
}
