import type {
  ChangeEvent,
  ChangeNode,
  ChangeView,
  PlanSummary,
  Result,
  RunStatus,
} from '../../lib/types.ts'
import { isPlanned } from './results.ts'

/** A workspace of a change as it stands at this moment. */
export interface LiveNode
  extends Pick<
    ChangeNode,
    'name' | 'component' | 'environment' | 'kind' | 'reasons' | 'needs' | 'skipped' | 'orphan'
  > {
  readonly result: Result
  readonly because: string | undefined
  readonly runId: number | undefined
  readonly runStatus: RunStatus | undefined
  readonly summary: PlanSummary | undefined
  /** Of its plan: what an approval names. */
  readonly digest: string | undefined
  /** When it came to stand here, if that was seen. */
  readonly since: string | undefined
  /** Operations on resources of the phase that is going on. */
  readonly done: number
  readonly active: readonly string[]
}

export interface Wait {
  readonly workspaces: readonly string[]
  readonly because: string
  readonly next: string
}

/** A change as it stands at this moment: what was read, and every event since. */
export interface LiveChange
  extends Pick<ChangeView, 'change' | 'environments' | 'working' | 'lastEvent' | 'may'> {
  /** In dependency order, which never changes. */
  readonly nodes: readonly LiveNode[]
  /** What each environment waits for, as far as it was told. */
  readonly waits: Readonly<Record<string, Wait>>
}

export interface NumberedEvent {
  readonly id: number
  readonly event: ChangeEvent
}

/** What was read; what was told before of waiting stays as far as it still waits. */
export function liveOf(view: ChangeView, told: LiveChange['waits'] = {}): LiveChange {
  const { change, environments, working, lastEvent, may } = view
  return {
    change,
    environments,
    working,
    lastEvent,
    may,
    nodes: view.nodes.map(liveNodeOf),
    waits: Object.fromEntries(Object.entries(told).filter(([name]) => stillWaits(view, name))),
  }
}

function stillWaits({ working, nodes }: ChangeView, environment: string): boolean {
  const here = nodes.filter((node) => node.environment === environment)
  return working === undefined && here.some(({ result }) => isPlanned(result))
}

function liveNodeOf({ run, sourceDigest, definitionDigest, workspaceId, ...node }: ChangeNode) {
  return {
    ...node,
    because: node.because,
    runId: run?.id,
    runStatus: run?.status,
    summary: run?.summary,
    digest: node.digest,
    since: run?.finishedAt ?? run?.applyingAt ?? run?.plannedAt ?? run?.createdAt,
    done: 0,
    active: [],
  }
}

/**
 * The change after these events. Those that it knows already count no more, so that a stream may
 * repeat itself; nodes that nothing happened to stay the same objects.
 */
export function reduceAll(before: LiveChange, events: readonly NumberedEvent[]): LiveChange {
  const fresh = events.filter(({ id }) => id > before.lastEvent)
  const last = fresh.at(-1)
  if (last === undefined) return before
  const draft: Draft = {
    change: before,
    nodes: new Map(before.nodes.map((node) => [node.name, node])),
  }
  for (const { event } of fresh) reduce(draft, event)
  return {
    ...draft.change,
    nodes: before.nodes.map((node) => draft.nodes.get(node.name) ?? node),
    lastEvent: last.id,
  }
}

interface Draft {
  change: LiveChange
  readonly nodes: Map<string, LiveNode>
}

type Event<Name extends ChangeEvent['event']> = Extract<ChangeEvent, { event: Name }>

function reduce(draft: Draft, event: ChangeEvent): void {
  switch (event.event) {
    case 'graph':
      // A phase begins: whatever was waited for is decided anew.
      draft.change = { ...draft.change, working: draft.change.working ?? 'plan', waits: {} }
      return
    case 'workspace':
      moved(draft, event)
      return
    case 'progress':
      progressed(draft, event)
      return
    case 'waits':
      draft.change = { ...draft.change, waits: withWait(draft.change.waits, event) }
      return
    case 'end':
      draft.change = ended(draft.change, event)
      return
    case 'log':
    case 'notice':
    case 'action':
      return
  }
}

function moved(draft: Draft, event: Event<'workspace'>): void {
  const node = draft.nodes.get(event.workspace)
  if (node === undefined) return
  const isOtherRun = event.run !== undefined && event.run !== node.runId
  const isElsewhere = event.result !== node.result
  draft.nodes.set(node.name, {
    ...node,
    result: event.result,
    because: event.because,
    runId: event.run ?? node.runId,
    runStatus: event.runStatus ?? (isOtherRun ? undefined : node.runStatus),
    summary:
      event.summary ?? (isOtherRun || event.result === 'planning' ? undefined : node.summary),
    // A plan that was made again is another one.
    digest: event.digest ?? (isOtherRun || isElsewhere ? digestAfter(event, node) : node.digest),
    since: isElsewhere ? event.at : node.since,
    ...(isElsewhere ? { done: 0, active: [] } : {}),
  })
  const phase = phaseOf(event.result)
  if (phase !== undefined && draft.change.working !== 'apply') {
    draft.change = { ...draft.change, working: phase }
  }
}

/** An apply goes by the plan that was there; every other step may have made a new one. */
function digestAfter(event: Event<'workspace'>, node: LiveNode): string | undefined {
  return event.result === 'applying' || event.result === 'applied' ? node.digest : undefined
}

function phaseOf(result: Result): 'plan' | 'apply' | undefined {
  if (result === 'applying') return 'apply'
  return result === 'planning' ? 'plan' : undefined
}

function progressed(draft: Draft, { workspace, address, status }: Event<'progress'>): void {
  const node = draft.nodes.get(workspace)
  if (node === undefined) return
  const others = node.active.filter((one) => one !== address)
  draft.nodes.set(workspace, {
    ...node,
    done: node.done + (status === 'done' ? 1 : 0),
    active: status === 'started' ? [...others, address] : others,
  })
}

function withWait(
  waits: LiveChange['waits'],
  { environment, workspaces, because, next }: Event<'waits'>,
): LiveChange['waits'] {
  return { ...waits, [environment]: { workspaces, because, next } }
}

function ended(live: LiveChange, { at, status }: Event<'end'>): LiveChange {
  const { working: _, ...rest } = live
  const finishedAt = status === 'open' ? {} : { finishedAt: at }
  return { ...rest, working: undefined, change: { ...live.change, status, ...finishedAt } }
}
