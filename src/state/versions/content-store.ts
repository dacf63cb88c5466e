import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'

// PostgreSQL sends bytes as hexadecimal text, which must fit into one JavaScript string.
const PART = 16 * 1024 * 1024

/** The stored gzip of a state version or of a quarantined upload. */
export async function readContent(
  db: Db,
  table: 'state_versions' | 'quarantined_states',
  id: string,
): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  for (let from = 1; ; from += PART) {
    const { rows } = await sql<{ part: Buffer; size: number }>`
      select substring(content from ${from}::int for ${PART}::int) as part, octet_length(content) as size
      from ${sql.table(table)} where id = ${id}`.execute(db)
    const row = rows[0]
    if (row === undefined) return undefined
    parts.push(row.part)
    if (from + PART > row.size) return parts.length === 1 ? row.part : Buffer.concat(parts)
  }
}
