import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import type { Reservation } from './reservation.ts'

/** How long those that wait go before those behind them once a workspace was let go of. */
const TURN = sql`interval '1 hour'`

/** The pull request that a change was made of. Reads across to pull requests. */
export interface ReservingPullRequest {
  readonly id: number
  readonly status: 'open' | 'merged' | 'closed'
  /** Its head is still the one that the change was made of. */
  readonly isHead: boolean
}

/**
 * Holds the pull request of a change until the transaction ends: it is not closed meanwhile. Comes before
 * workspaces, runs and changes.
 */
export async function holdPullRequest(
  tx: Db,
  changeId: number,
): Promise<ReservingPullRequest | undefined> {
  const row = await tx
    .selectFrom('changes')
    .innerJoin('pull_requests', 'pull_requests.id', 'changes.pull_request_id')
    .select(['pull_requests.id', 'pull_requests.status'])
    .select(sql<boolean>`pull_requests.head_commit = changes.head_commit`.as('isHead'))
    .where('changes.id', '=', changeId)
    .forShare('pull_requests')
    .executeTakeFirst()
  return row && { ...row, status: row.status as ReservingPullRequest['status'] }
}

/** Until the transaction ends the pull request asks for nothing. Locks a row of another slice. */
export async function holdClaims(tx: Db, pullRequestId: number): Promise<void> {
  await sql`select from pull_requests where id = ${pullRequestId} for no key update`.execute(tx)
}

/** The record of the pull request that a change was made of. */
export async function pullRequestOf(db: Db, changeId: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('changes')
    .select('pull_request_id')
    .where('id', '=', changeId)
    .executeTakeFirst()
  return row?.pull_request_id ?? undefined
}

/** Holds workspaces until the transaction ends, in one order. Locks rows of another slice. */
export async function holdWorkspaces(tx: Db, ids: readonly string[]): Promise<void> {
  await sql`select from workspaces where id = any(${[...ids]}::uuid[])
    order by id for no key update`.execute(tx)
}

interface Row {
  readonly workspace_id: string
  readonly workspace: string
  readonly pull_request_id: number | null
  readonly number: number
  readonly title: string
  readonly held_since: Date | null
  readonly turn_until: Date | null
}

/** Of each of the workspaces, also of those that nobody ever asked for. Reads across to pull requests. */
export async function list(db: Db, workspaceIds: readonly string[]): Promise<Reservation[]> {
  if (workspaceIds.length === 0) return []
  const { rows } = await sql<Row>`
    select workspaces.id as workspace_id, component || '@' || environment as workspace,
      pull_request_id, number, title, held_since,
      case when called_at + ${TURN} > clock_timestamp() and pull_requests.status = 'open'
        then called_at + ${TURN} end as turn_until
    from workspaces
    left join reservations on reservations.workspace_id = workspaces.id
    left join pull_requests on pull_requests.id = pull_request_id
    where workspaces.id = any(${[...workspaceIds]}::uuid[])
    order by component collate "C", environment collate "C", reservations.id`.execute(db)
  return [...Map.groupBy(rows, (row) => row.workspace_id).values()].map(toReservation)
}

/** Workspaces that a pull request holds or waits for. */
export async function workspacesOf(
  db: Db,
  pullRequestId: number,
): Promise<{ readonly id: string; readonly isHeld: boolean }[]> {
  const rows = await db
    .selectFrom('reservations')
    .select(['workspace_id as id', 'held_since'])
    .where('pull_request_id', '=', pullRequestId)
    .orderBy('workspace_id')
    .execute()
  return rows.map(({ id, held_since: since }) => ({ id, isHeld: since !== null }))
}

export interface NewReservation {
  readonly workspaceId: string
  readonly pullRequestId: number
  readonly changeId: number
  readonly isHeld: boolean
}

/** Who asks again keeps the place, and since when it holds. */
export async function put(tx: Db, one: NewReservation): Promise<void> {
  const since = one.isHeld ? sql<Date>`clock_timestamp()` : null
  await tx
    .insertInto('reservations')
    .values({
      workspace_id: one.workspaceId,
      pull_request_id: one.pullRequestId,
      change_id: one.changeId,
      held_since: since,
    })
    .onConflict((conflict) =>
      conflict.columns(['workspace_id', 'pull_request_id']).doUpdateSet({
        change_id: one.changeId,
        held_since: sql<Date | null>`coalesce(reservations.held_since, excluded.held_since)`,
      }),
    )
    .execute()
}

/**
 * Takes a pull request out of all queues. Those that wait in workspaces that it held are called, and those
 * that nobody called yet where nobody holds anything: they waited for its turn to pass.
 * @returns the records of those that are called, in the order in which they asked
 */
export async function remove(
  tx: Db,
  pullRequestId: number,
  {
    heldIds,
    otherIds,
  }: { readonly heldIds: readonly string[]; readonly otherIds: readonly string[] },
): Promise<readonly number[]> {
  await tx.deleteFrom('reservations').where('pull_request_id', '=', pullRequestId).execute()
  const { rows } = await sql<{ readonly id: number; readonly pull_request_id: number }>`
    update reservations set called_at = clock_timestamp()
    where workspace_id = any(${[...heldIds]}::uuid[])
      or workspace_id = any(${[...otherIds]}::uuid[]) and called_at is null and not exists (
        select from reservations as holder
        where holder.workspace_id = reservations.workspace_id and holder.held_since is not null
      )
    returning id, pull_request_id`.execute(tx)
  const asked = rows.toSorted((one, other) => one.id - other.id)
  return [...new Set(asked.map((row) => row.pull_request_id))]
}

function toReservation(rows: readonly Row[]): Reservation {
  const [first] = rows
  const taken = rows.flatMap((row) =>
    row.pull_request_id === null ? [] : [{ ...row, pullRequestId: row.pull_request_id }],
  )
  const holder = taken.find((row) => row.held_since !== null)
  return {
    workspaceId: first?.workspace_id ?? '',
    workspace: first?.workspace ?? '',
    holder:
      holder === undefined || holder.held_since === null
        ? undefined
        : { ...reserverOf(holder), since: holder.held_since },
    waiting: taken
      .filter((row) => row !== holder)
      .map((row) => ({
        ...reserverOf(row),
        turnUntil: holder === undefined ? (row.turn_until ?? undefined) : undefined,
      })),
  }
}

function reserverOf({ pullRequestId, number, title }: Row & { readonly pullRequestId: number }) {
  return { pullRequestId, number, title }
}
