import type { ChangeEvent } from '../../changes/index.ts'

type LogEvent = Extract<ChangeEvent, { event: 'log' }>
type WorkspaceEvent = Extract<ChangeEvent, { event: 'workspace' }>

export interface InOrder {
  /** What can be told now that this has come. */
  next(event: ChangeEvent): readonly ChangeEvent[]
  /** A graph was told: what was asked for has begun. */
  hasBegun(): boolean
  /** What was said instead of beginning. */
  said(): string
}

/** Clocks of a database and of a server are not quite the same. */
const SKEW_MILLISECONDS = 500

/**
 * Puts what a server sends of a change into the order in which it happened: it sends output as soon as it
 * has it, and so before what is told of the phase that said it. Before the graph comes what is of no
 * concern here, but for output; with `isNew` also that may be of an earlier phase.
 */
export function inOrder({ isNew }: { readonly isNew: boolean }): InOrder {
  let since: number | undefined
  const phases = new Map<number, LogEvent['phase']>()
  const waiting = new Map<number, LogEvent[]>()
  const notices: string[] = []

  const isOfNow = ({ at }: LogEvent) =>
    !isNew || since === undefined || at.getTime() >= since - SKEW_MILLISECONDS
  const take = (run: number, isMeant: (event: LogEvent) => boolean): LogEvent[] => {
    const all = waiting.get(run) ?? []
    waiting.set(
      run,
      all.filter((event) => !isMeant(event)),
    )
    return all.filter((event) => isMeant(event) && isOfNow(event))
  }
  const logged = (event: LogEvent): readonly ChangeEvent[] => {
    if (since !== undefined && phases.get(event.run) === event.phase) return [event]
    waiting.set(event.run, [...(waiting.get(event.run) ?? []), event])
    return []
  }
  const moved = (event: WorkspaceEvent): readonly ChangeEvent[] => {
    const { run, result } = event
    const phase = result === 'planning' ? 'plan' : result === 'applying' ? 'apply' : undefined
    if (run === undefined || phase === undefined) return [event]
    phases.set(run, phase)
    return [event, ...take(run, (one) => one.phase === phase)]
  }
  return {
    next: (event) => {
      if (event.event === 'log') return logged(event)
      if (event.event === 'notice') notices.push(event.message)
      if (event.event === 'graph') since = event.at.getTime()
      if (since === undefined) return []
      return event.event === 'workspace' ? moved(event) : [event]
    },
    hasBegun: () => since !== undefined,
    said: () => notices.join(' '),
  }
}
