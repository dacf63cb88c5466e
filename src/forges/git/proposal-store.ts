import { type Selectable, sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import type { ProposalComments, Proposals } from '../../platform/db/schema.gen.ts'
import { storableText } from '../../platform/db/stored-text.ts'
import type { StickyComment } from '../forge.ts'
import { type Proposal, type ProposalComment, portolan } from './proposal.ts'

export interface ProposalPlace {
  readonly projectId: string
  readonly number: number
}

export type ProposalRow = Pick<
  Proposal,
  'projectId' | 'title' | 'body' | 'author' | 'headBranch' | 'baseBranch' | 'isDraft' | 'lastCommit'
>

/** Nobody else opens or opens again one of the project until this transaction ends. */
export async function lockProject(tx: Db, projectId: string): Promise<void> {
  await tx
    .selectFrom('projects')
    .select('id')
    .where('id', '=', projectId)
    .forNoKeyUpdate()
    .execute()
}

/** With the project's next number, which the lock on the project keeps for it. */
export async function insert(tx: Db, proposal: ProposalRow): Promise<Proposal> {
  const { next } = await tx
    .selectFrom('proposals')
    .select(sql<number>`coalesce(max(number), 0) + 1`.as('next'))
    .where('project_id', '=', proposal.projectId)
    .executeTakeFirstOrThrow()
  const row = await tx
    .insertInto('proposals')
    .values({
      project_id: proposal.projectId,
      number: next,
      status: 'open',
      title: storableText(proposal.title),
      body: storableText(proposal.body),
      author: proposal.author,
      head_branch: proposal.headBranch,
      base_branch: proposal.baseBranch,
      is_draft: proposal.isDraft,
      last_commit: proposal.lastCommit,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toProposal(row)
}

export async function find(
  db: Db,
  { projectId, number }: ProposalPlace,
): Promise<Proposal | undefined> {
  const row = await db
    .selectFrom('proposals')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('number', '=', number)
    .executeTakeFirst()
  return row && toProposal(row)
}

/** Open ones, the oldest first. */
export async function listOpen(db: Db, projectId: string): Promise<Proposal[]> {
  const rows = await db
    .selectFrom('proposals')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('status', '=', 'open')
    .orderBy('number')
    .execute()
  return rows.map(toProposal)
}

export interface ProposalEdit {
  readonly title?: string | undefined
  readonly body?: string | undefined
  readonly isDraft?: boolean | undefined
  readonly status?: 'open' | 'closed' | undefined
}

/** Of one that is not merged; undefined when there is none. */
export async function update(
  db: Db,
  { projectId, number }: ProposalPlace,
  { title, body, isDraft, status }: ProposalEdit,
): Promise<Proposal | undefined> {
  const row = await db
    .updateTable('proposals')
    .set({
      ...(title === undefined ? {} : { title: storableText(title) }),
      ...(body === undefined ? {} : { body: storableText(body) }),
      ...(isDraft === undefined ? {} : { is_draft: isDraft }),
      ...(status === undefined ? {} : { status }),
      updated_at: sql<Date>`clock_timestamp()`,
    })
    .where('project_id', '=', projectId)
    .where('number', '=', number)
    .where('status', '!=', 'merged')
    .returningAll()
    .executeTakeFirst()
  return row && toProposal(row)
}

/** Records where the branch of an open one is. */
export async function saveHead(
  db: Db,
  { projectId, number }: ProposalPlace,
  commit: string,
): Promise<void> {
  await db
    .updateTable('proposals')
    .set({ last_commit: commit, updated_at: sql<Date>`clock_timestamp()` })
    .where('project_id', '=', projectId)
    .where('number', '=', number)
    .where('status', '=', 'open')
    .execute()
}

/** Records what is about to be put on the base branch. False when it is not open any more. */
export async function saveIntention(
  db: Db,
  { projectId, number }: ProposalPlace,
  mergeCommit: string | undefined,
): Promise<boolean> {
  const row = await db
    .updateTable('proposals')
    .set({ merge_commit: mergeCommit ?? null })
    .where('project_id', '=', projectId)
    .where('number', '=', number)
    .where('status', '=', 'open')
    .returning('number')
    .executeTakeFirst()
  return row !== undefined
}

export async function saveMerged(
  db: Db,
  { projectId, number }: ProposalPlace,
  mergeCommit: string,
): Promise<void> {
  await db
    .updateTable('proposals')
    .set({
      status: 'merged',
      merge_commit: mergeCommit,
      updated_at: sql<Date>`clock_timestamp()`,
    })
    .where('project_id', '=', projectId)
    .where('number', '=', number)
    .where('status', '!=', 'merged')
    .execute()
}

export async function insertComment(
  db: Db,
  { projectId, number }: ProposalPlace,
  { author, body }: Pick<ProposalComment, 'author' | 'body'>,
): Promise<ProposalComment> {
  const row = await db
    .insertInto('proposal_comments')
    .values({ project_id: projectId, number, author, body: storableText(body) })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toComment(row)
}

/** The one with the marker, which there is once. */
export async function saveSticky(
  db: Db,
  { projectId, number }: ProposalPlace,
  { marker, body }: Pick<StickyComment, 'marker' | 'body'>,
): Promise<string> {
  const { id } = await db
    .insertInto('proposal_comments')
    .values({ project_id: projectId, number, author: portolan, body: storableText(body), marker })
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'number', 'marker']).doUpdateSet({
        body: storableText(body),
        updated_at: sql<Date>`clock_timestamp()`,
      }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return String(id)
}

/** Oldest first; Portolan's own only when they are asked for. */
export async function listComments(
  db: Db,
  { projectId, numbers }: { readonly projectId: string; readonly numbers: readonly number[] },
  { since, withOwn }: { readonly since: Date | undefined; readonly withOwn: boolean },
): Promise<ProposalComment[]> {
  if (numbers.length === 0) return []
  let query = db
    .selectFrom('proposal_comments')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('number', 'in', numbers)
    .orderBy('id')
  if (since !== undefined) query = query.where('created_at', '>=', since)
  if (!withOwn) query = query.where('marker', 'is', null)
  return (await query.execute()).map(toComment)
}

// The assertion holds by the table's check constraint.
function toProposal(row: Selectable<Proposals>): Proposal {
  return {
    projectId: row.project_id,
    number: row.number,
    status: row.status as Proposal['status'],
    title: row.title,
    body: row.body,
    author: row.author,
    headBranch: row.head_branch,
    baseBranch: row.base_branch,
    isDraft: row.is_draft,
    lastCommit: row.last_commit,
    mergeCommit: row.merge_commit ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

function toComment(row: Selectable<ProposalComments>): ProposalComment {
  return {
    id: String(row.id),
    number: row.number,
    author: row.author,
    body: row.body,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    isEdited: false,
    isPortolans: row.marker !== null,
  }
}
