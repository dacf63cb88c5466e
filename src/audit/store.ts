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
