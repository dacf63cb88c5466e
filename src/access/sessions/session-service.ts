import type { Transaction } from 'kysely'
import { record } from '../../audit/index.ts'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { forbidden, unauthenticated } from '../../platform/errors.ts'
import { scopesOf } from '../grants/grant-store.ts'
import { hashOf } from '../hash.ts'
import type { Account } from '../people/person.ts'
import * as people from '../people/person-store.ts'
import { removeUnused } from './link-store.ts'
import { openSession } from './opening-service.ts'
import { checkNewPassword, type Passwords } from './password.ts'
import { csrfOf, type OpenedSession, type SignedIn } from './session.ts'
import * as store from './session-store.ts'
import type { Attempt, Slowdown } from './slowdown.ts'

export interface Credentials {
  readonly name: string
  readonly password: string
  /** Where the request came from: guessing is slowed down by it. */
  readonly address: string
  /** The session that the browser had before. */
  readonly replaces?: string | undefined
}

export interface PasswordChange {
  readonly current: string
  readonly password: string
  readonly address: string
}

export interface SessionService {
  /**
   * Begins a session. Unknown names, wrong passwords, people without one and disabled people are
   * answered alike and after about the same time. Audited.
   * @throws AppError `unauthenticated`, `too_many`, `unavailable`
   */
  signIn(credentials: Credentials): Promise<OpenedSession>
  /** Whose cookie this is, and goes on for another while; undefined when the session is over. */
  authenticate(cookie: string): Promise<SignedIn | undefined>
  /** Ending an ended session is fine. Audited. */
  signOut(signedIn: SignedIn): Promise<void>
  /**
   * Changes the person's password; all of their sessions end, and a new one begins. Audited.
   * @throws AppError `forbidden` for a wrong one, `invalid`, `too_many`, `unavailable`
   */
  changePassword(signedIn: SignedIn, change: PasswordChange): Promise<OpenedSession>
}

export interface SessionDeps {
  readonly passwords: Passwords
  readonly slowdown: Slowdown
}

export function createSessionService(db: Db, deps: SessionDeps): SessionService {
  return {
    signIn: (credentials) => signIn(db, deps, credentials),
    authenticate: (cookie) => authenticate(db, cookie),
    signOut: (signedIn) => inTransaction(db, (tx) => signOut(tx, signedIn)),
    changePassword: (signedIn, change) => changePassword(db, deps, { signedIn, change }),
  }
}

async function signIn(
  db: Db,
  { passwords, slowdown }: SessionDeps,
  { name, password, address, replaces }: Credentials,
): Promise<OpenedSession> {
  const attempt = slowdown.begin(name, address)
  const account = await people.account(db, name)
  const stored = account?.enabled === true ? account.password : undefined
  const matches = await compared(attempt, passwords.matches(password, stored))
  if (!matches || account === undefined || stored === undefined) throw wrong()
  const renewed = passwords.isOutdated(stored) ? await passwords.hash(password) : undefined
  const opened = await inTransaction(db, async (tx) => {
    await checkUnchanged(tx, account)
    if (renewed !== undefined) await people.setPassword(tx, account.id, renewed)
    return openSession(tx, account, { by: 'password', replaces })
  })
  attempt.succeeded()
  return opened
}

/** What was not compared because too many were before it, counts as no guess. */
async function compared(attempt: Attempt, comparing: Promise<boolean>): Promise<boolean> {
  return comparing.catch((error: unknown) => {
    attempt.takenBack()
    throw error
  })
}

/** Comparing took a while: meanwhile the password may have been changed, or the person disabled. */
async function checkUnchanged(tx: Transaction<DB>, account: Account): Promise<void> {
  const now = await people.lockAccount(tx, account.id)
  if (now?.enabled !== true || now.password !== account.password) throw wrong()
}

function wrong() {
  return unauthenticated('the name or the password is wrong', {
    next: 'Try again, or ask an administrator for a link to choose another password.',
  })
}

async function authenticate(db: Db, cookie: string): Promise<SignedIn | undefined> {
  if (!cookie.startsWith('pts_')) return undefined
  const session = await store.findLive(db, hashOf(cookie))
  if (session === undefined) return undefined
  const { id: sessionId, personId, name } = session
  if (session.lastUseIsOld) await store.markUsed(db, sessionId)
  const scopes = await scopesOf(db, personId)
  const principal = { name, personId, via: 'session', scopes, limit: undefined } as const
  return { sessionId, principal, csrf: csrfOf(cookie) }
}

async function signOut(tx: Transaction<DB>, { sessionId, principal }: SignedIn): Promise<void> {
  if (!(await store.end(tx, sessionId))) return
  const { name } = principal
  await record(tx, { actor: name, action: 'session.end', subject: name })
}

async function changePassword(
  db: Db,
  { passwords, slowdown }: SessionDeps,
  { signedIn, change }: { readonly signedIn: SignedIn; readonly change: PasswordChange },
): Promise<OpenedSession> {
  const { name, personId } = signedIn.principal
  checkNewPassword(change.password, name)
  const attempt = slowdown.begin(name, change.address)
  const account = personId === undefined ? undefined : await people.accountById(db, personId)
  const matches = await compared(attempt, passwords.matches(change.current, account?.password))
  if (account === undefined || !matches) {
    throw forbidden('the current password is wrong', { next: 'Try again.' })
  }
  attempt.succeeded()
  const hash = await passwords.hash(change.password)
  return inTransaction(db, async (tx) => {
    await checkUnchanged(tx, account)
    await replacePassword(tx, account, hash)
    return openSession(tx, account, { by: 'password-change' })
  })
}

/** Whoever knew the old one is out: all sessions end, and a link that was not used is void. */
export async function replacePassword(
  tx: Transaction<DB>,
  { id, name }: Account,
  hash: string,
): Promise<void> {
  await people.setPassword(tx, id, hash)
  await store.endAll(tx, id)
  await removeUnused(tx, id)
  await record(tx, { actor: name, action: 'person.password', subject: name })
}
