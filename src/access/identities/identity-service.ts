import { record } from '../../audit/index.ts'
import type { Db } from '../../platform/db/db.ts'
import { conflict, notFound } from '../../platform/errors.ts'
import { changeAccess } from '../grants/changing-service.ts'
import { scopesOf } from '../grants/grant-store.ts'
import { account, personIdOf } from '../people/person-store.ts'
import type { Principal } from '../principal.ts'
import { type HostLogin, hostLogin, type Identity } from './identity.ts'
import * as store from './identity-store.ts'

/** Who people are on the hosts of repositories. */
export interface IdentityService {
  /** By host and login. */
  list(): Promise<Identity[]>
  /**
   * Lets a login of a host speak for somebody. By an administrator of the server; audited. The same
   * again is fine.
   * @throws AppError `invalid`, `forbidden`, `not_found`, `conflict` when it is somebody else's
   */
  link(by: Principal, link: HostLogin & { readonly person: string }): Promise<Identity>
  /** By an administrator of the server; audited. @throws AppError `forbidden`, `not_found` */
  unlink(by: Principal, login: HostLogin): Promise<void>
  /**
   * Who a login of a host speaks for, with what they may do at this moment: never more than they may
   * do here themselves. Undefined for an unknown login, and for a disabled person.
   */
  principalOf(host: string, login: string): Promise<Principal | undefined>
  /** The same of a person, by the name that they have here. */
  principalNamed(name: string): Promise<Principal | undefined>
}

export function createIdentityService(db: Db): IdentityService {
  return {
    list: () => store.list(db),
    link: (by, { person, ...given }) =>
      changeAccess(db, by, (tx) => link(tx, by, { person, at: hostLogin(given) })),
    unlink: (by, given) =>
      changeAccess(db, by, async (tx) => {
        const at = hostLogin(given)
        const identity = await store.find(tx, at)
        if (identity === undefined) throw unlinked(at)
        await store.remove(tx, at)
        await record(tx, {
          actor: by.name,
          action: 'person.unlink-login',
          subject: identity.person,
          details: { ...at },
        })
      }),
    principalOf: (host, login) => principalOf(db, { host, login }),
    principalNamed: async (name) => {
      const person = await account(db, name)
      return person?.enabled === true ? principalFor(db, person) : undefined
    },
  }
}

async function link(
  tx: Db,
  by: Principal,
  { person, at }: { readonly person: string; readonly at: HostLogin },
): Promise<Identity> {
  const personId = await personIdOf(tx, person)
  const isNew = await store.insert(tx, { ...at, personId, createdBy: by.name })
  const identity = await store.find(tx, at)
  if (identity === undefined) throw unlinked(at)
  if (identity.person !== person) {
    throw conflict(`${at.login} of ${at.host} is ${identity.person} here`, {
      next: `If that is wrong: portolan person unlink ${at.host}:${at.login}`,
    })
  }
  if (isNew) {
    const details = { ...at }
    await record(tx, { actor: by.name, action: 'person.link-login', subject: person, details })
  }
  return identity
}

async function principalOf(db: Db, { host, login }: HostLogin): Promise<Principal | undefined> {
  const at = { host: host.toLowerCase(), login: login.toLowerCase() }
  const person = await store.enabledPerson(db, at)
  return person && principalFor(db, person)
}

async function principalFor(
  db: Db,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<Principal> {
  return { name, personId: id, via: 'comment', scopes: await scopesOf(db, id), limit: undefined }
}

function unlinked({ host, login }: HostLogin) {
  return notFound(`${login} of ${host} is nobody here`, { next: 'See the list of identities.' })
}
