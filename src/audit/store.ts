import { sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'

export interface AuditEntry {
  readonly actor: string
  /** Verb of a thing: `state.rollback`, `lock.force-release`, `token.create`. */
  readonly action: string
  /** What it was done to: `shop/network@prod`, `run-42`. */
  readonly subject: string
  /** Never holds secrets. */
  readonly details?: Readonly<Record<string, string | number | boolean>>
}

/** Writes what was done, in the transaction that does it. */
export async function record(db: Db, entry: AuditEntry): Promise<void> {
  await db
    .insertInto('audit_log')
    .values({
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject,
      details: JSON.stringify(entry.details ?? {}),
    })
    .execute()
}

/** The same for many things at once. */
export async function recordAll(db: Db, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  await sql`
    insert into audit_log (actor, action, subject, details)
    select actor, action, subject, coalesce(details, '{}')
    from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb)
      as entries (actor text, action text, subject text, details jsonb)`.execute(db)
}
