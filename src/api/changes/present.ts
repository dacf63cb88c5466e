import type { z } from 'zod'
import { type Principal, permits, permitsSomewhere } from '../../access/index.ts'
import type {
  Change,
  ChangeEnvironment,
  ChangeEvent,
  ChangeNode,
  ChangeView,
  ListedChange,
  Work,
} from '../../changes/index.ts'
import { presentRun, presentSummary } from '../runs/present.ts'
import type * as schema from './schema.ts'
import { environmentOf } from './visible-change.ts'

export function presentChange(change: Change, project: string): z.infer<typeof schema.Change> {
  const { source, options } = change
  return {
    id: change.id,
    project,
    operation: change.operation,
    status: change.status,
    closedBecause: change.closedBecause,
    reason: change.reason,
    actor: change.actor,
    source: {
      root: source.root,
      commit: source.commit,
      branch: source.branch,
      dirty: source.dirty,
    },
    options: {
      selection: options.selection,
      set: { ...options.set },
      force: options.force,
      untrusted: options.untrusted,
    },
    pullRequest: presentPullRequest(change),
    createdAt: change.createdAt.toISOString(),
    finishedAt: change.finishedAt?.toISOString(),
  }
}

function presentPullRequest({ pullRequest }: Change) {
  if (pullRequest === undefined) return undefined
  const { number, head, base } = pullRequest
  return { number, head, base }
}

export function presentListed(
  { change, project, environments, counts, countsByEnvironment, isWaiting }: ListedChange,
  working: Work['task'] | undefined,
): z.infer<typeof schema.ChangeListItem> {
  return {
    ...presentChange(change, project),
    environments: [...environments],
    counts,
    countsByEnvironment,
    working,
    waitsForApproval: isWaiting && working === undefined,
  }
}

function presentEnvironment(
  environment: ChangeEnvironment,
): z.infer<typeof schema.ChangeEnvironment> {
  const { gate, name, order, after, auto, apply, concurrency } = environment
  const presentGate = gate && { ...gate, from: [...gate.from] }
  return { name, order, after, auto, apply, concurrency, gate: presentGate }
}

function presentNode(node: ChangeNode, project: string): z.infer<typeof schema.ChangeNode> {
  const { component, environment, run } = node
  return {
    workspaceId: node.workspaceId,
    name: node.name,
    component,
    environment,
    kind: node.kind,
    reasons: [...node.reasons],
    needs: node.needs.map(({ name, outputs }) => ({ name, outputs: [...outputs] })),
    skipped: node.skipped,
    orphan: node.orphan,
    sourceDigest: node.sourceDigest,
    definitionDigest: node.definitionDigest,
    result: node.result,
    because: node.because,
    run: run && presentRun(run, { project, component, environment }),
    digest: node.digest,
  }
}

/** A change with what goes beyond its record. */
export interface ChangeFacts {
  readonly view: ChangeView
  readonly project: string
  readonly working: Work['task'] | undefined
  readonly lastEvent: number
}

/** A change as a principal may see it: environments that are closed to it are left out. */
export function presentView(
  { view, project, working, lastEvent }: ChangeFacts,
  principal: Principal,
): z.infer<typeof schema.ChangeView> {
  const may = (permission: Parameters<typeof permits>[1], environment: string) =>
    permits(principal, permission, { project, environment })
  const nodes = view.nodes.filter((node) => may('read', node.environment))
  const open = new Set(nodes.map((node) => node.environment))
  const where = (permission: Parameters<typeof permits>[1]) =>
    view.change.status === 'open' ? [...open].filter((name) => may(permission, name)) : []
  return {
    change: presentChange(view.change, project),
    environments: view.environments.filter(({ name }) => open.has(name)).map(presentEnvironment),
    nodes: nodes.map((node) => presentNode(node, project)),
    working,
    lastEvent,
    may: {
      approve: where('run:approve'),
      apply: where('change:apply'),
      cancel: view.change.status === 'open' && mayCancel(principal, view, project),
    },
  }
}

/** Whoever made it may end it, and who may apply everything in it. */
export function mayCancel(
  principal: Principal,
  { change, nodes }: Pick<ChangeView, 'change' | 'nodes'>,
  project: string,
): boolean {
  const isOwn = change.actor === principal.name
  if (isOwn && permitsSomewhere(principal, 'change:plan', project)) return true
  return nodes.every(({ environment }) =>
    permits(principal, 'change:apply', { project, environment }),
  )
}

/** An event as a principal may see it; undefined when it is about what is closed to it. */
export function presentEvent(
  event: ChangeEvent,
  mayRead: (environment: string) => boolean,
): z.infer<typeof schema.ChangeEvent> | undefined {
  const head = { at: event.at.toISOString(), change: event.change }
  const readable = (workspace: string) => mayRead(environmentOf(workspace))
  switch (event.event) {
    case 'graph':
      return {
        ...head,
        event: 'graph',
        operation: event.operation,
        environments: event.environments
          .filter(({ name }) => mayRead(name))
          .map(presentEnvironment),
        workspaces: event.workspaces
          .filter(({ workspace }) => readable(workspace))
          .map(({ workspace, kind, needs, reasons, expected }) => ({
            workspace,
            kind,
            needs: [...needs],
            reasons: [...reasons],
            expected: { plan: expected.plan, apply: expected.apply },
          })),
      }
    case 'workspace':
      if (!readable(event.workspace)) return undefined
      return { ...event, ...head, summary: event.summary && presentSummary(event.summary) }
    case 'log':
    case 'progress':
      return readable(event.workspace) ? { ...event, ...head } : undefined
    case 'notice':
      return event.workspace === undefined || readable(event.workspace)
        ? { ...event, ...head }
        : undefined
    case 'waits':
      return mayRead(event.environment)
        ? { ...event, ...head, workspaces: [...event.workspaces] }
        : undefined
    case 'action':
      return { ...event, ...head, workspaces: event.workspaces.filter(readable) }
    case 'end':
      return { ...event, ...head, counts: { ...event.counts } }
  }
}
