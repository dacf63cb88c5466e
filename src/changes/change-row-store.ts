import type { Selectable } from 'kysely'
import type { Gate, KindName } from '../manifest/index.ts'
import type {
  ChangeEnvironments,
  Changes,
  ChangeWorkspaces,
  Json,
} from '../platform/db/schema.gen.ts'
import type {
  Change,
  ChangeEnvironment,
  ChangeNode,
  ChangeOptions,
  ChangeSource,
  Need,
} from './change.ts'

/** A workspace of a change without its run. */
export type Member = Omit<ChangeNode, 'result' | 'because' | 'run' | 'digest'>

// The assertions hold by the tables' check constraints, and because only this file writes the JSON.
export function toChange(row: Selectable<Changes>): Change {
  const source = row.source as unknown as ChangeSource
  return {
    id: row.id,
    projectId: row.project_id,
    operation: row.operation as Change['operation'],
    status: row.status as Change['status'],
    closedBecause: row.closed_because ?? undefined,
    reason: row.reason,
    actor: row.actor,
    source: { ...source, commit: source.commit ?? undefined, branch: source.branch ?? undefined },
    options: row.options as unknown as ChangeOptions,
    pullRequest: toPullRequest(row),
    createdAt: row.created_at,
    finishedAt: row.finished_at ?? undefined,
  }
}

function toPullRequest(row: Selectable<Changes>): Change['pullRequest'] {
  const { pull_request_number: number, head_commit: head, base_commit: base } = row
  if (number === null || head === null || base === null) return undefined
  return { number, head, base }
}

export function toEnvironment(row: Selectable<ChangeEnvironments>): ChangeEnvironment {
  return {
    name: row.name,
    order: row.position,
    after: row.after ?? undefined,
    auto: row.auto,
    apply: row.apply as ChangeEnvironment['apply'],
    concurrency: row.concurrency ?? undefined,
    gate: toGate(row.gate),
  }
}

/** JSON has no undefined. */
export function toGate(json: Json | null): Gate | undefined {
  if (json === null) return undefined
  const gate = json as unknown as Gate
  return { ...gate, window: gate.window ?? undefined }
}

type MemberRow = Selectable<ChangeWorkspaces> & {
  readonly component: string
  readonly environment: string
}

export function toMember(row: MemberRow): Member {
  return {
    workspaceId: row.workspace_id,
    name: row.name,
    component: row.component,
    environment: row.environment,
    kind: row.kind as KindName,
    reasons: row.reasons as unknown as readonly string[],
    needs: row.needs as unknown as readonly Need[],
    skipped: row.skipped ?? undefined,
    orphan: row.orphan,
    sourceDigest: row.source_digest,
    definitionDigest: row.definition_digest,
  }
}
