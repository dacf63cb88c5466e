import { gunzipSync } from 'node:zlib'
import { Client } from 'pg'
import { eventually, type Laptop } from './laptop.ts'

/** A table that nobody else can write to for now. */
export interface HeldTable extends AsyncDisposable {
  /** Somebody wants to. */
  readonly waitedFor: Promise<void>
  release(): Promise<void>
}

export async function holdTable(address: string, table: string): Promise<HeldTable> {
  const client = new Client({ connectionString: address })
  client.on('error', () => undefined)
  await client.connect()
  await client.query(`begin; lock table ${table} in share row exclusive mode`)
  const isWaited = async () => {
    const { rows } = await client.query(
      `select 1 from pg_locks where relation = '${table}'::regclass and not granted`,
    )
    return rows.length > 0
  }
  const waitedFor = eventually(`somebody writes to ${table}`, isWaited).then(() => undefined)
  waitedFor.catch(() => undefined) // Seen by who waits for it.
  let released = false
  const release = async () => {
    if (released) return
    released = true
    await client.end().catch(() => undefined)
  }
  return { waitedFor, release, [Symbol.asyncDispose]: release }
}

/** Every byte that is stored in the database, unpacked, as one text. */
export async function dump(laptop: Laptop): Promise<string> {
  const tables = await laptop.sql<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public'",
  )
  const rows = await Promise.all(
    tables.map(({ name }) => laptop.sql<Record<string, unknown>>(`select * from "${name}"`)),
  )
  return rows
    .flat()
    .flatMap((row) => Object.values(row))
    .map((value) => (Buffer.isBuffer(value) ? unpacked(value) : JSON.stringify(value)))
    .join('\n')
}

function unpacked(bytes: Buffer): string {
  try {
    return gunzipSync(bytes).toString('utf8')
  } catch {
    return bytes.toString('latin1')
  }
}
