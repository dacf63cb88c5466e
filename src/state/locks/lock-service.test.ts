import { describe, expect } from 'vitest'
import { test as base } from '../../../test/support/database.ts'
import { aLock, anUpload, aState, aWorkspace } from '../../../test/support/state.ts'
import { createStateService, type StateService } from '../service.ts'
import { shownLockInfo } from './shown-lock.ts'

const test = base.extend<{ state: StateService; workspace: string }>({
  state: async ({ db }, use) => use(createStateService(db)),
  workspace: async ({ db }, use) => use(await aWorkspace(db)),
})

describe('LOCK', () => {
  test('by its holder again, whose reply was lost, is the same lock', async ({
    state,
    workspace,
  }) => {
    const first = await state.lock(workspace, aLock('id-1'))
    const again = await state.lock(workspace, aLock('id-1'))

    expect(again).toEqual(first)
    expect(await state.heldLock(workspace)).toEqual(first)
  })

  test('of somebody else with the same id is refused', async ({ state, workspace }) => {
    await state.lock(workspace, aLock('id-1'))

    await expect(state.lock(workspace, aLock('id-1', { actor: 'bob' }))).rejects.toMatchObject({
      code: 'locked',
    })
  })

  test('while it is held is refused with the holder in readable text', async ({
    state,
    workspace,
  }) => {
    const held = await state.lock(workspace, aLock('id-1'))

    await expect(state.lock(workspace, aLock('id-2', { actor: 'bob' }))).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringMatching(/terraform apply by alice \(alice@laptop\), since 2/),
      details: { lock: held },
    })
    expect(shownLockInfo(held).ID).not.toContain('id-1')
  })

  test('of a run shows the text that the run chose', async ({ state, workspace }) => {
    const held = await state.lock(workspace, aLock('run-42 by alice', { kind: 'run' }))

    expect(shownLockInfo(held).ID).toBe('run-42 by alice')
  })

  test('with a released id is refused for ever: a late duplicate revives nothing', async ({
    state,
    workspace,
  }) => {
    await state.lock(workspace, aLock('id-1'))
    await state.unlock(workspace, 'id-1', 'alice')

    await expect(state.lock(workspace, aLock('id-1'))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/id-1 was released by alice .* used once/),
    })
    expect(await state.heldLock(workspace)).toBeUndefined()
  })

  test('with an id that was taken away is refused for ever', async ({ state, workspace }) => {
    await state.lock(workspace, aLock('id-1'))
    await state.forceUnlock(workspace, { actor: 'bob', reason: 'alice is on holiday' })

    await expect(state.lock(workspace, aLock('id-1'))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/id-1 was taken away by bob/),
    })
  })

  test('whose UNLOCK overtook it is refused', async ({ state, workspace }) => {
    await state.unlock(workspace, 'id-1', 'alice')

    await expect(state.lock(workspace, aLock('id-1'))).rejects.toMatchObject({ code: 'conflict' })
  })

  test('gives every lock a higher fence than any before', async ({ state, workspace }) => {
    const fences: number[] = []
    for (const id of ['a', 'b', 'c']) {
      fences.push((await state.lock(workspace, aLock(id))).fence)
      if (id === 'b') await state.forceUnlock(workspace, { actor: 'x', reason: 'r' })
      else await state.unlock(workspace, id, 'alice')
    }
    expect(fences).toEqual([1, 2, 3])
  })

  test('of one workspace leaves another free, also with the same id', async ({
    db,
    state,
    workspace,
  }) => {
    const other = await aWorkspace(db)
    await state.lock(workspace, aLock('id-1'))
    await state.unlock(workspace, 'id-1', 'alice')

    expect(await state.lock(other, aLock('id-1'))).toMatchObject({ workspaceId: other })
  })

  test('with an id that is no text is invalid', async ({ state, workspace }) => {
    for (const id of ['', 'a\0b', '\ud800', 'x'.repeat(1001)]) {
      await expect(state.lock(workspace, aLock(id))).rejects.toMatchObject({
        code: 'invalid',
      })
    }
  })

  test('keeps what a hostile client says of itself as far as it is text', async ({
    state,
    workspace,
  }) => {
    const request = aLock('id-1')
    const lock = await state.lock(workspace, {
      ...request,
      info: { ...request.info, Who: 'a\0b\ud800' },
    })
    expect(lock.info.Who).toBe('ab\uFFFD')
  })

  test('of a workspace that is not there', async ({ state }) => {
    await expect(
      state.lock('00000000-0000-4000-8000-000000000000', aLock('id-1')),
    ).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('UNLOCK', () => {
  test('again, after its reply was lost, is fine', async ({ state, workspace }) => {
    await state.lock(workspace, aLock('id-1'))
    await state.unlock(workspace, 'id-1', 'alice')
    await state.unlock(workspace, 'id-1', 'alice')

    expect(await state.heldLock(workspace)).toBeUndefined()
  })

  test('of a released id leaves the next holder alone', async ({ state, workspace }) => {
    await state.lock(workspace, aLock('id-1'))
    await state.unlock(workspace, 'id-1', 'alice')
    await state.lock(workspace, aLock('id-2'))
    await state.unlock(workspace, 'id-1', 'alice')

    expect(await state.heldLock(workspace)).toMatchObject({ id: 'id-2' })
  })

  test('with another id than the held one names the holder', async ({ state, workspace }) => {
    const held = await state.lock(workspace, aLock('id-1'))

    await expect(state.unlock(workspace, 'id-2', 'bob')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('alice'),
      details: { lock: held },
    })
    expect(await state.heldLock(workspace)).toEqual(held)
  })
})

test('UNLOCK of one kind of lock leaves another kind alone, also by its id', async ({
  state,
  workspace,
}) => {
  const held = await state.lock(workspace, aLock('run-42 by alice', { kind: 'run' }))

  await expect(
    state.unlock(workspace, 'run-42 by alice', 'mallory', 'client'),
  ).rejects.toMatchObject({ code: 'conflict', details: { lock: held } })
  expect(await state.heldLock(workspace)).toEqual(held)

  await state.unlock(workspace, 'run-42 by alice', 'alice')
  expect(await state.heldLock(workspace)).toBeUndefined()
})

describe('taking a lock away', () => {
  test('takes the one that was meant, not one that was taken meanwhile', async ({
    db,
    state,
    workspace,
  }) => {
    const held = await state.lock(workspace, aLock('id-2'))
    const force = (lockId: string) =>
      state.forceUnlock(workspace, { actor: 'bob', reason: 'gone', lockId })

    await expect(force('id-1')).rejects.toMatchObject({
      code: 'conflict',
      details: { lock: held },
    })
    expect(await state.heldLock(workspace)).toEqual(held)
    expect(await db.selectFrom('audit_log').selectAll().execute()).toEqual([])

    expect(await force('id-2')).toEqual(held)
    expect(await state.heldLock(workspace)).toBeUndefined()
  })

  test('is audited with the holder and the reason', async ({ db, state, workspace }) => {
    const held = await state.lock(workspace, aLock('id-1'))

    expect(await state.forceUnlock(workspace, { actor: 'bob', reason: 'gone' })).toEqual(held)

    expect(await state.heldLock(workspace)).toBeUndefined()
    expect(await db.selectFrom('audit_log').selectAll().execute()).toMatchObject([
      {
        actor: 'bob',
        action: 'lock.force-release',
        subject: expect.stringMatching(/^shop-.*\/network@prod$/),
        details: { holder: 'alice', reason: 'gone' },
      },
    ])
  })

  test('needs a reason', async ({ state, workspace }) => {
    await state.lock(workspace, aLock('id-1'))

    await expect(state.forceUnlock(workspace, { actor: 'bob', reason: ' ' })).rejects.toMatchObject(
      { code: 'invalid' },
    )
    expect(await state.heldLock(workspace)).toBeDefined()
  })

  test('where nothing is held does nothing', async ({ db, state, workspace }) => {
    expect(await state.forceUnlock(workspace, { actor: 'b', reason: 'r' })).toBeUndefined()
    expect(await db.selectFrom('audit_log').selectAll().execute()).toEqual([])
  })
})

test('while a state is at risk nobody locks for an apply, but for a push', async ({
  state,
  workspace,
}) => {
  await state.lock(workspace, aLock('id-1'))
  const refused = await state.write(workspace, {
    ...anUpload(Buffer.from('{')),
    authority: { kind: 'lock', lockId: 'id-1' },
  })
  expect(refused).toMatchObject({ kind: 'rejected', quarantined: { atRisk: true } })
  expect(await state.lock(workspace, aLock('id-1'))).toMatchObject({ id: 'id-1' })
  await state.unlock(workspace, 'id-1', 'alice')

  const refusal = await state.lock(workspace, aLock('id-2')).catch((error: unknown) => error)

  expect(refusal).toMatchObject({
    code: 'locked',
    details: { lock: { id: expect.stringMatching(/^state at risk: an upload by alice/) } },
  })
  await expect(
    state.lock(workspace, aLock('run-1', { kind: 'run', operation: 'apply' })),
  ).rejects.toMatchObject({ code: 'locked' })
  await state.lock(workspace, aLock('id-3', { operation: 'state-push' }))
  expect(
    await state.write(workspace, {
      ...anUpload(aState({ serial: 1 })),
      authority: { kind: 'lock', lockId: 'id-3' },
    }),
  ).toMatchObject({ kind: 'written' })
})
