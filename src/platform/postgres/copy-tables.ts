import { pipeline } from 'node:stream/promises'
import type { Client } from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { conflict } from '../errors.ts'

interface Table {
  readonly name: string
  /** Its stored columns, quoted, comma-separated. */
  readonly columns: string
}

/**
 * Copies all rows and sequences of one database into another that has the same tables.
 * Checks the number of rows of each table; whoever calls it must keep writers away.
 * @throws AppError `conflict` when a table is missing or rows are
 */
export async function copyTables(source: Client, target: Client): Promise<void> {
  // A consistent picture, and no foreign key checked before its row has come.
  await source.query('begin isolation level repeatable read read only')
  await target.query('begin')
  await target.query('set local session_replication_role = replica')
  const tables = await listTables(source)
  const known = new Set((await listTables(target)).map((table) => table.name))
  const unknown = tables.find((table) => !known.has(table.name))
  if (unknown !== undefined) throw conflict(`the table ${unknown.name} is not one of Portolan's`)
  for (const table of tables) {
    await target.query(`delete from ${table.name}`)
    await pipeline(
      source.query(copyTo(`copy ${table.name} (${table.columns}) to stdout`)),
      target.query(copyFrom(`copy ${table.name} (${table.columns}) from stdin`)),
    )
    const [before, after] = await Promise.all([count(source, table), count(target, table)])
    if (before !== after) throw conflict(`${table.name} has ${before} rows and ${after} arrived`)
  }
  await copySequences(source, target)
  await target.query('commit')
  await source.query('commit')
}

async function listTables(client: Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    select format('%I.%I', n.nspname, c.relname) as name,
           string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relkind = 'r' and c.relpersistence <> 't'
      and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    group by 1
    order by 1`)
  return rows
}

async function count(client: Client, table: Table): Promise<string | undefined> {
  const { rows } = await client.query<{ n: string }>(
    `select count(*)::text as n from ${table.name}`,
  )
  return rows[0]?.n
}

async function copySequences(source: Client, target: Client): Promise<void> {
  const { rows } = await source.query<{ name: string }>(`
    select format('%I.%I', schemaname, sequencename) as name from pg_sequences`)
  for (const { name } of rows) {
    const { rows: positions } = await source.query<{ last_value: string; is_called: boolean }>(
      `select last_value::text, is_called from ${name}`,
    )
    const position = positions[0]
    if (position === undefined) continue
    await target.query('select setval($1::regclass, $2::bigint, $3)', [
      name,
      position.last_value,
      position.is_called,
    ])
  }
}
