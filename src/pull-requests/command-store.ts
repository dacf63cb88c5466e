import { type Selectable, sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'
import type { PullRequestCommands } from '../platform/db/schema.gen.ts'
import { storableText } from '../platform/db/stored-text.ts'
import type { PullRequestPlace } from './look-store.ts'
import type { ReceivedCommand } from './pull-request.ts'

/** A comment that may be a command. */
export type NewCommand = PullRequestPlace &
  Pick<ReceivedCommand, 'commentId' | 'author' | 'body' | 'commentedAt'>

/** False when it is known already: a comment is done once. */
export async function insert(db: Db, command: NewCommand): Promise<boolean> {
  const row = await db
    .insertInto('pull_request_commands')
    .values({
      project_id: command.projectId,
      number: command.number,
      comment_id: command.commentId,
      author: storableText(command.author),
      body: storableText(command.body),
      commented_at: command.commentedAt,
    })
    .onConflict((conflict) => conflict.columns(['project_id', 'comment_id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Those that nobody did yet, in the order in which they came. */
export async function listOpen(
  db: Db,
  { projectId, number }: PullRequestPlace,
): Promise<ReceivedCommand[]> {
  const rows = await db
    .selectFrom('pull_request_commands')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('number', '=', number)
    .where('status', 'in', ['received', 'doing'])
    .orderBy('id')
    .execute()
  return rows.map(toCommand)
}

/** The newest ones, the newest last. */
export async function listRecent(
  db: Db,
  { projectId, number }: PullRequestPlace,
  limit: number,
): Promise<ReceivedCommand[]> {
  const rows = await db
    .selectFrom('pull_request_commands')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('number', '=', number)
    .where('body', '<>', '')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toCommand).reverse()
}

/** Takes it to be done; false when somebody did that before. */
export async function begin(db: Db, id: number, command: string | undefined): Promise<boolean> {
  const row = await db
    .updateTable('pull_request_commands')
    .set({ status: 'doing', command: command === undefined ? null : storableText(command) })
    .where('id', '=', id)
    .where('status', '=', 'received')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Says what became of it. */
export async function answer(db: Db, id: number, { status, text }: CommandAnswer): Promise<void> {
  await db
    .updateTable('pull_request_commands')
    .set({ status, answer: storableText(text), answered_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .execute()
}

/** It was no command after all: it is kept, so that it is not taken for a new one, and never shown. */
export async function forget(db: Db, id: number): Promise<void> {
  await db
    .updateTable('pull_request_commands')
    .set({ status: 'done', body: '', answered_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .execute()
}

/** Nothing is kept of it: the same comment is a new one when it comes again. */
export async function remove(db: Db, id: number): Promise<void> {
  await db.deleteFrom('pull_request_commands').where('id', '=', id).execute()
}

/** What became of a command. */
export interface CommandAnswer {
  readonly status: 'done' | 'refused'
  readonly text: string
}

/** When the newest comment that is known of was made. */
export async function newestAt(db: Db, projectId: string): Promise<Date | undefined> {
  const row = await db
    .selectFrom('pull_request_commands')
    .select((select) => select.fn.max('commented_at').as('at'))
    .where('project_id', '=', projectId)
    .executeTakeFirst()
  return row?.at ?? undefined
}

function toCommand(row: Selectable<PullRequestCommands>): ReceivedCommand {
  return {
    id: row.id,
    commentId: row.comment_id,
    author: row.author,
    body: row.body,
    commentedAt: row.commented_at,
    status: row.status as ReceivedCommand['status'],
    command: row.command ?? undefined,
    answer: row.answer ?? undefined,
    answeredAt: row.answered_at ?? undefined,
  }
}
