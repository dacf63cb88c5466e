import type { Transaction } from 'kysely'
import { record } from '../../audit/index.ts'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { conflict, forbidden, notFound } from '../../platform/errors.ts'
import { newId, newSecret } from '../../platform/ids.ts'
import { checkMayStill } from '../grants/changing-service.ts'
import { projectIdOf, scopesOf } from '../grants/grant-store.ts'
import { lockAccess } from '../grants/lock-store.ts'
import { hashOf } from '../hash.ts'
import { actorKey, checkEnvironmentName } from '../names.ts'
import { names as namesOfPeople } from '../people/person-store.ts'
import { type Place, type Principal, permits, permitsSomewhere } from '../principal.ts'
import { isOwn, scopeOf, type TokenRecord } from './token.ts'
import { type NewToken, parseNewToken } from './token-schema.ts'
import * as store from './token-store.ts'

export interface CreatedToken {
  readonly token: string
  readonly record: TokenRecord
}

/** A token that somebody asks for. */
export interface TokenWish extends NewToken, Place {
  /** It is its maker's, and may never do more than they; otherwise it stands for itself. */
  readonly personal: boolean
}

export interface TokenService {
  /**
   * Makes a token that stands for itself, everywhere. Its text is in the answer and nowhere else:
   * only its sha256 is stored. For who owns the database; audited.
   * @throws AppError `invalid`, `conflict` for a name that was ever used
   */
  create(input: NewToken & { readonly actor: string }): Promise<CreatedToken>
  /**
   * Makes a token for somebody, who can give it only what they may do themselves. Audited.
   * @throws AppError `invalid`, `forbidden`, `not_found` for a project, `conflict`
   */
  createFor(principal: Principal, wish: TokenWish): Promise<CreatedToken>
  /** Who a token speaks for; undefined for an unknown, revoked or expired one, or a disabled person's. */
  authenticate(token: string): Promise<Principal | undefined>
  /** Revoked and expired ones too, by name. */
  list(): Promise<TokenRecord[]>
  /** Those that the principal may revoke: their own, and those of the places that they administer. */
  listFor(principal: Principal): Promise<TokenRecord[]>
  /** Revoking a revoked token is fine. Audited. @throws AppError `not_found` */
  revoke(name: string, actor: string): Promise<void>
  /** The same, of a token that `listFor` shows. @throws AppError `not_found` */
  revokeFor(principal: Principal, name: string): Promise<void>
}

export function createTokenService(db: Db): TokenService {
  return {
    create: (input) =>
      inTransaction(db, async (tx) => {
        await lockAccess(tx)
        const nowhere = { personId: undefined, projectId: undefined, environment: undefined }
        return insert(tx, input, nowhere)
      }),
    createFor: (principal, wish) => inTransaction(db, (tx) => createFor(tx, principal, wish)),
    authenticate: (token) => authenticate(db, token),
    list: () => store.list(db),
    listFor: async (principal) => (await store.list(db)).filter((one) => maySee(principal, one)),
    revoke: (name, actor) => revoke(db, name, { actor, permitted: () => true }),
    revokeFor: (principal, name) =>
      revoke(db, name, { actor: principal.name, permitted: (one) => maySee(principal, one) }),
  }
}

async function createFor(tx: Transaction<DB>, principal: Principal, wish: TokenWish) {
  await lockAccess(tx)
  const { project } = wish
  const environment =
    wish.environment === undefined ? undefined : checkEnvironmentName(wish.environment)
  if (wish.personal) checkPersonal(principal, wish)
  // A token that outlives its maker's rights is for those who may do everything there anyway.
  else await checkMayStill(tx, principal, { project, environment })
  const projectId = project === undefined ? undefined : await projectIdOf(tx, project)
  return insert(
    tx,
    { ...wish, actor: principal.name },
    { personId: wish.personal ? principal.personId : undefined, projectId, environment },
  )
}

/** @throws AppError `forbidden` */
function checkPersonal(principal: Principal, wish: TokenWish): void {
  const { project, environment } = wish
  if (principal.personId === undefined) {
    throw forbidden(`the token ${principal.name} is nobody's, and can have no personal tokens`, {
      next: 'Ask for a token that stands for itself.',
    })
  }
  if (principal.via === 'token') {
    // Otherwise whoever finds a token that ends tomorrow makes one of it that never ends.
    if (permits(principal, 'admin', { project, environment })) return
    throw forbidden('a token makes no other tokens', { next: 'Sign in to make one.' })
  }
  const there: Principal = { ...principal, limit: { permissions: ['admin'], project, environment } }
  const { permissions } = parseNewToken(wish)
  const missing = permissions.filter((one) => !permitsSomewhere(there, one))
  if (missing.length === 0) return
  throw forbidden(`${principal.name} may not do this there: ${missing.join(', ')}`, {
    next: 'Give the token only what you may do yourself.',
  })
}

interface Belonging {
  readonly personId: string | undefined
  readonly projectId: string | undefined
  readonly environment: string | undefined
}

async function insert(
  tx: Transaction<DB>,
  input: NewToken & { readonly actor: string },
  belonging: Belonging,
): Promise<CreatedToken> {
  const checked = parseNewToken(input)
  if (belonging.personId === undefined) await checkNoPerson(tx, checked.name)
  const token = newSecret('ptl')
  const row = { ...checked, ...belonging, id: newId(), hash: hashOf(token), createdBy: input.actor }
  const created = (await store.insert(tx, row)) ? await store.find(tx, row.name) : undefined
  if (created === undefined) {
    throw conflict(`there is already a token named ${checked.name}`, {
      next: 'Choose another name; the name of a revoked token stays taken.',
    })
  }
  const { person, project, environment, permissions } = created
  await record(tx, {
    actor: input.actor,
    action: 'token.create',
    subject: created.name,
    details: {
      permissions: permissions.join(' '),
      ...(person === undefined ? {} : { person }),
      ...(project === undefined ? {} : { project }),
      ...(environment === undefined ? {} : { environment }),
    },
  })
  return { token, record: created }
}

/** What the token does would look like the person's doing. @throws AppError `conflict` */
async function checkNoPerson(tx: Transaction<DB>, name: string): Promise<void> {
  const key = actorKey(name)
  if (!(await namesOfPeople(tx)).some((person) => actorKey(person) === key)) return
  throw conflict(`${name} is the name of a person`, {
    next: 'Give the token another name: it is the actor of what is done with it.',
  })
}

async function authenticate(db: Db, token: string): Promise<Principal | undefined> {
  if (!token.startsWith('ptl_')) return undefined
  const found = await store.findUsable(db, hashOf(token))
  if (!found) return undefined
  if (found.lastUseIsOld) await store.markUsed(db, found.id)
  const { personId, person } = found
  const scope = scopeOf(found)
  if (personId === undefined || person === undefined) {
    return {
      name: found.name,
      personId: undefined,
      via: 'token',
      scopes: [scope],
      limit: undefined,
    }
  }
  const scopes = await scopesOf(db, personId)
  return { name: person, personId, via: 'token', scopes, limit: scope }
}

function maySee(principal: Principal, token: TokenRecord): boolean {
  const { project, environment } = token
  return isOwn(token, principal) || permits(principal, 'admin', { project, environment })
}

interface Revocation {
  readonly actor: string
  readonly permitted: (token: TokenRecord) => boolean
}

async function revoke(db: Db, name: string, { actor, permitted }: Revocation): Promise<void> {
  await inTransaction(db, async (tx) => {
    const token = await store.find(tx, name)
    if (!token || !permitted(token)) {
      throw notFound(`there is no token named ${name}`, { next: 'See `portolan token list`.' })
    }
    const revoked = await store.revoke(tx, token.id)
    const { project, environment } = token
    if (!revoked) return
    await record(tx, {
      actor,
      action: 'token.revoke',
      subject: name,
      details: {
        ...(project === undefined ? {} : { project }),
        ...(environment === undefined ? {} : { environment }),
      },
    })
  })
}
