import type { Transaction } from 'kysely'
import { record } from '../../audit/index.ts'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { conflict, invalid, notFound } from '../../platform/errors.ts'
import { newId, newSecret } from '../../platform/ids.ts'
import { changeAccess } from '../grants/changing-service.ts'
import { hashOf } from '../hash.ts'
import type { Account } from '../people/person.ts'
import * as people from '../people/person-store.ts'
import type { Principal } from '../principal.ts'
import * as store from './link-store.ts'
import { openSession } from './opening-service.ts'
import { checkNewPassword, type Passwords } from './password.ts'
import type { OpenedSession } from './session.ts'
import { replacePassword } from './session-service.ts'

export interface NewLink {
  readonly token: string
  readonly expiresAt: Date
}

export interface LinkUse {
  readonly token: string
  /** Needed by who has none yet; from who has one it is a new one. */
  readonly password?: string | undefined
  /** The session that the browser had before. */
  readonly replaces?: string | undefined
}

export interface LinkService {
  /**
   * Makes a link to sign in with once, within a day: an invitation, or a new password. Links that
   * they had before are void. By an administrator of the server; audited.
   * @throws AppError `forbidden`, `not_found`, `conflict` for a disabled person
   */
  create(by: Principal, name: string): Promise<NewLink>
  /** Whose link it is. @throws AppError `not_found` for one that cannot be used */
  describe(token: string): Promise<{
    readonly name: string
    readonly fullName: string
    readonly hasPassword: boolean
  }>
  /** Begins a session by it, once. Audited. @throws AppError `not_found`, `invalid`, `unavailable` */
  use(use: LinkUse): Promise<OpenedSession>
}

export function createLinkService(db: Db, passwords: Passwords): LinkService {
  return {
    create: (by, name) => changeAccess(db, by, (tx) => create(tx, by, name)),
    describe: async (token) => {
      const { name, fullName, password } = await find(db, token)
      return { name, fullName, hasPassword: password !== undefined }
    },
    use: (wish) => use(db, passwords, wish),
  }
}

async function create(tx: Transaction<DB>, by: Principal, name: string): Promise<NewLink> {
  const found = await people.personIdOf(tx, name)
  const account = await people.lockAccount(tx, found)
  if (account?.enabled !== true) {
    throw conflict(`${name} is disabled`, { next: 'Enable the person first.' })
  }
  return insertLink(tx, account, by.name)
}

/** A link for somebody whose row is locked. */
export async function insertLink(
  tx: Transaction<DB>,
  account: Account,
  createdBy: string,
): Promise<NewLink> {
  const token = newSecret('ptk')
  const link = { id: newId(), personId: account.id, hash: hashOf(token), createdBy }
  const expiresAt = await store.replace(tx, link)
  await record(tx, { actor: createdBy, action: 'person.link', subject: account.name })
  return { token, expiresAt }
}

async function find(db: Db, token: string): Promise<Account> {
  const personId = await store.find(db, hashOf(token))
  const account = personId === undefined ? undefined : await people.accountById(db, personId)
  if (account?.enabled === true) return account
  throw unusable()
}

function unusable() {
  return notFound('this link was used already, is older than a day, or was replaced by another', {
    next: 'Ask an administrator for another.',
  })
}

async function use(db: Db, passwords: Passwords, wish: LinkUse): Promise<OpenedSession> {
  const { token, password, replaces } = wish
  // First: strangers without a link cost nothing.
  const account = await find(db, token)
  if (password !== undefined) checkNewPassword(password, account.name)
  else if (account.password === undefined) {
    throw invalid('choose a password', { next: 'Send it along; the link can still be used.' })
  }
  const hash = password === undefined ? undefined : await passwords.hash(password)
  return inTransaction(db, async (tx) => {
    const now = await people.lockAccount(tx, account.id)
    if (now?.enabled !== true || !(await store.use(tx, hashOf(token)))) throw unusable()
    if (hash !== undefined) await replacePassword(tx, now, hash)
    return openSession(tx, now, { by: 'link', replaces })
  })
}
