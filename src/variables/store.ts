import { sql } from 'kysely'
import { z } from 'zod'
import type { Db } from '../platform/db/db.ts'
import { newId } from '../platform/ids.ts'
import { type Variable, type VariableIdentity, variableKinds, variablePhases } from './variable.ts'

/** A variable with its sealed value. */
export interface SealedVariable extends Variable {
  readonly projectId: string
  readonly sealed: Buffer
}

/** Reads across to the projects: callers know one by its name. */
export async function findProjectId(db: Db, name: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('projects')
    .select('id')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.id
}

/** Writes the variable of that identity, over its value if it is there already. */
export async function save(
  db: Db,
  variable: VariableIdentity & {
    readonly projectId: string
    readonly sealed: Buffer
    readonly updatedBy: string
  },
): Promise<{ readonly variable: Variable; readonly isNew: boolean }> {
  const id = newId()
  const row = await db
    .insertInto('variables')
    .values({
      id,
      project_id: variable.projectId,
      environment: variable.environment ?? null,
      component: variable.component ?? null,
      kind: variable.kind,
      name: variable.name,
      phase: variable.phase,
      sealed_value: variable.sealed,
      updated_by: variable.updatedBy,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['project_id', 'environment', 'component', 'kind', 'name', 'phase'])
        .doUpdateSet({
          sealed_value: variable.sealed,
          updated_by: variable.updatedBy,
          updated_at: sql`now()`,
        }),
    )
    .returning(columns)
    .executeTakeFirstOrThrow()
  return { variable: toVariable(row), isNew: row.id === id }
}

/** All of a project, by name and place. */
export async function list(db: Db, projectId: string): Promise<Variable[]> {
  const rows = await db
    .selectFrom('variables')
    .select(columns)
    .where('project_id', '=', projectId)
    .orderBy('kind')
    .orderBy('name')
    .orderBy('component', (order) => order.asc().nullsFirst())
    .orderBy('environment', (order) => order.asc().nullsFirst())
    .orderBy('phase')
    .execute()
  return rows.map(toVariable)
}

export async function find(db: Db, projectId: string, id: string): Promise<Variable | undefined> {
  const row = await db
    .selectFrom('variables')
    .select(columns)
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toVariable(row)
}

/** Undefined when it is gone already. */
export async function remove(db: Db, projectId: string, id: string): Promise<Variable | undefined> {
  const row = await db
    .deleteFrom('variables')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirst()
  return row && toVariable(row)
}

/** What may count in a workspace, with the sealed values. */
export async function listSealed(
  db: Db,
  { project, component, environment }: Readonly<Record<Place, string>>,
): Promise<SealedVariable[]> {
  const rows = await db
    .selectFrom('variables')
    .innerJoin('projects', 'projects.id', 'variables.project_id')
    .select(columns.map((column) => `variables.${column}` as const))
    .select(['variables.project_id', 'variables.sealed_value'])
    .where('projects.name', '=', project)
    .where((where) =>
      where.or([where('component', 'is', null), where('component', '=', component)]),
    )
    .where((where) =>
      where.or([where('environment', 'is', null), where('environment', '=', environment)]),
    )
    .execute()
  return rows.map((row) => ({
    ...toVariable(row),
    projectId: row.project_id,
    sealed: row.sealed_value,
  }))
}

type Place = 'project' | 'component' | 'environment'

const columns = [
  'id',
  'environment',
  'component',
  'kind',
  'name',
  'phase',
  'updated_by',
  'updated_at',
] as const

const Kind = z.enum(variableKinds)
const Phase = z.enum(variablePhases)

function toVariable(row: {
  readonly id: string
  readonly environment: string | null
  readonly component: string | null
  readonly kind: string
  readonly name: string
  readonly phase: string
  readonly updated_by: string
  readonly updated_at: Date
}): Variable {
  return {
    id: row.id,
    environment: row.environment ?? undefined,
    component: row.component ?? undefined,
    kind: Kind.parse(row.kind),
    name: row.name,
    phase: Phase.parse(row.phase),
    updatedBy: row.updated_by,
    updatedAt: row.updated_at,
  }
}
