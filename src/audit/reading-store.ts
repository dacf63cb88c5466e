import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import type { Db } from '../platform/db/db.ts'
import type { AuditPlace, AuditQuery, AuditRecord } from './record.ts'

const Details = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))

/** What was done, newest first. */
export async function readAudit(db: Db, query: AuditQuery): Promise<AuditRecord[]> {
  const { subject, actor, before, places, limit } = query
  if (places.length === 0) return []
  const everywhere = places.some(
    ({ project, environment }) => project === undefined && environment === undefined,
  )
  const rows = await db
    .selectFrom('audit_log as a')
    .select(['a.id', 'at', 'actor', 'action', 'subject', 'details'])
    .$if(subject !== undefined, (all) => all.where('subject', '=', subject ?? ''))
    .$if(actor !== undefined, (all) => all.where('actor', '=', actor ?? ''))
    .$if(before !== undefined, (all) => all.where('a.id', '<', before ?? 0))
    .$if(!everywhere, (all) => all.where(isAtOneOf(places)))
    .orderBy('a.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...row, details: Details.parse(row.details) }))
}

// Subjects of these are names of people, teams and tokens, whatever they look like.
const OF_ACCESS = '^(person|team|grant|token|session)\\.'

/**
 * Where a record belongs, read across to runs and changes: `shop/network@prod` and `shop` name it
 * themselves. What cannot be placed is for those who may read everything.
 */
function isAtOneOf(places: readonly AuditPlace[]) {
  const wanted = JSON.stringify(places)
  return sql<SqlBool>`exists (
    select from (
      select details->>'project' as project, details->>'environment' as environment
      where action ~ ${OF_ACCESS}
      union all
      select projects.name, environment
      from runs join workspaces on workspaces.id = workspace_id join projects on projects.id = project_id
      where action !~ ${OF_ACCESS}
        and runs.id = case when subject ~ '^run-[0-9]{1,15}$' then substr(subject, 5)::bigint end
      union all
      select projects.name, null
      from changes join projects on projects.id = project_id
      where action !~ ${OF_ACCESS}
        and changes.id = case when subject ~ '^change-[0-9]{1,15}$' then substr(subject, 8)::bigint end
      union all
      select split_part(subject, '/', 1), nullif(substring(subject from '@([^@/]+)$'), '')
      where action !~ ${OF_ACCESS} and subject !~ '^(run|change)-[0-9]+$'
    ) as place
    join jsonb_to_recordset(${wanted}::jsonb) as wanted (project text, environment text)
      on (wanted.project is null or wanted.project = place.project)
      and (wanted.environment is null or wanted.environment = place.environment))`
}
