import type { ChangeEvent, ChangeNode, ChangeView, Result } from '../../src/changes/index.ts'
import type { Run } from '../../src/runs/index.ts'
import { START } from './change-events.ts'

/** The event that a line of `--json` was made of. */
export function changeEventOf(line: Record<string, unknown>): ChangeEvent {
  const { at, change, ...fields } = line
  const event: unknown = {
    ...camel(fields),
    at: new Date(String(at)),
    change: Number(String(change).replace('change-', '')),
  }
  // What a test or a recording holds was made by changeEventJson.
  return event as ChangeEvent
}

function camel(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      key === 'run' ? Number(String(value).replace('run-', '')) : back(value),
    ]),
  )
}

function back(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(back)
  return typeof value === 'object' && value !== null ? camel(value) : value
}

/** The change as it stands after these events. */
export function viewAfter(events: readonly ChangeEvent[]): ChangeView {
  const nodes = new Map<string, ChangeNode>()
  const graph = events.findLast((event) => event.event === 'graph')
  for (const entry of graph?.workspaces ?? []) {
    nodes.set(entry.workspace, aNode(entry.workspace, entry.needs))
  }
  for (const event of events) {
    const node = event.event === 'workspace' ? nodes.get(event.workspace) : undefined
    if (event.event !== 'workspace' || node === undefined) continue
    const { result, because } = event
    const summary = event.summary ?? node.run?.summary
    const run = aRun(event.run ?? 0, result, summary)
    nodes.set(node.name, { ...node, result, because, run })
  }
  const end = events.findLast((event) => event.event === 'end')
  return {
    change: {
      id: events[0]?.change ?? 7,
      projectId: 'shop',
      operation: graph?.operation ?? 'apply',
      status: end?.status ?? 'open',
      closedBecause: undefined,
      reason: 'feat: a bigger database',
      actor: 'Ada <ada@example.org>',
      source: { root: '/shop', commit: '4f2a1c9d00aa', branch: 'main', dirty: false },
      options: { selection: '', set: {}, force: false },
      pullRequest: undefined,
      createdAt: new Date(START),
      finishedAt: undefined,
    },
    environments: graph?.environments ?? [],
    nodes: [...nodes.values()],
  }
}

export function aNode(name: string, needs: readonly string[] = []): ChangeNode {
  const [component = '', environment = ''] = name.split('@')
  return {
    workspaceId: name,
    name,
    component,
    environment,
    kind: 'terraform',
    reasons: [],
    needs: needs.map((need) => ({ name: need, outputs: [] })),
    skipped: undefined,
    orphan: false,
    sourceDigest: 's',
    definitionDigest: 'd',
    result: 'pending',
    because: undefined,
    run: undefined,
    digest: undefined,
  }
}

function aRun(id: number, result: Result, summary: Run['summary']): Run {
  return {
    id,
    workspaceId: '',
    changeId: 7,
    operation: 'apply',
    status: result === 'applied' || result === 'unchanged' ? result : 'planned',
    reason: undefined,
    actor: 'Ada <ada@example.org>',
    source: { directory: '/shop', commit: undefined, branch: undefined, dirty: false },
    options: {
      planOnly: false,
      targets: [],
      replace: [],
      refresh: true,
      variableNames: [],
      variableFiles: [],
    },
    summary,
    cancelRequestedBy: undefined,
    createdAt: new Date(START),
    plannedAt: undefined,
    applyingAt: undefined,
    finishedAt: undefined,
  }
}
