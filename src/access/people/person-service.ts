import type { Transaction } from 'kysely'
import { record } from '../../audit/index.ts'
import type { Db } from '../../platform/db/db.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { conflict, notFound } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { changeAccess } from '../grants/changing-service.ts'
import { actorKey, checkAccountName, checkFullName } from '../names.ts'
import type { Principal } from '../principal.ts'
import { removeUnused } from '../sessions/link-store.ts'
import { endAll } from '../sessions/session-store.ts'
import { actorNames } from '../tokens/token-store.ts'
import type { Account, Person } from './person.ts'
import * as store from './person-store.ts'

export interface NewPerson {
  readonly name: string
  readonly fullName: string
}

export interface PersonChange {
  readonly fullName?: string | undefined
  readonly disabled?: boolean | undefined
}

export interface PersonService {
  /** By name, disabled people too. */
  list(): Promise<Person[]>
  /** @throws AppError `not_found` */
  get(id: string): Promise<Person>
  /**
   * Makes an account without a password: a link invites to choose one. By an administrator of the
   * server; audited.
   * @throws AppError `invalid`, `forbidden`, `conflict`
   */
  create(by: Principal, person: NewPerson): Promise<Person>
  /**
   * Names or disables somebody. Sessions, links and tokens of a disabled person stop at once.
   * @throws AppError `invalid`, `forbidden`, `not_found`, `conflict` for the last administrator
   */
  edit(by: Principal, name: string, change: PersonChange): Promise<Person>
}

export function createPersonService(db: Db): PersonService {
  return {
    list: () => store.list(db),
    get: (id) => get(db, id),
    create: (by, person) =>
      changeAccess(db, by, async (tx) => {
        const id = await insertPerson(tx, { ...person, createdBy: by.name })
        if (id !== undefined) return get(tx, id)
        throw conflict(`${person.name} is the name of somebody, or of a token`, {
          next: 'Choose another name.',
        })
      }),
    edit: (by, name, change) => changeAccess(db, by, (tx) => edit(tx, by, { name, change })),
  }
}

async function get(db: Db, id: string): Promise<Person> {
  const person = await store.find(db, id)
  if (person !== undefined) return person
  throw notFound('there is no such person')
}

/** The id of a new account; undefined when the name is taken. */
export async function insertPerson(
  tx: Transaction<DB>,
  person: NewPerson & { readonly createdBy: string },
): Promise<string | undefined> {
  const id = newId()
  const name = checkAccountName(person.name, 'person')
  const fullName = checkFullName(person.fullName)
  // A token of this name has acted, and its doing would look like the person's.
  if ((await actorNames(tx)).some((actor) => actorKey(actor) === name)) return undefined
  if (!(await store.insert(tx, { id, name, fullName, createdBy: person.createdBy }))) {
    return undefined
  }
  await record(tx, { actor: person.createdBy, action: 'person.create', subject: name })
  return id
}

async function edit(
  tx: Transaction<DB>,
  by: Principal,
  { name, change }: { readonly name: string; readonly change: PersonChange },
): Promise<Person> {
  const id = await store.personIdOf(tx, name)
  const account = await store.lockAccount(tx, id)
  if (account === undefined) throw notFound(`there is nobody named ${name}`)
  if (change.fullName !== undefined) await rename(tx, by, { account, to: change.fullName })
  const { disabled } = change
  if (disabled !== undefined && disabled === account.enabled) {
    await (disabled ? disable(tx, id) : store.setEnabled(tx, id, true))
    const action = disabled ? 'person.disable' : 'person.enable'
    await record(tx, { actor: by.name, action, subject: name })
  }
  return get(tx, id)
}

async function rename(
  tx: Transaction<DB>,
  by: Principal,
  { account, to }: { readonly account: Account; readonly to: string },
): Promise<void> {
  const fullName = checkFullName(to)
  if (fullName === account.fullName) return
  await store.setFullName(tx, account.id, fullName)
  await record(tx, { actor: by.name, action: 'person.edit', subject: account.name })
}

async function disable(tx: Transaction<DB>, id: string): Promise<void> {
  await store.setEnabled(tx, id, false)
  await endAll(tx, id)
  await removeUnused(tx, id)
}
