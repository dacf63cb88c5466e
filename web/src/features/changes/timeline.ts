import type { ChangeEvent, Result } from '../../lib/types.ts'
import type { NumberedEvent } from './live-change.ts'
import { countsText, isAtWork } from './results.ts'

/** Something that happened to a change, for people. */
export interface TimelineEntry {
  /** Of the first event that it stands for. */
  readonly id: number
  readonly at: string
  /** Who did it; what the server did by itself has nobody. */
  readonly actor?: string
  readonly what: string
  /** Why, or what was said to it. */
  readonly detail?: string
  readonly workspaces: readonly string[]
  readonly result?: Result
}

export interface Timeline {
  readonly entries: readonly TimelineEntry[]
  readonly lastEvent: number
  /** Where each workspace was last seen: a phase begins with telling that again, which is no news. */
  readonly results: ReadonlyMap<string, Result>
}

export const emptyTimeline: Timeline = { entries: [], lastEvent: 0, results: new Map() }

/** What happened, in order; workspaces that came to the same one after the other are one entry. */
export function withEvents(before: Timeline, events: readonly NumberedEvent[]): Timeline {
  const fresh = events.filter(({ id }) => id > before.lastEvent)
  const last = fresh.at(-1)
  if (last === undefined) return before
  const entries = [...before.entries]
  const results = new Map(before.results)
  for (const { id, event } of fresh) {
    const entry = entryOf(id, event, results)
    if (entry === undefined) continue
    const previous = entries.at(-1)
    const merged = previous === undefined ? undefined : together(previous, entry)
    if (merged === undefined) entries.push(entry)
    else entries[entries.length - 1] = merged
  }
  return { entries, results, lastEvent: last.id }
}

function entryOf(
  id: number,
  event: ChangeEvent,
  results: Map<string, Result>,
): TimelineEntry | undefined {
  const head = { id, at: event.at, workspaces: [] }
  switch (event.event) {
    case 'workspace': {
      const { workspace, result, because } = event
      // That something is at work is seen where it stands; what came of it is what happened.
      const isNews = (results.get(workspace) ?? 'pending') !== result && !isAtWork(result)
      if (!isAtWork(result)) results.set(workspace, result)
      if (!isNews) return undefined
      const detail = because === undefined ? {} : { detail: because }
      return { ...head, what: result, result, workspaces: [workspace], ...detail }
    }
    case 'action': {
      const { actor, action, workspaces, reason } = event
      const detail = reason === undefined ? {} : { detail: reason }
      return { ...head, actor, what: actionWords[action] ?? action, workspaces, ...detail }
    }
    case 'notice':
      return {
        ...head,
        what: capital(event.message),
        workspaces: event.workspace === undefined ? [] : [event.workspace],
      }
    case 'waits':
      return {
        ...head,
        what: `${event.environment} waits for somebody`,
        detail: event.because,
      }
    case 'end': {
      const detail = countsText(event.counts, 'apply')
      return { ...head, what: endWords[event.status], ...(detail === '' ? {} : { detail }) }
    }
    case 'graph':
    case 'log':
    case 'progress':
      return undefined
  }
}

const actionWords: Readonly<Record<string, string>> = {
  approve: 'approved',
  apply: 'asked to apply it',
  resume: 'resumed it',
  stop: 'stopped it',
  cancel: 'cancelled it',
}

const endWords = {
  open: 'Nothing more to do for now',
  done: 'All is done',
  cancelled: 'It was cancelled',
  closed: 'It was closed',
} as const satisfies Record<Extract<ChangeEvent, { event: 'end' }>['status'], string>

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function together(before: TimelineEntry, after: TimelineEntry): TimelineEntry | undefined {
  if (before.result === undefined || before.result !== after.result) return undefined
  if (before.detail !== after.detail) return undefined
  return { ...before, workspaces: [...before.workspaces, ...after.workspaces] }
}
