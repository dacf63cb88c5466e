import { sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'
import { newId } from '../platform/ids.ts'

/** A pull request by its host's number. */
export interface PullRequestPlace {
  readonly projectId: string
  readonly number: number
}

/** The right of one process to look at a pull request, until its time is over. */
export interface HeldLook extends PullRequestPlace {
  readonly token: string
  /** Of the request that it answers: a later one is looked at again. */
  readonly request: number
  /** How often looking failed before. */
  readonly attempts: number
}

/** Seconds that whoever looks may be silent. */
const LEASE = 60

/** Asks for a look; while one is under way, for another one after it. Who asks again keeps the place. */
export async function request(db: Db, places: readonly PullRequestPlace[]): Promise<void> {
  if (places.length === 0) return
  await db
    .insertInto('pull_request_looks')
    .values(distinct(places))
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'number']).doUpdateSet({
        request: sql<number>`pull_request_looks.request + 1`,
        requested_at: sql<Date>`case when pull_request_looks.lease_token is null
          then pull_request_looks.requested_at else clock_timestamp() end`,
        not_before: sql<Date>`clock_timestamp()`,
        attempts: 0,
      }),
    )
    .execute()
}

/** One statement may name a row only once. */
function distinct(places: readonly PullRequestPlace[]) {
  const byPlace = new Map(places.map((place) => [`${place.projectId} ${place.number}`, place]))
  return [...byPlace.values()].map(({ projectId, number }) => ({ project_id: projectId, number }))
}

/** Gives the one that waits longest to one caller only, however many ask at once. */
export async function claimNext(db: Db, owner: string): Promise<HeldLook | undefined> {
  const row = await db
    .with('free', (from) =>
      from
        .selectFrom('pull_request_looks')
        .select(['project_id', 'number'])
        .where('not_before', '<=', sql<Date>`clock_timestamp()`)
        .where(sql<boolean>`(lease_token is null or lease_expires_at < clock_timestamp())`)
        .orderBy('requested_at')
        .limit(1)
        .forUpdate()
        .skipLocked(),
    )
    .updateTable('pull_request_looks as looks')
    .from('free')
    .set({
      lease_owner: owner,
      lease_token: newId(),
      lease_expires_at: sql<Date>`clock_timestamp() + make_interval(secs => ${LEASE})`,
    })
    .whereRef('looks.project_id', '=', 'free.project_id')
    .whereRef('looks.number', '=', 'free.number')
    .returning([
      'looks.project_id',
      'looks.number',
      'looks.lease_token',
      'looks.request',
      'looks.attempts',
    ])
    .executeTakeFirst()
  if (row?.lease_token == null) return undefined
  return {
    projectId: row.project_id,
    number: row.number,
    token: row.lease_token,
    request: row.request,
    attempts: row.attempts,
  }
}

/** False when another process has it by now. */
export async function renew(db: Db, { token, ...place }: HeldLook): Promise<boolean> {
  const row = await held(db, place, token)
    .set({ lease_expires_at: sql<Date>`clock_timestamp() + make_interval(secs => ${LEASE})` })
    .returning('number')
    .executeTakeFirst()
  return row !== undefined
}

/** It was looked at: nothing is left of the request, unless there is a later one. */
export async function finish(db: Db, { token, request: seen, ...place }: HeldLook): Promise<void> {
  await db
    .deleteFrom('pull_request_looks')
    .where('project_id', '=', place.projectId)
    .where('number', '=', place.number)
    .where('lease_token', '=', token)
    .where('request', '=', seen)
    .execute()
  await held(db, place, token).set(free).execute()
}

/** It is looked at again after a while; when somebody asked for it meanwhile, at once. */
export async function postpone(
  db: Db,
  { token, request: seen, ...place }: HeldLook,
  { seconds, failed }: { readonly seconds: number; readonly failed: boolean },
): Promise<void> {
  await held(db, place, token)
    .where('request', '=', seen)
    .set({
      not_before: sql<Date>`clock_timestamp() + make_interval(secs => ${seconds})`,
      ...(failed ? { attempts: sql<number>`attempts + 1` } : {}),
    })
    .execute()
  await held(db, place, token).set(free).execute()
}

/** Whose processes look at something. */
export async function owners(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('pull_request_looks')
    .select('lease_owner')
    .distinct()
    .where('lease_owner', 'is not', null)
    .execute()
  return rows.flatMap(({ lease_owner: owner }) => (owner === null ? [] : [owner]))
}

/** Lets others take what a dead owner held. */
export async function abandon(db: Db, owner: string): Promise<void> {
  await db.updateTable('pull_request_looks').set(free).where('lease_owner', '=', owner).execute()
}

const free = { lease_owner: null, lease_token: null, lease_expires_at: null }

function held(db: Db, { projectId, number }: PullRequestPlace, token: string) {
  return db
    .updateTable('pull_request_looks')
    .where('project_id', '=', projectId)
    .where('number', '=', number)
    .where('lease_token', '=', token)
}
