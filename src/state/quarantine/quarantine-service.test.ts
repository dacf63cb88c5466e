import { expect } from 'vitest'
import { test as base } from '../../../test/support/database.ts'
import { aLock, anUpload, aState, aWorkspace } from '../../../test/support/state.ts'
import { createStateService, type StateService } from '../service.ts'
import type { QuarantinedState } from '../state-version.ts'

const test = base.extend<{ state: StateService; workspace: string }>({
  state: async ({ db }, use) => use(createStateService(db)),
  workspace: async ({ db }, use) => use(await aWorkspace(db)),
})

const why = { actor: 'alice', reason: 'it is the real one' }

/** Alice applies, is put aside, and her state arrives when serial 2 is recorded. */
async function refused(
  state: StateService,
  workspace: string,
  bytes: Buffer,
): Promise<QuarantinedState> {
  await state.write(workspace, anUpload(aState({ serial: 1 })))
  await state.lock(workspace, aLock('alice-1'))
  await state.forceUnlock(workspace, { actor: 'bob', reason: 'hangs' })
  await state.write(workspace, anUpload(aState({ serial: 2, names: ['a', 'bob'] })))
  const result = await state.write(
    workspace,
    anUpload(bytes, { authority: { kind: 'lock', lockId: 'alice-1' } }),
  )
  if (result.kind !== 'rejected') throw new Error(result.kind)
  return result.quarantined
}

test('promoted, a state becomes current under a higher serial, and nothing is at risk any more', async ({
  db,
  state,
  workspace,
}) => {
  const { id } = await refused(state, workspace, aState({ serial: 2, names: ['a', 'alice'] }))
  expect(await state.atRisk(workspace)).toMatchObject({ id })

  const version = await state.promote(id, why)

  expect(version).toMatchObject({
    number: 3,
    serial: 3,
    cause: 'rescue',
    lockId: 'alice-1',
    counts: { added: 1, removed: 1 },
  })
  expect((await state.bytes(version)).equals(aState({ serial: 3, names: ['a', 'alice'] }))).toBe(
    true,
  )
  expect(await state.atRisk(workspace)).toBeUndefined()
  expect(await state.quarantined(workspace)).toEqual([])
  expect(
    await db.selectFrom('audit_log').selectAll().where('action', '=', 'state.promote').execute(),
  ).toMatchObject([{ actor: 'alice', details: { quarantined: id, version: 3 } }])
})

test('promoted, a state of a higher serial keeps its bytes', async ({ state, workspace }) => {
  const bytes = aState({ serial: 8, names: ['alice'] })
  const { id } = await refused(state, workspace, bytes)

  expect((await state.bytes(await state.promote(id, why))).equals(bytes)).toBe(true)
  expect(await state.current(workspace)).toMatchObject({ serial: 8 })
})

test('dismissed, a state is kept and waits for nobody', async ({ db, state, workspace }) => {
  const bytes = aState({ serial: 2, names: ['alice'] })
  const { id } = await refused(state, workspace, bytes)

  await state.dismiss(id, why)

  expect(await state.atRisk(workspace)).toBeUndefined()
  expect((await state.quarantinedBytes(id)).equals(bytes)).toBe(true)
  expect(await state.current(workspace)).toMatchObject({ serial: 2, number: 2 })
  expect(
    await db.selectFrom('audit_log').selectAll().where('action', '=', 'state.dismiss').execute(),
  ).toMatchObject([{ details: { reason: why.reason } }])
})

test('is resolved once', async ({ state, workspace }) => {
  const { id } = await refused(state, workspace, aState({ serial: 2, names: ['alice'] }))
  await state.promote(id, why)

  await expect(state.promote(id, why)).rejects.toMatchObject({ code: 'conflict' })
  await expect(state.dismiss(id, why)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/already promoted by alice/),
  })
  expect(await state.history(workspace, { limit: 9 })).toHaveLength(3)
})

test('waits while somebody else holds the lock, not while its own run does', async ({
  state,
  workspace,
}) => {
  await state.write(workspace, anUpload(aState({ serial: 4 })))
  await state.lock(workspace, aLock('alice-1'))
  const result = await state.write(
    workspace,
    anUpload(aState({ serial: 3 }), { authority: { kind: 'lock', lockId: 'alice-1' } }),
  )
  const stale = await state.write(workspace, anUpload(aState({ serial: 2 }), { actor: 'bob' }))
  if (result.kind !== 'rejected' || stale.kind !== 'rejected') throw new Error('not refused')

  await expect(state.promote(stale.quarantined.id, why)).rejects.toMatchObject({ code: 'locked' })
  expect(await state.quarantined(workspace)).toHaveLength(2)
  expect(await state.promote(result.quarantined.id, why)).toMatchObject({ serial: 5 })
})

test('of another lineage is not promoted, and says how', async ({ state, workspace }) => {
  const { id } = await refused(state, workspace, aState({ serial: 9, lineage: 'other' }))

  await expect(state.promote(id, why)).rejects.toMatchObject({
    code: 'conflict',
    next: expect.stringMatching(
      /rescue --pull [\s\S]*push [\s\S]*--force [\s\S]*rescue --dismiss /,
    ),
  })
  expect(await state.atRisk(workspace)).toMatchObject({ id })
})

test('that is no state is not promoted, but its bytes are there', async ({ state, workspace }) => {
  const torn = aState({ serial: 3 }).subarray(0, 200)
  const { id } = await refused(state, workspace, torn)

  await expect(state.promote(id, why)).rejects.toMatchObject({ code: 'conflict' })
  expect((await state.quarantinedBytes(id)).equals(torn)).toBe(true)
})

test('the same bytes refused again are one entry, open again', async ({ state, workspace }) => {
  const bytes = aState({ serial: 2, names: ['alice'] })
  const { id } = await refused(state, workspace, bytes)
  await state.dismiss(id, why)

  const again = await state.write(
    workspace,
    anUpload(bytes, { authority: { kind: 'lock', lockId: 'alice-1' } }),
  )

  expect(again).toMatchObject({ kind: 'rejected', quarantined: { id, atRisk: true } })
  expect(await state.quarantined(workspace)).toHaveLength(1)
})

test('a stranger cannot lift what the holder put at risk', async ({ state, workspace }) => {
  const bytes = aState({ serial: 1, names: ['alice'] })
  const { id } = await refused(state, workspace, bytes)
  await state.lock(workspace, aLock('push', { operation: 'state-push' }))
  await state.write(workspace, anUpload(bytes, { actor: 'mallory' }))

  expect(await state.atRisk(workspace)).toMatchObject({ id, actor: 'alice', lockId: 'alice-1' })
})

test('what was promoted stays so when it is sent once more', async ({ state, workspace }) => {
  const bytes = aState({ serial: 2, names: ['alice'] })
  const { id } = await refused(state, workspace, bytes)
  await state.promote(id, why)

  const again = await state.write(workspace, {
    ...anUpload(bytes, { actor: 'mallory' }),
    authority: { kind: 'lock', lockId: 'alice-1' },
  })

  expect(again).toMatchObject({ quarantined: { id, resolution: 'promoted', actor: 'alice' } })
  expect(await state.atRisk(workspace)).toBeUndefined()
})

test('a state that is not there', async ({ state }) => {
  const id = '00000000-0000-4000-8000-000000000000'
  await expect(state.quarantinedBytes(id)).rejects.toMatchObject({ code: 'not_found' })
  await expect(state.promote(id, why)).rejects.toMatchObject({ code: 'not_found' })
  await expect(state.dismiss("x'; --", why)).rejects.toMatchObject({ code: 'not_found' })
})
