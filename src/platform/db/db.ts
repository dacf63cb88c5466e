import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import { Pool, type PoolConfig, types } from 'pg'
import type { DB } from './schema.gen.ts'

/** A database or a transaction on it: the first argument of every store function. */
export type Db = Kysely<DB> | Transaction<DB>

// int8 columns hold serials, fences and counters, which Portolan keeps below 2^53 (checked on entry).
types.setTypeParser(types.builtins.INT8, Number)

/** Opens a pool. `config` is what `pg` takes: a connection string, or a socket directory and a user. */
export function openDb(config: PoolConfig): Kysely<DB> {
  const pool = new Pool({
    max: 10,
    // An apply asks again after minutes: a connection that was closed meanwhile is made anew.
    min: 2,
    // What forgets idle connections on the way (NAT, load balancers) sees that this one is used.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'portolan',
    ...config,
  })
  // A broken idle connection is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined)
  // So would one that breaks between two statements of a transaction; the next statement fails then.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
}

/** Runs `work` in one transaction; inside a transaction it joins that one. */
export function inTransaction<T>(db: Db, work: (tx: Transaction<DB>) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db as Transaction<DB>) : db.transaction().execute(work)
}
