import { type Change, type ChangeNode, type Counts, changeName } from '../../changes/index.ts'
import { runName } from '../../runs/index.ts'

/** A change as `--json` shows it in lists; with its workspaces where it is shown alone. */
export function changeJson(
  change: Change,
  counts: Counts,
  nodes?: readonly ChangeNode[],
): Record<string, unknown> {
  const { id, operation, status, closedBecause, reason, actor, source, options } = change
  return {
    change: changeName(id),
    operation,
    status,
    ...(closedBecause === undefined ? {} : { closedBecause }),
    reason,
    actor,
    createdAt: change.createdAt,
    ...(change.finishedAt === undefined ? {} : { finishedAt: change.finishedAt }),
    source,
    options,
    counts,
    ...(nodes === undefined ? {} : { workspaces: nodes.map(nodeJson) }),
  }
}

function nodeJson(node: ChangeNode): Record<string, unknown> {
  return {
    workspace: node.name,
    kind: node.kind,
    reasons: node.reasons,
    result: node.result,
    ...(node.because === undefined ? {} : { because: node.because }),
    ...(node.run === undefined ? {} : { run: runName(node.run.id) }),
    ...(node.run?.summary === undefined ? {} : { summary: node.run.summary }),
  }
}
