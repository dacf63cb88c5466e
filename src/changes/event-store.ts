import { sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'
import { storableJson } from '../platform/db/stored-text.ts'
import type { ChangeEvent } from './change.ts'

/** An event with its place among those of its change. */
export interface RecordedEvent {
  readonly seq: number
  readonly event: ChangeEvent
}

/** Numbered without gaps: the caller holds the change's row. */
export async function append(
  db: Db,
  changeId: number,
  events: readonly ChangeEvent[],
): Promise<void> {
  await sql`
    insert into change_events (change_id, seq, data, at)
    select ${changeId}, last.seq + number, event, (event ->> 'at')::timestamptz
    from (select coalesce(max(seq), 0) as seq from change_events where change_id = ${changeId}) as last,
      jsonb_array_elements(${storableJson(events)}::jsonb) with ordinality as those (event, number)`.execute(
    db,
  )
}

/** What came after the event `after`, in order; 0 begins at the beginning. */
export async function listAfter(
  db: Db,
  changeId: number,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<RecordedEvent[]> {
  const rows = await db
    .selectFrom('change_events')
    .select(['seq', 'data', 'at'])
    .where('change_id', '=', changeId)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map(({ seq, data, at }) => ({
    seq,
    // Written by `append` alone, and by nothing of another shape.
    event: { ...(data as unknown as ChangeEvent), at },
  }))
}

/** The number of the newest event; 0 when there is none. */
export async function last(db: Db, changeId: number): Promise<number> {
  const row = await db
    .selectFrom('change_events')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .where('change_id', '=', changeId)
    .executeTakeFirst()
  return row?.seq ?? 0
}
