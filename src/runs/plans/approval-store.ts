import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import { storableText } from '../../platform/db/stored-text.ts'
import type { Approval } from '../applies/evidence.ts'

/**
 * Approvals of every plan the run ever had, oldest first; each names the digest it is for. Reads across
 * to people and teams: who somebody is counts as it is now.
 */
export async function approvals(db: Db, runId: number): Promise<Approval[]> {
  return (await approvalsOf(db, [runId])).get(runId) ?? []
}

/** The same of many runs at once. */
export async function approvalsOf(
  db: Db,
  runIds: readonly number[],
): Promise<ReadonlyMap<number, Approval[]>> {
  if (runIds.length === 0) return new Map()
  const { rows } = await sql<ApprovalRow>`
    select run_id, digest, actor, override_reason, approvals.created_at, approvals.person_id,
      people.name, people.disabled_at is not null as disabled,
      array(select teams.name from team_members join teams on teams.id = team_members.team_id
        where team_members.person_id = approvals.person_id order by teams.name) as teams
    from approvals left join people on people.id = approvals.person_id
    where run_id = any(${runIds}::bigint[])
    order by approvals.created_at, actor`.execute(db)
  const byRun = Map.groupBy(rows, (row) => row.run_id)
  return new Map([...byRun].map(([id, own]) => [id, own.map(toApproval)]))
}

interface ApprovalRow {
  readonly run_id: number
  readonly digest: Buffer
  readonly actor: string
  readonly override_reason: string | null
  readonly created_at: Date
  readonly person_id: string | null
  readonly name: string | null
  readonly disabled: boolean
  readonly teams: string[]
}

function toApproval(row: ApprovalRow): Approval {
  const { person_id: id, name, teams, disabled } = row
  return {
    digest: row.digest.toString('hex'),
    actor: row.actor,
    person: id === null || name === null ? undefined : { id, name, teams, isDisabled: disabled },
    overrideReason: row.override_reason ?? undefined,
    createdAt: row.created_at,
  }
}

export interface NewApproval {
  readonly digest: string
  readonly actor: string
  readonly personId?: string | undefined
  readonly overrideReason?: string | undefined
}

/**
 * Approving the same plan again may add the reason of an override, or who it is, never take one away.
 * Whoever only has the same name adds nothing to what somebody else agreed to.
 */
export async function approve(db: Db, runId: number, approval: NewApproval): Promise<void> {
  const { overrideReason: reason, personId } = approval
  await db
    .insertInto('approvals')
    .values({
      run_id: runId,
      digest: Buffer.from(approval.digest, 'hex'),
      actor: storableText(approval.actor),
      person_id: personId ?? null,
      override_reason: reason === undefined ? null : storableText(reason),
    })
    .onConflict((existing) =>
      existing
        .columns(['run_id', 'digest', 'actor'])
        .doUpdateSet((columns) => ({
          person_id: columns.fn.coalesce('excluded.person_id', 'approvals.person_id'),
          override_reason: columns.fn.coalesce(
            'excluded.override_reason',
            'approvals.override_reason',
          ),
        }))
        .where(
          sql<boolean>`approvals.person_id is null or approvals.person_id = excluded.person_id`,
        ),
    )
    .execute()
}

/** Whether somebody approved the run's plan, or the one that is being made again. */
export async function hasApproval(db: Db, runId: number): Promise<boolean> {
  const row = await db
    .selectFrom('approvals')
    .innerJoin('plans', (join) =>
      join
        .onRef('plans.run_id', '=', 'approvals.run_id')
        .onRef('plans.digest', '=', 'approvals.digest'),
    )
    .select('approvals.actor')
    .where('approvals.run_id', '=', runId)
    .executeTakeFirst()
  return row !== undefined
}

/** What was agreed to under one digest holds under another as well. Who agreed, oldest first. */
export async function carry(
  db: Db,
  runId: number,
  digests: { readonly from: string; readonly to: string },
): Promise<string[]> {
  const rows = await db
    .insertInto('approvals')
    .columns(['run_id', 'digest', 'actor', 'person_id', 'override_reason', 'created_at'])
    .expression((query) =>
      query
        .selectFrom('approvals')
        .select([
          'run_id',
          sql<Buffer>`${Buffer.from(digests.to, 'hex')}::bytea`.as('digest'),
          'actor',
          'person_id',
          'override_reason',
          'created_at',
        ])
        .where('run_id', '=', runId)
        .where('digest', '=', Buffer.from(digests.from, 'hex'))
        .orderBy('created_at'),
    )
    .onConflict((existing) => existing.columns(['run_id', 'digest', 'actor']).doNothing())
    .returning('actor')
    .execute()
  return rows.map((row) => row.actor)
}
