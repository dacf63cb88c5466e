import type { Transaction } from 'kysely'
import { record } from '../../audit/index.ts'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { conflict, invalid, notFound } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { checkEnvironmentName } from '../names.ts'
import { personIdOf } from '../people/person-store.ts'
import { teamIdOf } from '../people/team-store.ts'
import type { Principal } from '../principal.ts'
import { checkMayStill, keepingAnAdministrator } from './changing-service.ts'
import type { Grant, NewGrant } from './grant.ts'
import * as store from './grant-store.ts'
import { lockAccess } from './lock-store.ts'

export interface GrantService {
  /** All of them, oldest first. */
  list(): Promise<Grant[]>
  /** @throws AppError `not_found` */
  get(id: string): Promise<Grant>
  /**
   * Gives a role at a place, by an administrator of that place. Audited.
   * @throws AppError `forbidden`, `not_found`, `invalid`, `conflict` when they have it already
   */
  give(by: Principal, grant: NewGrant): Promise<Grant>
  /**
   * Takes it away, by an administrator of its place. Audited.
   * @throws AppError `forbidden`, `not_found`, `conflict` for the last administrator's
   */
  take(by: Principal, id: string): Promise<void>
}

export function createGrantService(db: Db): GrantService {
  return {
    list: () => store.list(db),
    get: (id) => get(db, id),
    give: (by, grant) => inTransaction(db, (tx) => give(tx, by, grant)),
    take: (by, id) => inTransaction(db, (tx) => take(tx, by, id)),
  }
}

async function get(db: Db, id: string): Promise<Grant> {
  const grant = await store.find(db, id)
  if (grant !== undefined) return grant
  throw notFound('there is no such role of anybody', { next: 'See the list of roles.' })
}

async function give(tx: Transaction<DB>, by: Principal, wish: NewGrant): Promise<Grant> {
  const { person, team, role, project, environment } = wish
  await lockAccess(tx)
  await checkMayStill(tx, by, { project, environment })
  if ((person === undefined) === (team === undefined)) {
    throw invalid('a role is given either to a person or to a team', { next: 'Name one of them.' })
  }
  const id = newId()
  const isNew = await store.insert(tx, {
    id,
    personId: person === undefined ? undefined : await personIdOf(tx, person),
    teamId: team === undefined ? undefined : await teamIdOf(tx, team),
    role,
    projectId: project === undefined ? undefined : await store.projectIdOf(tx, project),
    environment: environment === undefined ? undefined : checkEnvironmentName(environment),
    createdBy: by.name,
  })
  if (!isNew) throw conflict(`${person ?? team} is ${role} there already`)
  const grant = await get(tx, id)
  await recordGrant(tx, { actor: by.name, action: 'grant.create', grant })
  return grant
}

async function take(tx: Transaction<DB>, by: Principal, id: string): Promise<void> {
  await lockAccess(tx)
  const grant = await get(tx, id)
  const { project, environment } = grant
  await checkMayStill(tx, by, { project, environment })
  await keepingAnAdministrator(tx, () => store.remove(tx, id))
  await recordGrant(tx, { actor: by.name, action: 'grant.delete', grant })
}

/** Writes down that somebody got a role or lost it. */
export async function recordGrant(
  tx: Transaction<DB>,
  entry: { readonly actor: string; readonly action: string; readonly grant: Grant },
): Promise<void> {
  const { person, team, role, project, environment } = entry.grant
  await record(tx, {
    actor: entry.actor,
    action: entry.action,
    subject: person ?? `team/${team}`,
    details: {
      role,
      ...(project === undefined ? {} : { project }),
      ...(environment === undefined ? {} : { environment }),
    },
  })
}
