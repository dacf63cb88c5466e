import { expect } from 'vitest'
import { test as base } from '../../../test/support/database.ts'
import { aLock, anUpload, aState, aWorkspace } from '../../../test/support/state.ts'
import { createStateService, type StateService } from '../service.ts'

const test = base.extend<{ state: StateService; workspace: string }>({
  state: async ({ db }, use) => use(createStateService(db)),
  workspace: async ({ db }, use) => {
    const workspace = await aWorkspace(db)
    const state = createStateService(db)
    for (const [serial, names] of [
      [3, ['a']],
      [4, ['a', 'b']],
      [5, ['a', 'b', 'c']],
    ] as const) {
      await state.write(workspace, anUpload(aState({ serial, names })))
    }
    await use(workspace)
  },
})

const request = { actor: 'alice', reason: 'b broke it' }

test('brings old content back as a new version with a serial of its own', async ({
  db,
  state,
  workspace,
}) => {
  const version = await state.rollback(workspace, { ...request, to: 1 })

  expect(version).toMatchObject({
    number: 4,
    serial: 6,
    cause: 'rollback',
    reason: 'b broke it',
    counts: { total: 1, removed: 2 },
  })
  expect((await state.currentBytes(workspace))?.bytes.toString()).toBe(
    aState({ serial: 6, names: ['a'] }).toString(),
  )
  expect(await state.version(workspace, 1)).toMatchObject({ serial: 3 })
  expect(await db.selectFrom('audit_log').selectAll().execute()).toMatchObject([
    { action: 'state.rollback', details: { to: 1, from: 3, version: 4, reason: 'b broke it' } },
  ])
})

test('what was planned from the old state stays stale, also after later writes', async ({
  state,
  workspace,
}) => {
  const base = await state.version(workspace, 1)
  await state.rollback(workspace, { ...request, to: 1 })

  const serials = (await state.history(workspace, { limit: 99 })).map(({ serial }) => serial)
  expect(new Set(serials).size).toBe(serials.length)
  expect((await state.current(workspace))?.serial).toBeGreaterThan(base.serial)
  expect(
    await state.write(workspace, anUpload(aState({ serial: base.serial + 1, names: ['late'] }))),
  ).toMatchObject({ kind: 'rejected', code: 'serial' })
})

test('happens under a lock of its own, which is gone afterwards', async ({ state, workspace }) => {
  const { fence } = await state.lock(workspace, aLock('l'))
  await state.unlock(workspace, 'l', 'alice')

  const version = await state.rollback(workspace, { ...request, to: 1 })

  expect(version.lockId).toBeDefined()
  expect(await state.heldLock(workspace)).toBeUndefined()
  expect((await state.lock(workspace, aLock('m'))).fence).toBe(fence + 2)
})

test('while somebody holds the lock needs that lock, and leaves it held', async ({
  state,
  workspace,
}) => {
  await state.lock(workspace, aLock('l'))

  await expect(state.rollback(workspace, { ...request, to: 1 })).rejects.toMatchObject({
    code: 'locked',
  })
  await expect(
    state.rollback(workspace, { ...request, to: 1, lockId: 'other' }),
  ).rejects.toMatchObject({ code: 'locked' })
  expect(await state.rollback(workspace, { ...request, to: 1, lockId: 'l' })).toMatchObject({
    lockId: 'l',
  })
  expect(await state.heldLock(workspace)).toMatchObject({ id: 'l' })
})

test('under a lock that is no longer held is refused', async ({ state, workspace }) => {
  await expect(state.rollback(workspace, { ...request, to: 1, lockId: 'l' })).rejects.toMatchObject(
    { code: 'conflict' },
  )
})

test('needs a reason, and a version that is there and not current', async ({
  state,
  workspace,
}) => {
  await expect(state.rollback(workspace, { ...request, to: 1, reason: '' })).rejects.toMatchObject({
    code: 'invalid',
  })
  for (const to of [9, 0, -1, 1.5, 2 ** 40, Number.NaN]) {
    await expect(state.rollback(workspace, { ...request, to })).rejects.toMatchObject({
      code: 'not_found',
    })
  }
  await expect(state.rollback(workspace, { ...request, to: 3 })).rejects.toMatchObject({
    code: 'conflict',
  })
  expect(await state.heldLock(workspace)).toBeUndefined()
})

test('does not cross a change of lineage, and says how', async ({ state, workspace }) => {
  await state.write(
    workspace,
    anUpload(aState({ serial: 1, lineage: 'other' }), { force: { reason: 'new' } }),
  )

  await expect(state.rollback(workspace, { ...request, to: 1 })).rejects.toMatchObject({
    code: 'conflict',
    next: expect.stringMatching(/push --force/),
  })
})

test('of an encrypted state is refused: its serial is inside', async ({ db, state }) => {
  const workspace = await aWorkspace(db)
  for (const serial of [1, 2]) {
    const bytes = `{"serial":${serial},"lineage":"x","encrypted_data":"AA","encryption_version":"v0"}`
    await state.write(workspace, anUpload(Buffer.from(bytes)))
  }

  await expect(state.rollback(workspace, { ...request, to: 1 })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/encrypted/),
  })
  expect(await state.heldLock(workspace)).toBeUndefined()
  expect(await state.current(workspace)).toMatchObject({ number: 2 })
})

test('keeps numbers beyond 2^53 and every other byte', async ({ db, state }) => {
  const workspace = await aWorkspace(db)
  const text = (serial: number, n: string) =>
    `{"resources":[], "n": ${n},\r\n  "serial":${serial},"lineage":"x" ,"version":4}`
  await state.write(workspace, anUpload(Buffer.from(text(1, '9007199254740993.10'))))
  await state.write(workspace, anUpload(Buffer.from(text(2, '1'))))

  await state.rollback(workspace, { ...request, to: 1 })

  expect((await state.currentBytes(workspace))?.bytes.toString()).toBe(
    text(3, '9007199254740993.10'),
  )
})
