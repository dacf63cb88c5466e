import type { StateVersion } from '../../lib/types.ts'
import { Link } from '../../ui/link.tsx'
import { LongText } from '../../ui/long-text.tsx'
import { Badge } from '../../ui/status.tsx'
import { Cell } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { plainText } from '../log/plain-text.ts'

const causes: Readonly<Record<StateVersion['cause'], string>> = {
  apply: 'applied',
  destroy: 'destroyed',
  refresh: 'refreshed',
  import: 'imported',
  push: 'pushed',
  mv: 'moved in the state',
  rm: 'removed from the state',
  taint: 'tainted',
  client: 'written by a client',
  rollback: 'rolled back',
  adopt: 'taken over',
  rescue: 'rescued',
}

/** A recorded state in the columns of a table: number, cause, who, when, how much. */
export function VersionCells(props: { version: StateVersion; isCurrent: boolean }) {
  const { version, isCurrent } = props
  const { number, cause, reason, runId, actor, createdAt, serial, lineage } = version
  return (
    <>
      <Cell className="whitespace-nowrap">
        <span
          className="font-medium tabular-nums"
          title={`serial ${serial} of lineage ${plainText(lineage)}`}
        >
          {number}
        </span>{' '}
        {isCurrent && <Badge tone="ok">current</Badge>}
      </Cell>
      <Cell className="min-w-40 max-w-96">
        {causes[cause]}
        {runId !== undefined && (
          <>
            {' by '}
            <Link className="underline" to="/runs/$id" params={{ id: String(runId) }}>
              run {runId}
            </Link>
          </>
        )}
        {reason !== undefined && (
          <span className="block break-words text-muted text-sm">
            <LongText text={reason} longest={120} />
          </span>
        )}
      </Cell>
      <Cell className="max-w-48 break-words">{plainText(actor)}</Cell>
      <Cell className="whitespace-nowrap text-muted">
        <Time at={createdAt} />
      </Cell>
      <Cell className="whitespace-nowrap tabular-nums">
        <Counts version={version} />
      </Cell>
    </>
  )
}

function Counts({ version: { counts } }: { version: StateVersion }) {
  if (counts === undefined) return <span className="text-muted">–</span>
  const { total, added, changed, removed, moved } = counts
  const parts = [
    { sign: '+', number: added, tone: 'text-ok', word: 'added' },
    { sign: '~', number: changed, tone: 'text-warn', word: 'changed' },
    { sign: '−', number: removed, tone: 'text-danger', word: 'removed' },
    { sign: '→', number: moved, tone: 'text-info', word: 'moved' },
  ].filter(({ number }) => number > 0)
  return (
    <>
      {total}
      <span className="ml-2 inline-flex gap-1.5 font-medium font-mono text-sm">
        {parts.map(({ sign, number, tone, word }) => (
          <span key={word} className={tone} title={`${number} ${word}`}>
            <span aria-hidden>
              {sign}
              {number}
            </span>
            <span className="sr-only">
              {number} {word}
            </span>
          </span>
        ))}
      </span>
    </>
  )
}
