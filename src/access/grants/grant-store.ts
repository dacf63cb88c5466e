import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import type { Db } from '../../platform/db/db.ts'
import { notFound } from '../../platform/errors.ts'
import { permissionsOf, roles, type Scope } from '../principal.ts'
import type { Administrator, Grant } from './grant.ts'

const Role = z.enum(roles)

/** What a person may do, by their own roles and those of their teams. */
export async function scopesOf(db: Db, personId: string): Promise<Scope[]> {
  const rows = await db
    .selectFrom('grants')
    .leftJoin('projects', 'projects.id', 'grants.project_id')
    .select(['role', 'projects.name as project', 'environment'])
    .where((where) =>
      where.or([
        where('grants.person_id', '=', personId),
        where('grants.team_id', 'in', (select) =>
          select
            .selectFrom('team_members')
            .select('team_members.team_id')
            .where('team_members.person_id', '=', personId),
        ),
      ]),
    )
    .orderBy('grants.created_at')
    .orderBy('grants.id')
    .execute()
  return rows.map((row) => {
    const role = Role.parse(row.role)
    return {
      permissions: permissionsOf[role],
      role,
      project: row.project ?? undefined,
      environment: row.environment ?? undefined,
    }
  })
}

/** Enabled people who may do everything everywhere, the first one first. */
export async function administrators(db: Db): Promise<Administrator[]> {
  const rows = await db
    .selectFrom('people')
    .select(['people.id', 'people.name'])
    .select(sql<boolean>`password is not null`.as('has_password'))
    .where('disabled_at', 'is', null)
    .where(
      sql<SqlBool>`exists (
        select from grants
        where role = 'admin' and project_id is null and environment is null
          and (grants.person_id = people.id or team_id in (
            select team_id from team_members where team_members.person_id = people.id)))`,
    )
    .orderBy('created_at')
    .orderBy('name')
    .execute()
  return rows.map((row) => ({ id: row.id, name: row.name, hasPassword: row.has_password }))
}

export interface GrantRow {
  readonly id: string
  readonly personId: string | undefined
  readonly teamId: string | undefined
  readonly role: string
  readonly projectId: string | undefined
  readonly environment: string | undefined
  readonly createdBy: string
}

/** False when there is the same already. */
export async function insert(db: Db, grant: GrantRow): Promise<boolean> {
  const row = await db
    .insertInto('grants')
    .values({
      id: grant.id,
      person_id: grant.personId ?? null,
      team_id: grant.teamId ?? null,
      role: grant.role,
      project_id: grant.projectId ?? null,
      environment: grant.environment ?? null,
      created_by: grant.createdBy,
    })
    .onConflict((existing) => existing.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function list(db: Db): Promise<Grant[]> {
  const rows = await grants(db).orderBy('grants.created_at').orderBy('grants.id').execute()
  return rows.map(toGrant)
}

export async function find(db: Db, id: string): Promise<Grant | undefined> {
  const row = await grants(db).where('grants.id', '=', id).executeTakeFirst()
  return row && toGrant(row)
}

export async function remove(db: Db, id: string): Promise<void> {
  await db.deleteFrom('grants').where('id', '=', id).execute()
}

/** Reads across to the projects. @throws AppError `not_found` */
export async function projectIdOf(db: Db, name: string): Promise<string> {
  // What PostgreSQL cannot even be asked for.
  const row = name.includes('\0')
    ? undefined
    : await db.selectFrom('projects').select('id').where('name', '=', name).executeTakeFirst()
  if (row !== undefined) return row.id
  throw notFound(`there is no project ${JSON.stringify(name)}`, {
    next: 'See the list of projects.',
  })
}

function grants(db: Db) {
  return db
    .selectFrom('grants')
    .leftJoin('people', 'people.id', 'grants.person_id')
    .leftJoin('teams', 'teams.id', 'grants.team_id')
    .leftJoin('projects', 'projects.id', 'grants.project_id')
    .select([
      'grants.id',
      'people.name as person',
      'teams.name as team',
      'grants.role',
      'projects.name as project',
      'grants.environment',
      'grants.created_by',
      'grants.created_at',
    ])
}

type Row = Awaited<ReturnType<ReturnType<typeof grants>['executeTakeFirstOrThrow']>>

function toGrant(row: Row): Grant {
  return {
    id: row.id,
    person: row.person ?? undefined,
    team: row.team ?? undefined,
    role: Role.parse(row.role),
    project: row.project ?? undefined,
    environment: row.environment ?? undefined,
    createdBy: row.created_by,
    createdAt: row.created_at,
  }
}
