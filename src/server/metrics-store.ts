import { sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'

/** How the platform stands, in numbers. */
export interface Figures {
  readonly runs: readonly { readonly status: string; readonly count: number }[]
  readonly openChanges: number
  readonly waitingWork: number
  /** Seconds that the oldest work has waited for a server. */
  readonly oldestWork: number
  readonly workspaces: number
  readonly locks: number
  /** Seconds that the oldest lock is held. */
  readonly oldestLock: number
  readonly statesAtRisk: number
}

/** Reads what a monitoring system asks for every few seconds: only what is open, by its indexes. */
export async function readFigures(db: Db): Promise<Figures> {
  const { rows } = await sql<Omit<Figures, 'runs'> & { runs: Figures['runs'] | null }>`
    select
      (select json_agg(json_build_object('status', status, 'count', count)) from (
        select status, count(*)::int as count from runs
        where status in ('queued', 'waiting', 'planning', 'applying', 'unknown') group by status
      ) as live) as runs,
      (select count(*)::int from changes where status = 'open') as "openChanges",
      (select count(*)::int from change_work where lease_token is null) as "waitingWork",
      (select coalesce(extract(epoch from now() - min(created_at)), 0)::float8 from change_work
        where lease_token is null) as "oldestWork",
      (select count(*)::int from workspaces) as workspaces,
      (select count(*)::int from workspace_locks) as locks,
      (select coalesce(extract(epoch from now() - min(created_at)), 0)::float8
        from workspace_locks) as "oldestLock",
      (select count(*)::int from quarantined_states
        where resolution is null and at_risk) as "statesAtRisk"`.execute(db)
  const [row] = rows
  if (row === undefined) throw new Error('a query without a table has no row')
  return { ...row, runs: row.runs ?? [] }
}
