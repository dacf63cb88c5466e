import type { Transaction } from 'kysely'
import { record } from '../../audit/index.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { newId, newSecret } from '../../platform/ids.ts'
import { scopesOf } from '../grants/grant-store.ts'
import { hashOf } from '../hash.ts'
import type { Account } from '../people/person.ts'
import { csrfOf, type OpenedSession } from './session.ts'
import * as store from './session-store.ts'

export interface Opening {
  readonly by: 'password' | 'link' | 'password-change'
  /** The session that the browser had before: never goes on under a new name. */
  readonly replaces?: string | undefined
}

/** Begins a session of a person whose row is locked, under a secret that nobody had before. */
export async function openSession(
  tx: Transaction<DB>,
  { id: personId, name }: Account,
  { by, replaces }: Opening,
): Promise<OpenedSession> {
  const cookie = newSecret('pts')
  const sessionId = newId()
  if (replaces !== undefined) await store.end(tx, replaces)
  const expiresAt = await store.insert(tx, { id: sessionId, personId, hash: hashOf(cookie) })
  await record(tx, { actor: name, action: 'session.start', subject: name, details: { by } })
  const scopes = await scopesOf(tx, personId)
  return {
    cookie,
    sessionId,
    expiresAt,
    csrf: csrfOf(cookie),
    principal: { name, personId, via: 'session', scopes, limit: undefined },
  }
}
