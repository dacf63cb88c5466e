import type { Transaction } from 'kysely'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { conflict, forbidden } from '../../platform/errors.ts'
import { isEnabled } from '../people/person-store.ts'
import { type Place, type Principal, permits } from '../principal.ts'
import { leavesAnAdministrator } from './grant.ts'
import { administrators, scopesOf } from './grant-store.ts'
import { lockAccess } from './lock-store.ts'

/**
 * Changes who may do what: one such change at a time, by somebody who is an administrator of the
 * place at this very moment, and never one after which nobody could administer the server.
 * @throws AppError `forbidden`, `conflict`
 */
export function changeAccess<T>(
  db: Db,
  by: Principal,
  change: (tx: Transaction<DB>) => Promise<T>,
): Promise<T> {
  return inTransaction(db, async (tx) => {
    await lockAccess(tx)
    await checkMayStill(tx, by)
    return keepingAnAdministrator(tx, () => change(tx))
  })
}

/** What `by` could do when the request came in may have been taken from them since. */
export async function checkMayStill(tx: Transaction<DB>, by: Principal, place: Place = {}) {
  if (permits(await asOfNow(tx, by), 'admin', place)) return
  throw forbidden(`${by.name} is no administrator of this`, {
    next: 'Ask somebody who is.',
  })
}

async function asOfNow(tx: Transaction<DB>, by: Principal): Promise<Principal> {
  if (by.personId === undefined) return by
  const scopes = (await isEnabled(tx, by.personId)) ? await scopesOf(tx, by.personId) : []
  return { ...by, scopes }
}

/** @throws AppError `conflict` */
export async function keepingAnAdministrator<T>(
  tx: Transaction<DB>,
  change: () => Promise<T>,
): Promise<T> {
  const before = await administrators(tx)
  const result = await change()
  if (leavesAnAdministrator(before, await administrators(tx))) return result
  // Before there is any administrator, nothing can take the last one away.
  if (before.length === 0) return result
  throw conflict('nobody who can sign in would be an administrator any more', {
    next: 'Make somebody else an administrator first.',
  })
}
