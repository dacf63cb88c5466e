import { sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'
import type { Operation } from './run.ts'

/** Undefined where nothing like it ever ended well. */
export interface ExpectedSeconds {
  readonly plan: number | undefined
  readonly apply: number | undefined
}

/** Medians of the last five of each workspace: of planning, and of applied runs of the operation. */
export async function expectedSeconds(
  db: Db,
  workspaceIds: readonly string[],
  operation: Operation,
): Promise<ReadonlyMap<string, ExpectedSeconds>> {
  const { rows } = await sql<{ id: string; plan: number | null; apply: number | null }>`
    select id, plan.median as plan, apply.median as apply
    from unnest(${workspaceIds}::uuid[]) as wanted (id)
    cross join lateral (
      select percentile_cont(0.5) within group (order by seconds) as median from (
        select extract(epoch from planned_at - planning_at)::float8 as seconds from runs
        where workspace_id = wanted.id and operation = ${operation} and planned_at > planning_at
        order by id desc limit 5
      ) as recent
    ) as plan
    cross join lateral (
      select percentile_cont(0.5) within group (order by seconds) as median from (
        select extract(epoch from finished_at - applying_at)::float8 as seconds from runs
        where workspace_id = wanted.id and operation = ${operation} and status = 'applied'
        order by id desc limit 5
      ) as recent
    ) as apply`.execute(db)
  return new Map(
    rows.map(({ id, plan, apply }) => [id, { plan: plan ?? undefined, apply: apply ?? undefined }]),
  )
}
