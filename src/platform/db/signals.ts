import { sql } from 'kysely'
import { Client, type ClientConfig } from 'pg'
import type { Db } from './db.ts'

/**
 * Hints that something is new, between all processes on one database. A hint may be missed or come
 * twice: whoever waits for one also looks by the clock.
 */
export interface Signals {
  /** Calls back soon after something signalled the subject; returns what ends that. */
  listen(subject: string, onSignal: () => void): () => void
  close(): Promise<void>
}

const CHANNEL = 'portolan'
const LONGEST_PAUSE = 10_000

/** Signals a subject (`run:12`, `change:7`) when the transaction commits. */
export async function signal(db: Db, subject: string): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, ${subject})`.execute(db)
}

/** Opens one connection that listens, and a new one whenever it breaks. */
export function openSignals(connection: ClientConfig): Signals {
  const listeners = new Map<string, Set<() => void>>()
  let closed = false
  let client: Client | undefined
  let retry: NodeJS.Timeout | undefined
  let pause = 100

  const tell = (subject: string | undefined) => {
    const those = subject === undefined ? [...listeners.values()] : [listeners.get(subject)]
    for (const set of those) for (const call of set ?? []) call()
  }
  const broken = () => {
    if (closed || retry !== undefined) return
    client = undefined
    retry = setTimeout(() => {
      retry = undefined
      void connect()
    }, pause)
    retry.unref()
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  }
  const connect = async () => {
    const own = new Client({ ...connection, keepAlive: true, application_name: 'portolan signals' })
    own.on('notification', ({ payload }) => tell(payload))
    own.on('error', () => undefined)
    own.on('end', broken)
    try {
      await own.connect()
      await own.query(`listen ${CHANNEL}`)
      if (closed) return await own.end()
      client = own
      pause = 100
      // What was signalled while nobody listened.
      tell(undefined)
    } catch {
      await own.end().catch(() => undefined)
      broken()
    }
  }
  const connecting = connect()
  return {
    listen: (subject, onSignal) => {
      const set = listeners.get(subject) ?? new Set()
      listeners.set(subject, set.add(onSignal))
      return () => {
        set.delete(onSignal)
        if (set.size === 0 && listeners.get(subject) === set) listeners.delete(subject)
      }
    },
    close: async () => {
      closed = true
      clearTimeout(retry)
      await connecting
      await client?.end().catch(() => undefined)
    },
  }
}
