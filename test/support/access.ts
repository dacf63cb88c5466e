import {
  type AccessService,
  createAccessService,
  type OpenedSession,
  type Place,
  type Role,
} from '../../src/access/index.ts'
import { createPasswords } from '../../src/access/sessions/password.ts'
import { newId } from '../../src/platform/ids.ts'
import { test as base } from './database.ts'

export const password = 'correct horse battery'

/** Passwords as in the product, but that comparing one takes no time. */
export function cheapPasswords() {
  return createPasswords({ logN: 4, blockSize: 1, parallel: 1 })
}

interface AccessFixtures {
  readonly access: AccessService
  /** The first administrator, signed in. */
  readonly admin: OpenedSession
  /** Somebody with an account, with `password`, signed in, who has these roles. */
  readonly person: (
    name: string,
    ...roles: readonly (Place & { readonly role: Role })[]
  ) => Promise<OpenedSession>
  /** A new project of this name. */
  readonly project: (name: string) => Promise<string>
}

/** vitest's `test` with accounts in a database of its own. */
export const test = base.extend<AccessFixtures>({
  access: async ({ db }, use) => {
    await use(createAccessService(db, { passwords: cheapPasswords() }))
  },
  admin: async ({ access }, use) => {
    const token = await access.firstAdminLink()
    if (token === undefined) throw new Error('there is an administrator already')
    await use(await access.links.use({ token, password }))
  },
  person: async ({ access, admin: { principal } }, use) => {
    await use(async (name, ...roles) => {
      await access.people.create(principal, { name, fullName: name })
      for (const role of roles) await access.grants.give(principal, { ...role, person: name })
      const { token } = await access.links.create(principal, name)
      return access.links.use({ token, password })
    })
  },
  project: async ({ db }, use) => {
    await use(async (name) => {
      const id = newId()
      await db.insertInto('projects').values({ id, name, repository: name }).execute()
      return id
    })
  },
})
