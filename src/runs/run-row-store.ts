import type { Selectable } from 'kysely'
import type { Runs } from '../platform/db/schema.gen.ts'
import type { Operation, PlanSummary, Run, RunOptions, RunSource, RunStatus } from './run.ts'

/** A run together with what only the database and its runner know. */
export interface RunRecord {
  readonly run: Run
  readonly fence: number | undefined
  /** Of the last lease, also after it ended well; undefined once it was lost. */
  readonly leaseToken: string | undefined
}

export function toRecord(row: Selectable<Runs>): RunRecord {
  return {
    run: toRun(row),
    fence: row.fence ?? undefined,
    leaseToken: row.lease_token ?? undefined,
  }
}

// The assertions hold by the table's check constraints, and because only this file writes the JSON.
export function toRun(row: Selectable<Runs>): Run {
  const source = row.source as unknown as RunSource
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    changeId: row.change_id ?? undefined,
    operation: row.operation as Operation,
    status: row.status as RunStatus,
    reason: row.reason ?? undefined,
    actor: row.actor,
    source: { ...source, commit: source.commit ?? undefined, branch: source.branch ?? undefined },
    options: row.options as unknown as RunOptions,
    summary: row.summary === null ? undefined : toSummary(row.summary as unknown as PlanSummary),
    cancelRequestedBy: row.cancel_requested_by ?? undefined,
    createdAt: row.created_at,
    plannedAt: row.planned_at ?? undefined,
    applyingAt: row.applying_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
  }
}

// JSON has no undefined.
function toSummary(summary: PlanSummary): PlanSummary {
  return {
    ...summary,
    changes: summary.changes.map((change) => ({
      ...change,
      reason: change.reason ?? undefined,
      previousAddress: change.previousAddress ?? undefined,
    })),
  }
}
