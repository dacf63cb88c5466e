import { sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'
import { storableJson, storableText } from '../platform/db/stored-text.ts'
import { notFound } from '../platform/errors.ts'
import { type Change, type ChangeEnvironment, changeName } from './change.ts'
import { type Member, toChange, toEnvironment, toMember } from './change-row-store.ts'
import type { NewChange, NewChangeNode } from './new-change.ts'

export async function insert(db: Db, input: NewChange): Promise<Change> {
  const row = await db
    .insertInto('changes')
    .values({
      project_id: input.projectId,
      operation: input.operation,
      status: 'open',
      reason: storableText(input.reason),
      actor: storableText(input.actor),
      source: storableJson(input.source),
      options: storableJson(input.options),
      pull_request_id: input.pullRequest?.id ?? null,
      pull_request_number: input.pullRequest?.number ?? null,
      head_commit: input.pullRequest?.head ?? null,
      base_commit: input.pullRequest?.base ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toChange(row)
}

export async function insertEnvironments(
  db: Db,
  changeId: number,
  environments: readonly ChangeEnvironment[],
): Promise<void> {
  if (environments.length === 0) return
  await db
    .insertInto('change_environments')
    .values(
      environments.map(({ name, order, after, auto, apply, concurrency, gate }) => ({
        change_id: changeId,
        name,
        position: order,
        after: after ?? null,
        auto,
        apply,
        concurrency: concurrency ?? null,
        gate: gate === undefined ? null : storableJson(gate),
      })),
    )
    .execute()
}

/** In the given order, which is the one in which they are read again. */
export async function insertMembers(
  db: Db,
  changeId: number,
  nodes: readonly NewChangeNode[],
): Promise<void> {
  const rows = nodes.map((node, position) => ({
    position,
    workspace_id: node.workspaceId,
    name: node.name,
    kind: node.kind,
    reasons: node.reasons,
    needs: node.needs.map(({ name, outputs }) => ({ name, outputs })),
    skipped: node.skipped,
    orphan: node.orphan,
    promoted: node.promoted,
    source_digest: node.sourceDigest,
    definition_digest: node.definitionDigest,
  }))
  await sql`
    insert into change_workspaces (change_id, position, workspace_id, name, kind, reasons, needs,
      skipped, orphan, promoted, source_digest, definition_digest)
    select ${changeId}, position, workspace_id, name, kind, reasons, needs, skipped, orphan,
      promoted, source_digest, definition_digest
    from jsonb_to_recordset(${storableJson(rows)}::jsonb) as rows (position int,
      workspace_id uuid, name text, kind text, reasons jsonb, needs jsonb, skipped text,
      orphan boolean, promoted boolean, source_digest text, definition_digest text)`.execute(db)
}

/** @throws AppError `not_found` */
export async function get(db: Db, id: number): Promise<Change> {
  const row = await db.selectFrom('changes').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw noSuchChange(id)
  return toChange(row)
}

/** Holds the change's row until the transaction ends; runs are taken before it. @throws AppError `not_found` */
export async function lock(db: Db, id: number): Promise<Change> {
  const query = db.selectFrom('changes').selectAll().where('id', '=', id).forUpdate()
  const row = await query.executeTakeFirst()
  if (!row) throw noSuchChange(id)
  return toChange(row)
}

/** Keeps others from telling of the change until the transaction ends; its row stays readable. */
export async function hold(db: Db, id: number): Promise<void> {
  await db
    .selectFrom('changes')
    .select('id')
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
}

/** Newest first; `before` is the id of the last one already seen. */
export async function list(
  db: Db,
  projectId: string,
  page: { readonly before?: number; readonly limit: number },
): Promise<Change[]> {
  const query = db
    .selectFrom('changes')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('id', 'desc')
    .limit(page.limit)
  const rows = await (page.before === undefined
    ? query
    : query.where('id', '<', page.before)
  ).execute()
  return rows.map(toChange)
}

export async function latestOpen(db: Db, projectId: string): Promise<Change | undefined> {
  const row = await db
    .selectFrom('changes')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('status', '=', 'open')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && toChange(row)
}

/** Of these changes those that are of the same pull request as another one, or of none as it. */
export async function replaceable(
  db: Db,
  { changeIds, by }: { readonly changeIds: readonly number[]; readonly by: number },
): Promise<ReadonlySet<number>> {
  if (changeIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('changes')
    .innerJoin('changes as newer', (join) => join.on('newer.id', '=', by))
    .select('changes.id')
    .where('changes.id', 'in', changeIds)
    .where(sql<boolean>`changes.pull_request_id is not distinct from newer.pull_request_id`)
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** Open changes of a pull request, oldest first. */
export async function openOf(db: Db, pullRequestId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('changes')
    .select('id')
    .where('pull_request_id', '=', pullRequestId)
    .where('status', '=', 'open')
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Until the transaction ends no run of a change that was made of a pull request begins to be applied. */
export async function lockPullRequest(tx: Db, id: number): Promise<void> {
  await tx
    .selectFrom('changes')
    .innerJoin('pull_requests', 'pull_requests.id', 'changes.pull_request_id')
    .select('pull_requests.id')
    .where('changes.id', '=', id)
    .forNoKeyUpdate('pull_requests')
    .execute()
}

/** The pull request moved on, and nothing of the change differs. */
export async function moveHead(
  db: Db,
  id: number,
  { head, base }: { readonly head: string; readonly base: string },
): Promise<void> {
  await db
    .updateTable('changes')
    .set({ head_commit: head, base_commit: base })
    .where('id', '=', id)
    .where('pull_request_id', 'is not', null)
    .execute()
}

/** Ends a change that the caller holds and that is open. */
export async function end(
  db: Db,
  id: number,
  how: { readonly status: Exclude<Change['status'], 'open'>; readonly because?: string },
): Promise<Change> {
  const row = await db
    .updateTable('changes')
    .set({
      status: how.status,
      closed_because: how.because === undefined ? null : storableText(how.because),
      finished_at: sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', id)
    .where('status', '=', 'open')
    .returningAll()
    .executeTakeFirstOrThrow()
  return toChange(row)
}

/** In the order of promotion. */
export async function environments(db: Db, changeId: number): Promise<ChangeEnvironment[]> {
  const rows = await db
    .selectFrom('change_environments')
    .selectAll()
    .where('change_id', '=', changeId)
    .orderBy('position')
    .orderBy('name')
    .execute()
  return rows.map(toEnvironment)
}

/** In dependency order. */
export async function members(db: Db, changeId: number): Promise<Member[]> {
  const rows = await db
    .selectFrom('change_workspaces')
    .innerJoin('workspaces', 'workspaces.id', 'change_workspaces.workspace_id')
    .selectAll('change_workspaces')
    .select(['workspaces.component', 'workspaces.environment'])
    .where('change_id', '=', changeId)
    .orderBy('position')
    .execute()
  return rows.map(toMember)
}

function noSuchChange(id: number) {
  return notFound(`there is no ${changeName(id)}`, { next: 'List the changes: portolan status' })
}
