import type { Transaction } from 'kysely'
import { record } from '../../audit/index.ts'
import type { Db } from '../../platform/db/db.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { notFound } from '../../platform/errors.ts'
import { changeAccess } from '../grants/changing-service.ts'
import { recordGrant } from '../grants/grant-service.ts'
import { list as listGrants } from '../grants/grant-store.ts'
import { checkAccountName } from '../names.ts'
import type { Principal } from '../principal.ts'
import type { Team } from './person.ts'
import { idsOf } from './person-store.ts'
import * as store from './team-store.ts'

export interface TeamService {
  /** By name. */
  list(): Promise<Team[]>
  /**
   * Says who is in a team, which is made if it is new. By an administrator of the server; audited.
   * @throws AppError `invalid`, `forbidden`, `not_found` for a member, `conflict`
   */
  put(by: Principal, name: string, members: readonly string[]): Promise<Team>
  /** With the team go its roles. Audited. @throws AppError `forbidden`, `not_found`, `conflict` */
  remove(by: Principal, name: string): Promise<void>
}

export function createTeamService(db: Db): TeamService {
  return {
    list: () => store.list(db),
    put: (by, name, members) => changeAccess(db, by, (tx) => put(tx, by, { name, members })),
    remove: (by, name) => changeAccess(db, by, (tx) => remove(tx, by, name)),
  }
}

async function put(
  tx: Transaction<DB>,
  by: Principal,
  wish: { readonly name: string; readonly members: readonly string[] },
): Promise<Team> {
  const name = checkAccountName(wish.name, 'team')
  const ids = await idsOf(tx, wish.members)
  const unknown = wish.members.find((member) => !ids.has(member))
  if (unknown !== undefined) {
    throw notFound(`there is nobody named ${unknown}`, { next: 'See the list of people.' })
  }
  const before = await findTeam(tx, name)
  const id = await store.ensure(tx, { name, createdBy: by.name })
  await store.setMembers(tx, id, [...new Set(ids.values())])
  const team = await findTeam(tx, name)
  if (team === undefined) throw notFound(`there is no team ${name}`)
  const added = team.members.filter((member) => !before?.members.includes(member))
  const removed = before?.members.filter((member) => !team.members.includes(member)) ?? []
  if (before === undefined || added.length > 0 || removed.length > 0) {
    await record(tx, {
      actor: by.name,
      action: before === undefined ? 'team.create' : 'team.edit',
      subject: name,
      details: { added: added.join(' '), removed: removed.join(' ') },
    })
  }
  return team
}

async function remove(tx: Transaction<DB>, by: Principal, name: string): Promise<void> {
  const id = await store.teamIdOf(tx, name)
  const lost = (await listGrants(tx)).filter((grant) => grant.team === name)
  await store.remove(tx, id)
  for (const grant of lost) {
    await recordGrant(tx, { actor: by.name, action: 'grant.delete', grant })
  }
  await record(tx, { actor: by.name, action: 'team.delete', subject: name })
}

async function findTeam(tx: Transaction<DB>, name: string): Promise<Team | undefined> {
  return (await store.list(tx)).find((team) => team.name === name)
}
