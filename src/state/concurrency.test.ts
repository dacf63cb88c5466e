import { type Kysely, sql } from 'kysely'
import { expect } from 'vitest'
import { test as base } from '../../test/support/database.ts'
import { aLock, anUpload, aState, aWorkspace } from '../../test/support/state.ts'
import { inTransaction, openDb } from '../platform/db/db.ts'
import type { DB } from '../platform/db/schema.gen.ts'
import { newId } from '../platform/ids.ts'
import { createStateService, type StateService } from './service.ts'

const test = base.extend<{ state: StateService; workspace: string; other: Kysely<DB> }>({
  state: async ({ db }, use) => use(createStateService(db)),
  workspace: async ({ db }, use) => use(await aWorkspace(db)),
  // Another process: its own connections, which give up rather than wait for ever.
  other: async ({ connection }, use) => {
    const other = openDb({ connectionString: connection, options: '-c lock_timeout=10s' })
    await use(other)
    await other.destroy()
  },
})

/** Until somebody waits for a lock in the database: only then is the race really open. */
async function somebodyWaits(db: Kysely<DB>): Promise<void> {
  const deadline = Date.now() + 20_000
  while (Date.now() < deadline) {
    const { rows } = await sql<{ waiting: number }>`
      select count(*)::int as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
    if ((rows[0]?.waiting ?? 0) > 0) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('nobody waits: both went on at once')
}

test('of two writers of one serial exactly one wins, and the other’s bytes are kept', async ({
  db,
  other,
  state,
  workspace,
}) => {
  await state.write(workspace, anUpload(aState({ serial: 1 })))
  const bytes = aState({ serial: 2, names: ['a', 'second'] })

  const { first, second } = await inTransaction(db, async (tx) => {
    const first = await createStateService(tx).write(workspace, anUpload(aState({ serial: 2 })))
    const second = createStateService(other).write(workspace, anUpload(bytes, { actor: 'bob' }))
    await somebodyWaits(db)
    return { first, second }
  })

  expect(first).toMatchObject({ kind: 'written', version: { number: 2 } })
  expect(await second).toMatchObject({ kind: 'rejected', code: 'serial' })
  const [kept] = await state.quarantined(workspace)
  expect(kept && (await state.quarantinedBytes(kept.id)).equals(bytes)).toBe(true)
  expect(await state.history(workspace, { limit: 9 })).toHaveLength(2)
})

test('a writer that waited for another is counted against what that one wrote', async ({
  db,
  other,
  state,
  workspace,
}) => {
  await state.write(workspace, anUpload(aState({ serial: 1, names: ['a'] })))

  const second = await inTransaction(db, async (tx) => {
    await createStateService(tx).write(
      workspace,
      anUpload(aState({ serial: 2, names: ['a', 'b'] })),
    )
    const waiting = createStateService(other).write(
      workspace,
      anUpload(aState({ serial: 3, names: ['a', 'b', 'c'] })),
    )
    await somebodyWaits(db)
    return { waiting }
  })

  expect(await second.waiting).toMatchObject({
    kind: 'written',
    version: { number: 3, counts: { total: 3, added: 1, removed: 0 } },
  })
})

test('of two that lock at once exactly one holds the lock', async ({
  db,
  other,
  state,
  workspace,
}) => {
  const second = await inTransaction(db, async (tx) => {
    await createStateService(tx).lock(workspace, aLock('first'))
    const waiting = createStateService(other)
      .lock(workspace, aLock('second', { actor: 'bob' }))
      .catch((error: unknown) => error)
    await somebodyWaits(db)
    return { waiting }
  })

  expect(await second.waiting).toMatchObject({ code: 'locked', details: { lock: { id: 'first' } } })
  expect(await state.heldLock(workspace)).toMatchObject({ id: 'first', fence: 1 })
})

test('a write cannot slip past a lock that is taken away at the same moment', async ({
  db,
  other,
  state,
  workspace,
}) => {
  await state.lock(workspace, aLock('alice'))

  const late = await inTransaction(db, async (tx) => {
    await createStateService(tx).forceUnlock(workspace, { actor: 'bob', reason: 'r' })
    const waiting = createStateService(other).write(
      workspace,
      anUpload(aState({ serial: 1 }), { authority: { kind: 'lock', lockId: 'alice' } }),
    )
    await somebodyWaits(db)
    return { waiting }
  })

  expect(await late.waiting).toMatchObject({ code: 'lock', quarantined: { atRisk: true } })
})

test('a rollback and a write at once give two versions with serials of their own, or one', async ({
  db,
  other,
  state,
  workspace,
}) => {
  for (const serial of [1, 2]) await state.write(workspace, anUpload(aState({ serial })))

  const late = await inTransaction(db, async (tx) => {
    await createStateService(tx).rollback(workspace, { to: 1, actor: 'a', reason: 'r' })
    const waiting = createStateService(other).write(
      workspace,
      anUpload(aState({ serial: 3, names: ['bob'] })),
    )
    await somebodyWaits(db)
    return { waiting }
  })

  expect(await late.waiting).toMatchObject({ kind: 'rejected', code: 'serial' })
  expect(await state.current(workspace)).toMatchObject({ cause: 'rollback', serial: 3 })
})

test('the unique keys hold even against who writes past the row’s lock', async ({
  db,
  other,
  state,
  workspace,
}) => {
  await state.write(workspace, anUpload(aState({ serial: 1 })))
  const current = await state.current(workspace)
  if (!current) throw new Error('nothing was recorded')
  const bytes = aState({ serial: 2, names: ['a', 'polite'] })

  const second = await inTransaction(db, async (tx) => {
    await sql`
      insert into state_versions (id, workspace_id, number, lineage, serial, sha256, size, content, cause, actor)
      select ${newId()}, workspace_id, 2, lineage, 2, '\\x00', size, content, 'push', 'rude'
      from state_versions where id = ${current.id}`.execute(tx)
    const waiting = createStateService(other).write(workspace, anUpload(bytes))
    await somebodyWaits(db)
    return { waiting }
  })

  const result = await second.waiting
  expect(result).toMatchObject({ kind: 'rejected', code: 'serial' })
  expect(await state.history(workspace, { limit: 9 })).toMatchObject([{ actor: 'rude' }, {}])
})

test('twenty writers without locks record one version for each serial', async ({
  db,
  other,
  state,
  workspace,
}) => {
  await state.write(workspace, anUpload(aState({ serial: 1 })))

  const results = await Promise.all(
    Array.from({ length: 20 }, (_, writer) =>
      createStateService(writer % 2 === 0 ? db : other).write(
        workspace,
        anUpload(aState({ serial: 2, names: ['a', `writer-${writer}`] })),
      ),
    ),
  )

  expect(results.filter(({ kind }) => kind === 'written')).toHaveLength(1)
  expect(await state.quarantined(workspace)).toHaveLength(19)
})

test('twenty requests for the lock with one id give one lock', async ({
  db,
  other,
  state,
  workspace,
}) => {
  const locks = await Promise.all(
    Array.from({ length: 20 }, (_, client) =>
      createStateService(client % 2 === 0 ? db : other).lock(workspace, aLock('same')),
    ),
  )

  expect(new Set(locks.map(({ fence }) => fence))).toEqual(new Set([1]))
  expect(await state.heldLock(workspace)).toMatchObject({ fence: 1 })
})

test('a run may be made while a state is being written', async ({ db, other, workspace }) => {
  await inTransaction(db, async (tx) => {
    await createStateService(tx).write(workspace, anUpload(aState({ serial: 1 })))
    await sql`
      insert into runs (workspace_id, operation, status, actor, source)
      values (${workspace}, 'apply', 'queued', 'bob', '{}')`.execute(other)
  })
})

test('a write that was answered is there for everybody; one that joined a transaction ends with it', async ({
  db,
  other,
  state,
  workspace,
}) => {
  await state.write(workspace, anUpload(aState({ serial: 1 })))
  expect(await createStateService(other).current(workspace)).toMatchObject({ serial: 1 })

  const undone = inTransaction(db, async (tx) => {
    await createStateService(tx).write(workspace, anUpload(aState({ serial: 2 })))
    await createStateService(tx).lock(workspace, aLock('l'))
    throw new Error('the run’s transaction fails')
  })

  await expect(undone).rejects.toThrow('fails')
  expect(await state.current(workspace)).toMatchObject({ serial: 1 })
  expect(await state.heldLock(workspace)).toBeUndefined()
})
