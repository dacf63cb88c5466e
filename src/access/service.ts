import { createHash } from 'node:crypto'
import { record } from '../audit/index.ts'
import { type Db, inTransaction } from '../platform/db/db.ts'
import { conflict, notFound } from '../platform/errors.ts'
import { newId, newSecret } from '../platform/ids.ts'
import type { Principal } from './principal.ts'
import { type NewToken, parseNewToken } from './schema.ts'
import * as store from './store.ts'
import type { TokenRecord } from './token.ts'

export interface TokenService {
  /**
   * Makes a token. Its text is in the answer and nowhere else: only its sha256 is stored. Audited.
   * @throws AppError `invalid`, `conflict` for a name that was ever used
   */
  create(
    input: NewToken & { readonly actor: string },
  ): Promise<{ readonly token: string; readonly record: TokenRecord }>
  /** Whose token this is; undefined for an unknown, revoked or expired one. */
  authenticate(token: string): Promise<Principal | undefined>
  /** Revoked and expired ones too, by name. */
  list(): Promise<TokenRecord[]>
  /** Revoking a revoked token is fine. Audited. @throws AppError `not_found` */
  revoke(name: string, actor: string): Promise<void>
}

export function createTokenService(db: Db): TokenService {
  return {
    create: (input) => create(db, input),
    authenticate: (token) => authenticate(db, token),
    list: () => store.list(db),
    revoke: (name, actor) => revoke(db, name, actor),
  }
}

async function create(db: Db, input: NewToken & { readonly actor: string }) {
  const checked = parseNewToken(input)
  const token = newSecret('ptl')
  return inTransaction(db, async (tx) => {
    const created = await store.insert(tx, {
      ...checked,
      id: newId(),
      hash: hashOf(token),
      createdBy: input.actor,
    })
    if (!created) {
      throw conflict(`there is already a token named ${checked.name}`, {
        next: 'Choose another name; the name of a revoked token stays taken.',
      })
    }
    await record(tx, {
      actor: input.actor,
      action: 'token.create',
      subject: created.name,
      details: { permissions: created.permissions.join(' ') },
    })
    return { token, record: created }
  })
}

/**
 * Constant in time as far as a guesser can use it: what is compared is the sha256 of the guess, and
 * how far that agrees with a stored one says nothing about the token.
 */
async function authenticate(db: Db, token: string): Promise<Principal | undefined> {
  if (!token.startsWith('ptl_')) return undefined
  const found = await store.findUsable(db, hashOf(token))
  if (!found) return undefined
  if (found.lastUseIsOld) await store.markUsed(db, found.id)
  const scope = { permissions: found.permissions, project: undefined, environment: undefined }
  return { name: found.name, personId: undefined, via: 'token', scopes: [scope], limit: undefined }
}

async function revoke(db: Db, name: string, actor: string): Promise<void> {
  await inTransaction(db, async (tx) => {
    const token = await store.find(tx, name)
    if (!token) {
      throw notFound(`there is no token named ${name}`, {
        next: 'See `portolan token list`.',
      })
    }
    const revoked = await store.revoke(tx, token.id)
    if (revoked) await record(tx, { actor, action: 'token.revoke', subject: name })
  })
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
