import { type Selectable, sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import type { Projects } from '../../platform/db/schema.gen.ts'
import type {
  DeclaredWorkspace,
  EnvironmentGate,
  ProjectEnvironment,
  ProjectRecord,
  ProjectView,
} from './project-record.ts'

type Row = Selectable<Projects>

/** A project as it is recorded, with the login that is sealed. */
export interface StoredProject extends ProjectRecord {
  readonly login: Buffer | undefined
}

/** All projects, or the one of a name or an id, by name. */
export async function selectProjects(
  db: Db,
  which: { readonly name?: string; readonly id?: string } = {},
): Promise<StoredProject[]> {
  const { name, id } = which
  const rows = await db
    .selectFrom('projects')
    .selectAll()
    .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
    .$if(id !== undefined, (query) => query.where('id', '=', id ?? ''))
    .orderBy('name')
    .execute()
  return rows.map(stored)
}

/** What is declared in projects, by the project's id. */
export async function selectDeclared(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Pick<ProjectView, 'environments' | 'workspaces'>>> {
  if (ids.length === 0) return new Map()
  const environments = await db
    .selectFrom('environments')
    .selectAll()
    .where('project_id', 'in', ids)
    .orderBy('position')
    .execute()
  const workspaces = await db
    .selectFrom('workspaces')
    .innerJoin('projects', 'projects.id', 'project_id')
    .select(['project_id', 'component', 'environment'])
    .where('project_id', 'in', ids)
    // A project of which nothing was ever declared has what laptops recorded.
    .where((where) => where.or([where('declared', '=', true), where('head_commit', 'is', null)]))
    .orderBy('position')
    .orderBy('component')
    .orderBy('environment')
    .execute()
  const byProject = Map.groupBy(workspaces, (row) => row.project_id)
  return new Map(
    ids.map((id) => [
      id,
      {
        environments: environments.filter((row) => row.project_id === id).map(environmentOf),
        workspaces: (byProject.get(id) ?? []).map(({ component, environment }) => ({
          component,
          environment,
        })),
      },
    ]),
  )
}

export interface SourceChange {
  readonly name?: string
  readonly repository?: string
  readonly source?: string
  readonly source_login?: Buffer | null
  readonly branch?: string | null
}

export async function updateSource(db: Db, id: string, change: SourceChange): Promise<void> {
  if (Object.keys(change).length === 0) return
  await db.updateTable('projects').set(change).where('id', '=', id).execute()
}

export interface FetchRecord {
  readonly head?: { readonly commit: string; readonly subject: string }
  readonly error: string | null
  /** When nothing was fetched the moment of the last time stays. */
  readonly fetched: boolean
}

export async function updateFetched(
  db: Db,
  id: string,
  { head, error, fetched }: FetchRecord,
): Promise<void> {
  await db
    .updateTable('projects')
    .set({
      fetch_error: error,
      ...(fetched ? { fetched_at: sql<Date>`now()` } : {}),
      ...(head === undefined ? {} : { head_commit: head.commit, head_subject: head.subject }),
    })
    .where('id', '=', id)
    .execute()
}

export async function lockProject(db: Db, id: string): Promise<void> {
  await db.selectFrom('projects').select('id').where('id', '=', id).forUpdate().execute()
}

export async function replaceEnvironments(
  db: Db,
  projectId: string,
  environments: readonly ProjectEnvironment[],
): Promise<void> {
  await db.deleteFrom('environments').where('project_id', '=', projectId).execute()
  if (environments.length === 0) return
  await db
    .insertInto('environments')
    .values(
      environments.map(({ name, position, after, auto, gate }) => ({
        project_id: projectId,
        name,
        position,
        after: after ?? null,
        auto,
        gate: gate === undefined ? null : JSON.stringify(gate),
      })),
    )
    .execute()
}

/** Records what is declared of the workspaces of a project, which are there; all others are not. */
export async function declareWorkspaces(
  db: Db,
  projectId: string,
  workspaces: readonly DeclaredWorkspace[],
): Promise<void> {
  const rows = workspaces.map(({ skipped = null, ...rest }) => ({ ...rest, skipped }))
  await sql`
    with declaration as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
        component text, environment text, position int, kind text, skipped text, needs jsonb,
        "sourceDigest" text, "definitionDigest" text)
    ), gone as (
      update workspaces set declared = false
      where project_id = ${projectId} and declared and not exists (
        select 1 from declaration
        where declaration.component = workspaces.component
          and declaration.environment = workspaces.environment)
    )
    update workspaces
    set declared = true, position = declaration.position, kind = declaration.kind,
        skipped = declaration.skipped, needs = declaration.needs,
        source_digest = declaration."sourceDigest", definition_digest = declaration."definitionDigest"
    from declaration
    where project_id = ${projectId} and workspaces.component = declaration.component
      and workspaces.environment = declaration.environment`.execute(db)
}

function stored(row: Row): StoredProject {
  return {
    id: row.id,
    name: row.name,
    repository: row.repository,
    source: row.source ?? undefined,
    branch: row.branch ?? undefined,
    headCommit: row.head_commit ?? undefined,
    headSubject: row.head_subject ?? undefined,
    fetchedAt: row.fetched_at ?? undefined,
    fetchError: row.fetch_error ?? undefined,
    login: row.source_login ?? undefined,
  }
}

function environmentOf(row: {
  readonly name: string
  readonly position: number
  readonly after: string | null
  readonly auto: boolean
  readonly gate: unknown
}): ProjectEnvironment {
  const gate = row.gate as EnvironmentGate | null
  return {
    name: row.name,
    position: row.position,
    after: row.after ?? undefined,
    auto: row.auto,
    gate: gate === null ? undefined : { ...gate, window: gate.window ?? undefined },
  }
}
