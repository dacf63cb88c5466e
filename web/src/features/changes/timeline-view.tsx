import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { LongText, oneLine } from '../../ui/long-text.tsx'
import { Section } from '../../ui/page-header.tsx'
import { SkeletonRows } from '../../ui/states.tsx'
import { StatusMark, toneText } from '../../ui/status.tsx'
import { lookOf } from '../../ui/status-words.ts'
import { Time } from '../../ui/time.tsx'
import { plural } from './results.ts'
import type { Timeline, TimelineEntry } from './timeline.ts'

/** Of a change with more workspaces the past is only read when somebody asks for it. */
export const HISTORY_AT_ONCE = 60

const SHOWN = 15

export interface TimelineViewProps {
  readonly timeline: Timeline
  readonly isWanted: boolean
  /** Something is recorded that has not come yet. */
  readonly isLoading: boolean
  readonly onWant: () => void
}

/** What happened to a change, the newest first. */
export function TimelineView({ timeline, isWanted, isLoading, onWant }: TimelineViewProps) {
  const [showsAll, setShowsAll] = useState(false)
  const entries = timeline.entries.toReversed()
  const shown = showsAll ? entries : entries.slice(0, SHOWN)
  return (
    <Section title="What happened">
      {!isWanted && <Button onClick={onWant}>Show what happened</Button>}
      {isWanted && entries.length === 0 && (isLoading ? <SkeletonRows rows={3} /> : <Nothing />)}
      <ol className="flex flex-col">
        {shown.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      {shown.length < entries.length && (
        <Button look="quiet" size="small" onClick={() => setShowsAll(true)}>
          Show {plural(entries.length - shown.length, 'earlier entry', 'earlier entries')}
        </Button>
      )}
    </Section>
  )
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const { at, actor, detail, workspaces } = entry
  const { tone, icon } =
    entry.result === undefined ? neutral(actor) : lookOf('result', entry.result)
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-start gap-x-2.5 py-1">
      <span className={`mt-1 ${toneText[tone]}`}>
        <StatusMark icon={icon === 'running' ? 'clock' : icon} />
      </span>
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <Sentence entry={entry} />
        {workspaces.length > 3 && (
          <details className="text-muted text-sm">
            <summary className="w-fit">Which</summary>
            {workspaces
              .slice(0, 1000)
              .map((name) => oneLine(name, 200))
              .join(', ')}
          </details>
        )}
        {detail !== undefined && (
          <p className="text-muted text-sm">
            <LongText text={detail} />
          </p>
        )}
      </div>
      <Time at={at} className="whitespace-nowrap text-muted text-sm" />
    </li>
  )
}

function Sentence({ entry }: { entry: TimelineEntry }) {
  const { actor, what, workspaces, result } = entry
  const about =
    workspaces.length > 3
      ? plural(workspaces.length, 'workspace')
      : workspaces.map((name) => oneLine(name, 200)).join(', ')
  if (result !== undefined) {
    return (
      <>
        <span className="font-medium">{lookOf('result', result).word}</span> {about}
      </>
    )
  }
  return (
    <>
      {actor !== undefined && <span className="font-medium">{oneLine(actor, 80)} </span>}
      <LongText text={what} /> {about}
    </>
  )
}

function neutral(actor: string | undefined) {
  return actor === undefined
    ? ({ tone: 'idle', icon: 'dotted' } as const)
    : ({ tone: 'info', icon: 'person' } as const)
}

function Nothing() {
  return <p className="text-muted">Nothing is recorded yet.</p>
}
