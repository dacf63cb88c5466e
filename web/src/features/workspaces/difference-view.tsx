import { useQuery } from '@tanstack/react-query'
import type { StateDifference } from '../../lib/types.ts'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Badge } from '../../ui/status.tsx'
import type { Tone } from '../../ui/status-words.ts'
import { plainText } from '../log/plain-text.ts'
import { clipped } from '../plan/clip.ts'
import { differenceLines, Lines } from './value-view.tsx'
import { differencesQuery, type WorkspacePlace } from './workspace-queries.ts'

export interface DifferenceViewProps {
  readonly place: WorkspacePlace
  readonly from: number
  readonly to: number
}

/** What the newer of two recorded states has that the older has not. */
export function DifferenceView({ place, from, to }: DifferenceViewProps) {
  const query = useQuery(differencesQuery(place, { from, to }))
  return <Loaded query={query}>{(difference) => <Difference difference={difference} />}</Loaded>
}

const kinds: Readonly<Record<string, { readonly word: string; readonly tone: Tone }>> = {
  added: { word: 'added', tone: 'ok' },
  removed: { word: 'removed', tone: 'danger' },
  updated: { word: 'changed', tone: 'warn' },
  changed: { word: 'changed', tone: 'warn' },
  moved: { word: 'moved', tone: 'info' },
  schema: { word: 'rewritten by a newer provider', tone: 'idle' },
  folded: { word: 'only internals differ', tone: 'idle' },
}

const order = ['removed', 'added', 'updated', 'moved', 'schema', 'folded']

const MOST = 500

function Difference({ difference }: { difference: StateDifference }) {
  const { hidden, lineageChanged, resources, outputs } = difference
  if (hidden !== undefined)
    return <Empty title="Nothing can be compared">{plainText(hidden)}</Empty>
  const sorted = resources.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  return (
    <div className="flex flex-col gap-2">
      {lineageChanged && (
        <p className="text-warn">
          They are of different lineages: one did not grow out of the other.
        </p>
      )}
      {resources.length + outputs.length === 0 && (
        <p className="text-muted">No resource and no output differs.</p>
      )}
      <ul className="flex flex-col divide-y divide-line">
        {sorted.slice(0, MOST).map((change) => (
          <li key={`${change.kind} ${change.address}`} className="py-1.5">
            <Head kind={change.kind} name={change.address} />
            {change.previousAddress !== undefined && (
              <p className="text-info text-sm">
                from <code>{plainText(change.previousAddress)}</code>
              </p>
            )}
            {change.attributes.map(({ path, before, after }) => (
              <Attribute key={path} path={path} before={before} after={after} />
            ))}
          </li>
        ))}
        {sorted.length > MOST && (
          <li className="py-1.5 text-muted">and {sorted.length - MOST} more resources</li>
        )}
        {outputs.map(({ kind, name, before, after }) => (
          <li key={`output ${name}`} className="py-1.5">
            <Head kind={kind} name={`output ${name}`} />
            <Attribute before={before} after={after} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Head({ kind, name }: { kind: string; name: string }) {
  const { word, tone } = kinds[kind] ?? { word: kind, tone: 'idle' }
  return (
    <p className="flex flex-wrap items-baseline gap-x-2">
      <Badge tone={tone}>{word}</Badge>
      <span className="min-w-0 font-medium font-mono text-sm [overflow-wrap:anywhere]">
        {plainText(name)}
      </span>
    </p>
  )
}

function Attribute(props: { path?: string; before: unknown; after: unknown }) {
  const { path, before, after } = props
  return (
    <div className="mt-1 pl-2">
      {path !== undefined && (
        <p className="font-mono text-muted text-xs [overflow-wrap:anywhere]">
          {clipped(plainText(path))}
        </p>
      )}
      <Lines lines={differenceLines(before, after)} />
    </div>
  )
}
