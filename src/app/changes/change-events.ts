import { type ChangeView, type Counts, changeName, type Result } from '../../changes/index.ts'
import { isFinal } from '../../runs/index.ts'
import type { Held } from './apply-node.ts'
import { type ChangeWork, tell } from './change-work.ts'

/** Tells the whole graph before anything happens. */
export async function tellGraph(work: ChangeWork): Promise<void> {
  const { context, change, watch, environments, nodes } = work
  const all = [...nodes.values()]
  const expected = await context.changes.expectedSeconds(
    all.map((node) => node.workspace.id),
    change.operation,
  )
  watch.event({
    at: new Date(),
    change: change.id,
    event: 'graph',
    operation: change.operation,
    environments: [...environments.values()],
    workspaces: all.map((node) => ({
      workspace: node.name,
      kind: node.kind,
      needs: node.needs.map((need) => need.name),
      reasons: node.reasons,
      expected: expected.get(node.workspace.id) ?? { plan: undefined, apply: undefined },
    })),
  })
  for (const node of all) {
    watch.event({
      at: new Date(),
      change: change.id,
      event: 'workspace',
      workspace: node.name,
      result: node.result,
      because: node.because,
      run: node.run.id,
      runStatus: node.run.status,
      summary: node.run.summary,
    })
  }
}

/** Records and tells which workspaces cannot go on because of one that failed. */
export async function recordBlocked(
  work: ChangeWork,
  blocked: ReadonlyMap<string, string>,
): Promise<void> {
  for (const node of work.nodes.values()) {
    const by = blocked.get(node.name)
    if (by === undefined || isFinal(node.run.status)) continue
    const elsewhere = work.nodes.get(by)?.workspace.environment ?? node.workspace.environment
    if (dependsOn(work, node.name, by)) {
      const because = `blocked by ${by}`
      const run = await work.context.runs.wait(node.run.id, because)
      tell(work, node, { run, result: 'blocked', because })
    } else {
      tell(work, node, { result: node.result, because: `waits for ${elsewhere}: ${by} failed` })
    }
  }
}

function dependsOn(work: ChangeWork, name: string, other: string): boolean {
  const seen = new Set<string>()
  const visit = (at: string): boolean => {
    if (at === other) return true
    if (seen.has(at)) return false
    seen.add(at)
    return (work.nodes.get(at)?.needs ?? []).some((need) => visit(need.name))
  }
  return visit(name)
}

/** Tells for each environment what its workspaces wait for, and who must do what. */
export function tellWaiting(work: ChangeWork, held: readonly Held[]): void {
  for (const environment of work.environments.keys()) {
    const here = held.filter((one) => one.environment === environment)
    if (here.length === 0) continue
    const unmet = here.flatMap((one) => one.unmet)
    work.watch.event({
      at: new Date(),
      change: work.change.id,
      event: 'waits',
      environment,
      workspaces: here.map((one) => one.name),
      because: sentences(unmet),
      next: wayOn(changeName(work.change.id), environment, unmet),
    })
  }
}

/** Each once; what the gate asks for says more than that nobody approved. */
function sentences(unmet: Held['unmet']): string {
  const isGated = unmet.some((one) => one.name === 'gate')
  const telling = unmet.filter((one) => !(isGated && one.name === 'approved'))
  return [...new Set(telling.map((one) => one.sentence))].join('; ')
}

function wayOn(change: string, environment: string, unmet: Held['unmet']): string {
  const names = new Set(unmet.map((one) => one.name))
  if (names.has('override')) {
    return `portolan approve ${change} -e ${environment} --override "why"   then: portolan resume ${change}`
  }
  return names.has('approved') || names.has('gate')
    ? `portolan approve ${change} -e ${environment}   then: portolan resume ${change}`
    : `portolan resume ${change}`
}

/** Ends the change if all of it has ended well; tells where it stands. */
export async function endChange(work: ChangeWork): Promise<ChangeView> {
  const { context, change, watch } = work
  await context.changes.finishIfDone(change.id)
  const view = await context.changes.view(change.id)
  watch.event({
    at: new Date(),
    change: change.id,
    event: 'end',
    status: view.change.status,
    counts: countResults(view),
  })
  return view
}

/** How many workspaces have which result. */
export function countResults(view: ChangeView): Counts {
  const counts: Partial<Record<Result, number>> = {}
  for (const { result } of view.nodes) counts[result] = (counts[result] ?? 0) + 1
  return counts
}
