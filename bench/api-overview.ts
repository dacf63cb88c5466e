import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Hono } from 'hono'
import { sql } from 'kysely'
import { permissionsOf } from '../src/access/index.ts'
import type { ApiEnv } from '../src/api/deps.ts'
import { overviewRoutes } from '../src/api/overview/routes.ts'
import { Overview } from '../src/api/overview/schema.ts'
import { readConfig } from '../src/app/config.ts'
import { openContext } from '../src/app/context.ts'
import type { Db } from '../src/platform/db/db.ts'
import { signal } from '../src/platform/db/signals.ts'
import { serve } from '../src/platform/http/server.ts'
import { concludeGoal, format, print } from './measure.ts'

const GOAL_MILLISECONDS = 50
const REQUESTS = 200

/** The overview of 1,000 workspaces with a history, over HTTP, beside the work of making its text. */
export async function run(): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'portolan-overview-'))
  await chmod(directory, 0o755) // PostgreSQL of root runs as nobody, who must get there.
  const config = readConfig({
    ...process.env,
    PORTOLAN_DATA_DIR: path.join(directory, 'data'),
  })
  try {
    await using context = await openContext(config, { repositoryId: 'bench' })
    await makeHistory(context.db)
    const app = new Hono<ApiEnv>()
      .use(async (c, next) => {
        const scope = {
          permissions: permissionsOf.viewer,
          project: undefined,
          environment: undefined,
        }
        c.set('principal', {
          name: 'bench',
          personId: undefined,
          via: 'session',
          scopes: [scope],
          limit: undefined,
        })
        await next()
      })
      .route('/', overviewRoutes({ context, signals: context.signals() }))
    const server = await serve(app, { host: '127.0.0.1', port: 0 })
    try {
      const move = () => signal(context.db, 'overview')
      await measure('overview', `${server.url}/overview`, async () => undefined)
      await measure('overview-moved', `${server.url}/overview`, move)
      await measure('inbox', `${server.url}/inbox`, async () => undefined)
    } finally {
      await server.close()
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** @param before each request, not counted: nothing, or something in the platform moves */
async function measure(name: string, url: string, before: () => Promise<void>): Promise<void> {
  const first = await (await fetch(url)).json()
  if (name === 'overview') check(first)
  const times: number[] = []
  let bytes = 0
  for (let count = 0; count < REQUESTS; count += 1) {
    await before()
    const start = performance.now()
    bytes = (await (await fetch(url)).arrayBuffer()).byteLength
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  const [median = 0, p95 = 0] = [0.5, 0.95].map((part) => times[Math.floor(times.length * part)])
  print(
    `  ${name}: median ${format(median)}, p95 ${format(p95)}, ${Math.round(bytes / 1024)} KiB, n=${REQUESTS}`,
  )
  concludeGoal(`api-${name} p95`, p95, GOAL_MILLISECONDS)
}

function check(answer: unknown): void {
  const [project] = Overview.parse(answer).projects
  const count = project?.workspaces.length
  if (count !== 1000) throw new Error(`the overview has ${count} workspaces`)
}

/** 250 components in 4 environments; 20 changes of all of them, each with a run and a state. */
async function makeHistory(db: Db): Promise<void> {
  await sql`
    insert into projects (id, name, repository, head_commit, head_subject)
    values (gen_random_uuid(), 'shop', 'shop', repeat('c', 40), 'feat: more');
    insert into environments (project_id, name, position, auto)
    select projects.id, e.name, e.place, false from projects,
      unnest(array['dev', 'test', 'stage', 'prod']) with ordinality as e (name, place);
    insert into workspaces (id, project_id, component, environment, declared, position, kind, needs,
      source_digest, definition_digest)
    select gen_random_uuid(), projects.id, 'component-' || n, environments.name, true, n,
      'terraform', jsonb_build_array('component-' || n / 2 || '@' || environments.name),
      md5('source' || n), md5('definition' || n || environments.name)
    from projects, environments, generate_series(1, 250) as n;
    insert into changes (project_id, operation, status, reason, actor, source, created_at, finished_at)
    select projects.id, 'apply', case when n = 20 then 'open' else 'done' end, 'feat: change ' || n, 'alice',
      '{"root":"/shop","commit":"c0ffee","branch":"main","dirty":false}', now() - (21 - n) * interval '1 day',
      case when n < 20 then now() - (21 - n) * interval '1 day' end
    from projects, generate_series(1, 20) as n order by n;
    insert into change_environments (change_id, name, position, auto)
    select changes.id, environments.name, environments.position, false from changes, environments;
    insert into change_workspaces (change_id, workspace_id, position, name, kind, promoted,
      source_digest, definition_digest)
    select changes.id, workspaces.id,
      row_number() over (partition by changes.id order by workspaces.position, environment) - 1,
      component || '@' || environment, 'terraform', false, source_digest,
      case when workspaces.position % 10 = 0 then 'other' else definition_digest end
    from changes, workspaces;
    insert into runs (workspace_id, change_id, operation, status, actor, source, options, summary,
      created_at, planning_at, planned_at, applying_at, finished_at)
    select workspaces.id, changes.id, 'apply',
      case when changes.status = 'done' then 'applied' when workspaces.position % 20 = 0 then 'planned'
        when workspaces.position % 33 = 0 then 'failed' else 'applied' end,
      'alice', '{"directory":"/shop","commit":"c0ffee","branch":"main","dirty":false}', '{}',
      jsonb_build_object('risk', 'changes 12 resources', 'severity', 'low', 'drifted',
        case when workspaces.position % 50 = 7 then 1 else 0 end, 'protected', '[]'::jsonb, 'changes',
        (select jsonb_agg(jsonb_build_object('address', 'aws_instance.web[' || n || ']', 'type',
          'aws_instance', 'action', 'update', 'replacePaths', '[]'::jsonb)) from generate_series(1, 12) n)),
      changes.created_at, changes.created_at, changes.created_at + interval '1 minute',
      case when workspaces.position % 50 = 7 then null else changes.created_at + interval '2 minutes' end,
      changes.created_at + interval '3 minutes'
    from changes, workspaces order by changes.id;
    insert into state_versions (id, workspace_id, number, lineage, serial, sha256, size, content, cause,
      actor, run_id, counts, created_at)
    select gen_random_uuid(), workspace_id, row_number() over (partition by workspace_id order by id),
      workspace_id::text, id, sha256(id::text::bytea), 1000, decode(repeat('00', 2000), 'hex'), 'apply', 'alice', id,
      '{"total":40,"added":0,"changed":12,"removed":0,"moved":0}', finished_at
    from runs;
    update workspaces set source_digest = md5('new') where position % 41 = 0;
    insert into workspace_locks (workspace_id, lock_id, kind, actor, info, fence, created_at)
    select id, 'lock', 'person', 'bob', '{"Info":"maintenance"}', 1, now() - interval '2 hours'
    from workspaces where position % 100 = 3;
    analyze`.execute(db)
}
