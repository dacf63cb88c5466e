import { type ChangeView, changeName } from '../../changes/index.ts'
import { invalid } from '../../platform/errors.ts'
import { isFinal, runName } from '../../runs/index.ts'
import type { ApiDeps } from '../deps.ts'
import type { StreamedEvent, StreamSource } from '../event-stream.ts'
import { presentEvent } from './present.ts'
import { environmentOf } from './visible-change.ts'

/** How far somebody has followed a change: its events, and the output of each of its runs. */
export interface Place {
  readonly event: number
  readonly logs: ReadonlyMap<number, number>
}

export interface Following {
  readonly view: ChangeView
  readonly withLog: boolean
  readonly from: Place
  readonly mayRead: (environment: string) => boolean
}

/**
 * What is told of a change, and the output of its runs between: always all the output of a run before
 * what is told of its end. The ids say how far both were followed.
 */
export function followChange(
  { context }: Pick<ApiDeps, 'context'>,
  { view, withLog, from, mayRead }: Following,
): StreamSource {
  const { id } = view.change
  let event = from.event
  const logs = new Map(from.logs)
  /** Runs that may say something, each with the name of its workspace. */
  const open = new Map<number, string>()
  const place = () => formatPlace({ event, logs })
  let hasBegun = false
  const begin = async (): Promise<StreamedEvent[]> => {
    if (hasBegun) return []
    hasBegun = true
    const live = view.nodes.flatMap(({ name, environment, run }) =>
      run === undefined || isFinal(run.status) || !mayRead(environment) ? [] : [{ name, run }],
    )
    for (const { name, run } of live) open.set(run.id, name)
    if (from.event === 0) return []
    // What they said before is not asked for; and that is said, lest another beginning be taken later.
    const last = await context.runs.lastPieces(live.map(({ run }) => run.id))
    for (const [run, seq] of last) logs.set(run, logs.get(run) ?? seq)
    return [{ id: place() }]
  }
  const output = async (): Promise<StreamedEvent[]> => {
    const events: StreamedEvent[] = []
    for (const [run, workspace] of open) {
      for (const piece of await context.runs.logs(run, logs.get(run) ?? 0)) {
        logs.set(run, piece.seq)
        const { phase, text } = piece
        const at = piece.at.toISOString()
        const data = { at, change: id, event: 'log', workspace, run, phase, text }
        events.push({ id: place(), data })
      }
    }
    return events
  }
  return {
    subjects: () => [changeName(id), ...(withLog ? [...open.keys()].map(runName) : [])],
    read: async () => {
      const events: StreamedEvent[] = withLog ? await begin() : []
      const told = await context.changes.events(id, event)
      for (const { event: one } of told) {
        if (one.event !== 'workspace' || one.run === undefined) continue
        if (mayRead(environmentOf(one.workspace))) open.set(one.run, one.workspace)
      }
      if (withLog) events.push(...(await output()))
      for (const { seq, event: one } of told) {
        event = seq
        const data = presentEvent(one, mayRead)
        if (data !== undefined) events.push({ id: place(), data })
        // All of its output was recorded before, and has been read.
        if (one.event === 'workspace' && one.runStatus !== undefined && isFinal(one.runStatus)) {
          if (one.run !== undefined) open.delete(one.run)
        }
      }
      return { events, ended: false }
    },
  }
}

/** `57.12-3.13-9`: after event 57, piece 3 of run 12, piece 9 of run 13. */
function formatPlace({ event, logs }: Place): string {
  return [String(event), ...[...logs].map(([run, seq]) => `${run}-${seq}`)].join('.')
}

/** @throws AppError `invalid` */
export function parsePlace(text: string | undefined): Place {
  if (text === undefined || text === '') return { event: 0, logs: new Map() }
  if (!/^\d{1,9}(\.\d{1,15}-\d{1,9})*$/.test(text)) {
    throw invalid('the id of the last event is none', { next: 'Send it as it came.' })
  }
  const [event = '0', ...parts] = text.split('.')
  const logs = parts.map((part): [number, number] => {
    const [run = '0', seq = '0'] = part.split('-')
    return [Number(run), Number(seq)]
  })
  return { event: Number(event), logs: new Map(logs) }
}
