import type { Run, RunEvent, RunStatus } from '../../lib/types.ts'

/** What a run goes through, one after the other. */
const stepNames = ['queue', 'plan', 'approval', 'apply'] as const

export type StepName = (typeof stepNames)[number]

export interface Step {
  readonly name: StepName
  readonly state: 'done' | 'now' | 'failed' | 'stopped' | 'unknown' | 'todo' | 'left-out'
  /** Milliseconds in it; absent when it never was, or as long as nobody knows. */
  readonly spent: number | undefined
  /** It goes on since then. */
  readonly since: number | undefined
}

const stepOf: Readonly<Partial<Record<RunStatus, StepName>>> = {
  queued: 'queue',
  planning: 'plan',
  planned: 'approval',
  applying: 'apply',
  unknown: 'apply',
}

interface Move {
  readonly to: RunStatus
  readonly at: number
}

/** The steps of a run with what each took, from what happened to it. */
export function stepsOf(run: Run, events: readonly RunEvent[]): Step[] {
  const moves = movesOf(run, events)
  const spent = new Map<StepName, number>()
  let current: StepName = 'queue'
  moves.forEach(({ to, at }, index) => {
    // What waits does so in the step that it came from.
    current = stepOf[to] ?? current
    const until = moves[index + 1]?.at
    if (until === undefined || isEnd(to)) return
    spent.set(current, (spent.get(current) ?? 0) + Math.max(0, until - at))
  })
  const last = moves.at(-1)
  const reached = stepNames.indexOf(current)
  return stepNames.map((name, index): Step => {
    const isCurrent = index === reached
    const goesOn = isCurrent && last !== undefined && !isEnd(last.to)
    return {
      name,
      state: isCurrent ? stateOf(run.status) : index < reached ? 'done' : restState(run.status),
      spent: spent.get(name),
      since: goesOn ? last.at : undefined,
    }
  })
}

function stateOf(status: RunStatus): Step['state'] {
  switch (status) {
    case 'applied':
    case 'unchanged':
      return 'done'
    case 'failed':
      return 'failed'
    case 'cancelled':
    case 'closed':
      return 'stopped'
    case 'unknown':
      return 'unknown'
    default:
      return 'now'
  }
}

function restState(status: RunStatus): Step['state'] {
  return isEnd(status) ? 'left-out' : 'todo'
}

function isEnd(status: RunStatus): boolean {
  return ['applied', 'unchanged', 'failed', 'cancelled', 'closed'].includes(status)
}

/** When it came to stand where: as its events say, or else by the moments that the run itself has. */
function movesOf(run: Run, events: readonly RunEvent[]): Move[] {
  const created: Move = { to: 'queued', at: Date.parse(run.createdAt) }
  const told = events.flatMap(({ type, data, at }): Move[] => {
    const to = data['to']
    return type === 'status' && typeof to === 'string'
      ? [{ to: to as RunStatus, at: Date.parse(at) }]
      : []
  })
  if (told.length > 0) return [created, ...told]
  const moments = [
    { to: 'planned', at: run.plannedAt },
    { to: 'applying', at: run.applyingAt },
    { to: run.status, at: run.finishedAt },
  ] as const
  const known = moments.flatMap(({ to, at }): Move[] =>
    at === undefined ? [] : [{ to, at: Date.parse(at) }],
  )
  return [created, ...known]
}
