import type { z } from 'zod'
import type * as changes from '../../api/changes/schema.ts'
import type * as runs from '../../api/runs/schema.ts'
import type * as workspaces from '../../api/workspaces/schema.ts'
import type { Change, ChangeEnvironment, ChangeNode, ChangeView } from '../../changes/index.ts'
import type { PlanSummary, Run } from '../../runs/index.ts'
import type { Lock, QuarantinedState, StateVersion } from '../../state/index.ts'

type Json<Schema extends z.ZodType> = z.output<Schema>

/** A run as the server shows it. */
export function runOf(json: Json<typeof runs.Run>): Run {
  const { source } = json
  return {
    id: json.id,
    workspaceId: json.workspaceId,
    changeId: json.changeId,
    operation: json.operation,
    status: json.status,
    reason: json.reason,
    actor: json.actor,
    source: {
      directory: source.directory,
      commit: source.commit,
      branch: source.branch,
      dirty: source.dirty,
      ...(source.moduleCommit === undefined ? {} : { moduleCommit: source.moduleCommit }),
    },
    options: json.options,
    summary: json.summary && summaryOf(json.summary),
    cancelRequestedBy: json.cancelRequestedBy,
    createdAt: new Date(json.createdAt),
    plannedAt: momentOf(json.plannedAt),
    applyingAt: momentOf(json.applyingAt),
    finishedAt: momentOf(json.finishedAt),
  }
}

export function summaryOf(json: Json<typeof runs.PlanSummary>): PlanSummary {
  return {
    ...json,
    changes: json.changes.map((change) => ({
      ...change,
      reason: change.reason,
      previousAddress: change.previousAddress,
    })),
  }
}

/** Projects are known by their names there. */
export function changeOf(json: Json<typeof changes.Change>): Change {
  const { source } = json
  return {
    id: json.id,
    projectId: json.project,
    operation: json.operation,
    status: json.status,
    closedBecause: json.closedBecause,
    reason: json.reason,
    actor: json.actor,
    source: {
      root: source.root,
      commit: source.commit,
      branch: source.branch,
      dirty: source.dirty,
    },
    options: json.options,
    pullRequest: json.pullRequest,
    createdAt: new Date(json.createdAt),
    finishedAt: momentOf(json.finishedAt),
  }
}

export function environmentOf(json: Json<typeof changes.ChangeEnvironment>): ChangeEnvironment {
  const { gate } = json
  return {
    name: json.name,
    order: json.order,
    after: json.after,
    auto: json.auto,
    apply: json.apply,
    concurrency: json.concurrency,
    gate: gate && { ...gate, window: gate.window, dirty: gate.dirty },
  }
}

export function viewOf(json: Json<typeof changes.ChangeView>): ChangeView {
  return {
    change: changeOf(json.change),
    environments: json.environments.map(environmentOf),
    nodes: json.nodes.map(nodeOf),
  }
}

function nodeOf(json: Json<typeof changes.ChangeNode>): ChangeNode {
  return {
    ...json,
    skipped: json.skipped,
    because: json.because,
    digest: json.digest,
    run: json.run && runOf(json.run),
  }
}

export function versionOf(
  json: Json<typeof workspaces.StateVersion>,
  workspaceId: string,
): StateVersion {
  return {
    ...json,
    workspaceId,
    reason: json.reason,
    runId: json.runId,
    lockId: undefined,
    terraformVersion: json.terraformVersion,
    counts: json.counts,
    outputsChanged: json.outputsChanged,
    createdAt: new Date(json.createdAt),
  }
}

export function lockOf(json: Json<typeof workspaces.Lock>, workspaceId: string): Lock {
  const { id, kind, actor, operation, info, fence, createdAt } = json
  return {
    workspaceId,
    id,
    kind,
    runId: json.runId,
    actor,
    info: {
      ID: id,
      Operation: operation,
      Info: info,
      Who: actor,
      Version: '',
      Created: createdAt,
      Path: '',
    },
    fence,
    createdAt: new Date(createdAt),
  }
}

export function quarantinedOf(
  json: Json<typeof workspaces.Quarantined>,
  workspaceId: string,
): QuarantinedState {
  return {
    ...json,
    workspaceId,
    lineage: json.lineage,
    serial: json.serial,
    // What a newer server rejects for another reason is told by its sentence.
    code: json.code as QuarantinedState['code'],
    runId: json.runId,
    lockId: undefined,
    createdAt: new Date(json.createdAt),
    resolution: undefined,
    resolvedBy: undefined,
  }
}

function momentOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text)
}
