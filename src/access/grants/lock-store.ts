import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'

// Any number that no other advisory lock of Portolan has.
const ACCESS = 7_200_115

/** Until the transaction ends, nobody else changes who may do what. */
export async function lockAccess(tx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ACCESS}::bigint)`.execute(tx)
}
