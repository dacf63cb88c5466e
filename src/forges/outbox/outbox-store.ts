import { type Selectable, sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import type { ForgeOutbox } from '../../platform/db/schema.gen.ts'
import { storableJson, storableText } from '../../platform/db/stored-text.ts'
import { newId } from '../../platform/ids.ts'
import type { Failure } from './attempt.ts'
import { type Effect, type HeldEffect, keyOf, type Trouble } from './effect.ts'

/** Seconds that whoever tells an effect has for it: more than any call may take. */
const LEASE = 90

/** Seconds between two tellings of one effect: what moves in between is told together. */
const SPACING = 2

interface Place {
  readonly projectId: string
  readonly number: number
}

/** In one order, so that two that tell the same do not wait for each other. */
export async function put(
  db: Db,
  { projectId, number }: Place,
  { effects, isLast }: { readonly effects: readonly Effect[]; readonly isLast: boolean },
): Promise<void> {
  const newest = new Map(effects.map((effect) => [keyOf(effect), effect]))
  const rows = [...newest].sort(([a], [b]) => (a < b ? -1 : 1))
  if (rows.length === 0) return
  const isGivenUp = sql<boolean>`(was.error is not null and was.told_version = was.version)`
  await sql`
    insert into forge_outbox as was (project_id, number, effect, body)
    values ${sql.join(
      rows.map(
        ([key, effect]) => sql`(${projectId}, ${number}, ${key}, ${storableJson(effect)}::jsonb)`,
      ),
    )}
    on conflict (project_id, number, effect) do update set
      body = excluded.body, version = was.version + 1, updated_at = clock_timestamp(),
      -- What failed is tried again when its time has come.
      not_before = case when ${isLast} and was.attempts = 0 then clock_timestamp() else was.not_before end,
      attempts = case when ${isGivenUp} then 0 else was.attempts end,
      error = case when ${isGivenUp} then null else was.error end
    -- What is told already, or is about to be, is not told again.
    where was.body <> excluded.body or ${isGivenUp}`.execute(db)
}

/** That nobody else tells anything of, that is not told to leave the host alone, and whose turn it is. */
const isFree = (project: string) => sql`
  not exists (select from forge_outbox as held where held.project_id = ${sql.ref(project)}
    and held.lease_token is not null and held.lease_expires_at > clock_timestamp())
  and not exists (select from forges where forges.project_id = ${sql.ref(project)}
    and forges.paused_until > clock_timestamp())`

const isDue = sql`told_version < version and not_before <= clock_timestamp()`

/**
 * The project whose effects have waited longest; until the transaction ends nobody else takes something
 * of it. Reads across to projects, whose row is what is held.
 */
export async function holdProject(tx: Db): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select projects.id from projects
    join (select project_id, min(not_before) as first from forge_outbox where ${isDue}
      group by project_id) as due on due.project_id = projects.id
    where ${isFree('projects.id')}
    order by due.first limit 1
    for no key update of projects skip locked`.execute(tx)
  return rows[0]?.id
}

/** The next effect of a project that the caller holds: what people wait for and read first, then statuses. */
export async function claim(
  tx: Db,
  projectId: string,
  owner: string,
): Promise<HeldEffect | undefined> {
  const { rows } = await sql<Selectable<ForgeOutbox> & { readonly is_old: boolean }>`
    update forge_outbox set lease_owner = ${owner}, lease_token = ${newId()},
      lease_expires_at = clock_timestamp() + make_interval(secs => ${LEASE})
    where (project_id, number, effect) = (
      select project_id, number, effect from forge_outbox
      where project_id = ${projectId} and ${isDue}
      order by not starts_with(effect, 'reaction:'), effect <> 'comment', not_before, updated_at limit 1)
      and ${isFree('forge_outbox.project_id')}
    returning *, updated_at < clock_timestamp() - interval '1 day' as is_old`.execute(tx)
  const row = rows[0]
  if (row === undefined || row.lease_token === null) return undefined
  return {
    projectId,
    number: row.number,
    key: row.effect,
    // Written by `put` alone.
    effect: row.body as unknown as Effect,
    version: row.version,
    hostId: row.host_id ?? undefined,
    attempts: row.attempts,
    isOld: row.is_old,
    lease: row.lease_token,
  }
}

/** Nothing happens when another process holds it by now: that one tells it again. */
export async function noteTold(
  db: Db,
  held: HeldEffect,
  hostId: string | undefined,
): Promise<void> {
  await ofLease(db, held)
    .set({
      told_version: held.version,
      attempts: 0,
      error: null,
      not_before: inSeconds(SPACING),
      ...free,
      ...(hostId === undefined ? {} : { host_id: hostId }),
    })
    .execute()
}

export async function noteFailed(db: Db, held: HeldEffect, failure: Failure): Promise<void> {
  const { because, againInSeconds } = failure
  await ofLease(db, held)
    .set({
      attempts: held.attempts + 1,
      error: storableText(because),
      ...free,
      ...(againInSeconds === undefined
        ? { told_version: held.version, not_before: inSeconds(SPACING) }
        : { not_before: inSeconds(againInSeconds) }),
    })
    .execute()
}

/** Whose processes tell something. */
export async function owners(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('forge_outbox')
    .select('lease_owner')
    .distinct()
    .where('lease_token', 'is not', null)
    .execute()
  return rows.flatMap(({ lease_owner: owner }) => (owner === null ? [] : [owner]))
}

/** Lets others tell what a dead owner was at. */
export async function abandon(db: Db, owner: string): Promise<void> {
  await db
    .updateTable('forge_outbox')
    .set(free)
    .where('lease_token', 'is not', null)
    .where('lease_owner', '=', owner)
    .execute()
}

const free = { lease_owner: null, lease_token: null, lease_expires_at: null }

/** Leaves the host of a project alone for a while. */
export async function pause(db: Db, projectId: string, seconds: number): Promise<void> {
  await db
    .updateTable('forges')
    .set({ paused_until: sql<Date>`greatest(paused_until, ${inSeconds(seconds)})` })
    .where('project_id', '=', projectId)
    .execute()
}

/**
 * Forgets a part of what was told of pull requests that ended longer ago than these days. Should one of them
 * be told of again, its comment is found by the marker. Reads across to pull requests.
 */
export async function prune(tx: Db, days: number): Promise<void> {
  await sql`
    delete from forge_outbox where (project_id, number, effect) in (
      select project_id, number, effect from forge_outbox as told
      join pull_requests using (project_id, number)
      where told.told_version = told.version
        -- Of these there are few: not all that ever ended is looked at.
        and told.updated_at < now() - make_interval(days => ${days})
        and pull_requests.ended_at < now() - make_interval(days => ${days})
      limit 1000 for update of told skip locked)`.execute(tx)
}

/** Forgets what a project's host was told and is to be told. */
export async function forget(tx: Db, projectId: string): Promise<void> {
  await tx.deleteFrom('forge_outbox').where('project_id', '=', projectId).execute()
}

/** What a host refused of a pull request and was not told since, by what it is about. */
export async function listTroubles(db: Db, { projectId, number }: Place): Promise<Trouble[]> {
  const rows = await db
    .selectFrom('forge_outbox')
    .select(['body', 'error', 'attempts', 'updated_at', 'not_before', 'version', 'told_version'])
    .where('project_id', '=', projectId)
    .where('number', '=', number)
    .where('error', 'is not', null)
    .orderBy('effect')
    .execute()
  return rows.map((row) => ({
    about: aboutOf(row.body as unknown as Effect),
    because: row.error ?? '',
    since: row.updated_at,
    attempts: row.attempts,
    nextAt: row.told_version < row.version ? row.not_before : undefined,
  }))
}

function aboutOf(effect: Effect): string {
  return effect.kind === 'status' ? effect.status.context : effect.kind
}

function ofLease(db: Db, { projectId, number, key, lease }: HeldEffect) {
  return db
    .updateTable('forge_outbox')
    .where('project_id', '=', projectId)
    .where('number', '=', number)
    .where('effect', '=', key)
    .where('lease_token', '=', lease)
}

function inSeconds(seconds: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${seconds})`
}
