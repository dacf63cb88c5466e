import { sql } from 'kysely'
import { z } from 'zod'
import type { Db } from '../platform/db/db.ts'
import type { ForgeSettings, HostKind } from './connection.ts'

/** A row, with what is sealed in it. */
export interface StoredForge {
  readonly projectId: string
  readonly kind: HostKind
  readonly apiUrl: string
  readonly host: string
  readonly repository: string
  readonly sealedCredentials: Buffer
  readonly sealedSecrets: Buffer
  readonly settings: ForgeSettings
  readonly updatedBy: string
  readonly updatedAt: Date
  readonly polledAt: Date | undefined
  readonly pollError: string | undefined
}

export interface ProjectOrigin {
  readonly id: string
  readonly name: string
  /** What names its repository: `github.com/acme/infra`. */
  readonly origin: string
}

/** Reads across to the projects: what they are called, and where they come from. */
export async function findProject(
  db: Db,
  by: { readonly name: string } | { readonly id: string },
): Promise<ProjectOrigin | undefined> {
  const [column, value] = 'id' in by ? (['id', by.id] as const) : (['name', by.name] as const)
  const row = await db
    .selectFrom('projects')
    .select(['id', 'name', 'repository as origin'])
    .where(column, '=', value)
    .executeTakeFirst()
  return row
}

export async function find(db: Db, projectId: string): Promise<StoredForge | undefined> {
  const row = await forges(db).where('project_id', '=', projectId).executeTakeFirst()
  return row && toForge(row)
}

/** Until the transaction ends nobody else changes it. */
export async function lock(tx: Db, projectId: string): Promise<StoredForge | undefined> {
  const row = await forges(tx)
    .where('project_id', '=', projectId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row && toForge(row)
}

/** Those of a repository on any host of a kind: which of them is meant, secrets decide. */
export async function ofRepository(
  db: Db,
  kind: HostKind,
  repository: string,
): Promise<StoredForge[]> {
  const rows = await forges(db)
    .where('kind', '=', kind)
    .where(sql`lower(repository)`, '=', repository.toLowerCase())
    .orderBy('project_id')
    .execute()
  return rows.map(toForge)
}

export type ForgeRow = Omit<StoredForge, 'updatedAt' | 'polledAt' | 'pollError'>

// What a host said to one account says nothing of another.
const sameAccount = sql`(forges.api_url, forges.sealed_credentials)
  = (excluded.api_url, excluded.sealed_credentials)`

/** Over what is there already. */
export async function save(db: Db, forge: ForgeRow): Promise<void> {
  const values = {
    kind: forge.kind,
    api_url: forge.apiUrl,
    host: forge.host,
    repository: forge.repository,
    sealed_credentials: forge.sealedCredentials,
    sealed_secrets: forge.sealedSecrets,
    settings: JSON.stringify(forge.settings),
    updated_by: forge.updatedBy,
  }
  await db
    .insertInto('forges')
    .values({ project_id: forge.projectId, ...values })
    .onConflict((existing) =>
      existing.column('project_id').doUpdateSet({
        ...values,
        updated_at: sql`now()`,
        paused_until: sql`case when ${sameAccount} then forges.paused_until end`,
        poll_error: sql`case when ${sameAccount} then forges.poll_error end`,
      }),
    )
    .execute()
}

/** False when there was none. */
export async function remove(db: Db, projectId: string): Promise<boolean> {
  const row = await db
    .deleteFrom('forges')
    .where('project_id', '=', projectId)
    .returning('project_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Records how looking for what webhooks did not bring ended; undefined: well. */
export async function notePolled(
  db: Db,
  projectId: string,
  error: string | undefined,
): Promise<void> {
  await db
    .updateTable('forges')
    .set({ polled_at: sql`now()`, poll_error: error ?? null })
    .where('project_id', '=', projectId)
    .execute()
}

const Kind = z.enum(['github', 'gitlab', 'gitea'])

const Settings = z.object({
  hostRoles: z.partialRecord(z.enum(['read', 'write', 'admin']), z.string()).default({}),
  botLogin: z.string().optional(),
  customWorkflows: z.boolean().default(false),
})

function forges(db: Db) {
  return db
    .selectFrom('forges')
    .select([
      'project_id',
      'kind',
      'api_url',
      'host',
      'repository',
      'sealed_credentials',
      'sealed_secrets',
      'settings',
      'updated_by',
      'updated_at',
      'polled_at',
      'poll_error',
    ])
}

type Row = Awaited<ReturnType<ReturnType<typeof forges>['executeTakeFirstOrThrow']>>

function toForge(row: Row): StoredForge {
  const { hostRoles, botLogin, customWorkflows } = Settings.parse(row.settings)
  return {
    projectId: row.project_id,
    kind: Kind.parse(row.kind),
    apiUrl: row.api_url,
    host: row.host,
    repository: row.repository,
    sealedCredentials: row.sealed_credentials,
    sealedSecrets: row.sealed_secrets,
    settings: { hostRoles, botLogin, customWorkflows },
    updatedBy: row.updated_by,
    updatedAt: row.updated_at,
    polledAt: row.polled_at ?? undefined,
    pollError: row.poll_error ?? undefined,
  }
}
