import type { Transaction } from 'kysely'
import { type Db, inTransaction } from '../platform/db/db.ts'
import type { DB } from '../platform/db/schema.gen.ts'
import { conflict } from '../platform/errors.ts'
import { newId } from '../platform/ids.ts'
import { recordGrant } from './grants/grant-service.ts'
import * as grants from './grants/grant-store.ts'
import { lockAccess } from './grants/lock-store.ts'
import { insertPerson } from './people/person-service.ts'
import { lockAccount } from './people/person-store.ts'
import { insertLink } from './sessions/link-service.ts'

// Who does this: whoever starts the server.
const SERVER = 'server'

/**
 * The token of a link for the first administrator, who is made if nobody is one; undefined as soon as
 * an administrator has chosen a password.
 */
export function firstAdminLink(db: Db): Promise<string | undefined> {
  return inTransaction(db, async (tx) => {
    await lockAccess(tx)
    const administrators = await grants.administrators(tx)
    if (administrators.some((one) => one.hasPassword)) return undefined
    const id = administrators[0]?.id ?? (await makeAdministrator(tx))
    const account = await lockAccount(tx, id)
    return account && (await insertLink(tx, account, SERVER)).token
  })
}

async function makeAdministrator(tx: Transaction<DB>): Promise<string> {
  const personId = await firstFree(tx)
  const id = newId()
  const everywhere = { teamId: undefined, projectId: undefined, environment: undefined }
  await grants.insert(tx, { id, personId, role: 'admin', createdBy: SERVER, ...everywhere })
  const grant = await grants.find(tx, id)
  if (grant !== undefined) {
    await recordGrant(tx, { actor: SERVER, action: 'grant.create', grant })
  }
  return personId
}

/** Somebody else's account must not become an administrator's by being named `admin`. */
async function firstFree(tx: Transaction<DB>): Promise<string> {
  for (const name of ['admin', 'admin-2', 'admin-3', 'admin-4']) {
    const person = { name, fullName: 'Administrator', createdBy: SERVER }
    const id = await insertPerson(tx, person)
    if (id !== undefined) return id
  }
  throw conflict('there is no administrator, and the name admin is taken', {
    next: 'Make an administrator with a token: `portolan token create NAME --permission admin`.',
  })
}
