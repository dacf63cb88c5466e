import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import type { JsonObject } from '../../platform/db/schema.gen.ts'
import { signal } from '../../platform/db/signals.ts'
import { storableJson, storableText } from '../../platform/db/stored-text.ts'
import { runName } from '../run.ts'

/** One piece of a run's output; pieces in the order of `seq` are the whole output. */
export interface LogLine {
  readonly seq: number
  readonly phase: 'plan' | 'apply'
  readonly text: string
  readonly at: Date
}

/** Something that happened to a run: `status` for every transition, others as they are named. */
export interface RunEvent {
  readonly seq: number
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  readonly at: Date
}

/** Numbered without gaps: the caller holds the run's row. */
export async function appendEvent(
  db: Db,
  runId: number,
  event: { readonly type: string; readonly data: object },
): Promise<void> {
  await sql`
    insert into run_events (run_id, seq, type, data)
    select ${runId}, coalesce(max(seq), 0) + 1, ${event.type}, ${storableJson(event.data)}::jsonb
    from run_events where run_id = ${runId}`.execute(db)
}

/** Numbered without gaps: the caller holds the run's row. */
export async function appendLog(
  db: Db,
  runId: number,
  piece: { readonly phase: LogLine['phase']; readonly text: string },
): Promise<void> {
  await sql`
    insert into run_logs (run_id, seq, phase, text)
    select ${runId}, coalesce(max(seq), 0) + 1, ${piece.phase}, ${storableText(piece.text)}
    from run_logs where run_id = ${runId}`.execute(db)
  await signal(db, runName(runId))
}

/** What came after the piece `after`, in order; 0 begins at the beginning. */
export async function logs(
  db: Db,
  runId: number,
  { after, limit }: { readonly after: number; readonly limit?: number | undefined },
): Promise<LogLine[]> {
  const query = db
    .selectFrom('run_logs')
    .select(['seq', 'phase', 'text', 'at'])
    .where('run_id', '=', runId)
    .where('seq', '>', after)
    .orderBy('seq')
  const rows = await (limit === undefined ? query : query.limit(limit)).execute()
  return rows.map((row) => ({ ...row, phase: row.phase as LogLine['phase'] }))
}

/** What came after the event `after`, in order; 0 begins at the beginning. */
export async function events(db: Db, runId: number, after: number): Promise<RunEvent[]> {
  const rows = await db
    .selectFrom('run_events')
    .select(['seq', 'type', 'data', 'at'])
    .where('run_id', '=', runId)
    .where('seq', '>', after)
    .orderBy('seq')
    .execute()
  return rows.map((row) => ({ ...row, data: row.data as JsonObject }))
}

/** The number of the last piece of each run that said something. */
export async function lastPieces(
  db: Db,
  runIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (runIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('run_logs')
    .select(({ fn }) => ['run_id', fn.max('seq').as('seq')])
    .where('run_id', 'in', runIds)
    .groupBy('run_id')
    .execute()
  return new Map(rows.map(({ run_id: id, seq }) => [id, seq]))
}
