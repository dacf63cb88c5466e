import { createHash, randomBytes } from 'node:crypto'
import { describe, expect } from 'vitest'
import { test as base } from '../../../test/support/database.ts'
import { aLock, anUpload, aState, aWorkspace } from '../../../test/support/state.ts'
import { createStateService, type StateService } from '../service.ts'
import type { WriteResult } from '../upload.ts'

const test = base.extend<{ state: StateService; workspace: string }>({
  state: async ({ db }, use) => use(createStateService(db)),
  workspace: async ({ db }, use) => use(await aWorkspace(db)),
})

const many = Array.from({ length: 20 }, (_, index) => `r${index}`)
const byLock = (lockId: string) => ({ authority: { kind: 'lock', lockId } }) as const

/** What everybody may rely on after a refusal: the state is the old one and the bytes are kept. */
async function expectKept(state: StateService, result: WriteResult, bytes: Buffer) {
  if (result.kind !== 'rejected') throw new Error(`it was ${result.kind}`)
  expect((await state.quarantinedBytes(result.quarantined.id)).equals(bytes)).toBe(true)
  expect(result.quarantined.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
}

describe('without a lock', () => {
  test('serials follow one another', async ({ state, workspace }) => {
    for (const serial of [3, 4, 5]) {
      expect(await state.write(workspace, anUpload(aState({ serial })))).toMatchObject({
        kind: 'written',
      })
    }
    const history = await state.history(workspace, { limit: 2 })
    expect(history.map(({ number, serial }) => [number, serial])).toEqual([
      [3, 5],
      [2, 4],
    ])
    expect(await state.history(workspace, { before: 2, limit: 2 })).toMatchObject([{ number: 1 }])
  })

  for (const [what, parts, code] of [
    ['an older serial', { serial: 4 }, 'serial'],
    ['the same serial with other content', { serial: 5, names: ['x'] }, 'serial'],
    ['a serial that skips one', { serial: 7 }, 'serial'],
    ['another lineage', { serial: 6, lineage: 'other' }, 'lineage'],
    ['no resources', { serial: 6, names: [] }, 'empty'],
    ['less than half of the resources', { serial: 6, names: many.slice(0, 9) }, 'shrink'],
    [
      'as many resources of other names',
      { serial: 6, names: many.map((name) => `x${name}`) },
      'shrink',
    ],
  ] as const) {
    test(`${what} is refused, kept, and freezes nobody`, async ({ state, workspace }) => {
      const before = aState({ serial: 5, names: many })
      await state.write(workspace, anUpload(before))
      const bytes = aState(parts)

      const result = await state.write(workspace, anUpload(bytes))

      expect(result).toMatchObject({ kind: 'rejected', code })
      await expectKept(state, result, bytes)
      expect((await state.currentBytes(workspace))?.bytes.equals(before)).toBe(true)
      expect(await state.atRisk(workspace)).toBeUndefined()
      expect(await state.quarantined(workspace)).toHaveLength(1)
    })
  }

  test('the same bytes again, whose reply was lost, are one version', async ({
    state,
    workspace,
  }) => {
    const first = await state.write(workspace, anUpload(aState({ serial: 1 })))
    const again = await state.write(workspace, anUpload(aState({ serial: 1 })))

    expect(again).toEqual({ ...first, kind: 'repeated' })
    expect(await state.history(workspace, { limit: 9 })).toHaveLength(1)
  })

  test('bytes of a version that is no longer current are no repeat: the answer would be a lie', async ({
    state,
    workspace,
  }) => {
    const old = aState({ serial: 1 })
    await state.write(workspace, anUpload(old))
    await state.write(workspace, anUpload(aState({ serial: 2 })))

    expect(await state.write(workspace, anUpload(old))).toMatchObject({ kind: 'rejected' })
  })
})

describe('under a lock', () => {
  test('a serial may skip, as it does after a failed intermediate write', async ({
    state,
    workspace,
  }) => {
    await state.lock(workspace, aLock('l'))
    for (const serial of [1, 2, 9]) {
      expect(await state.write(workspace, anUpload(aState({ serial }), byLock('l')))).toMatchObject(
        { kind: 'written', version: { serial, lockId: 'l' } },
      )
    }
  })

  test('a plain destroy writes a state without resources', async ({ state, workspace }) => {
    await state.write(workspace, anUpload(aState({ serial: 1, names: many })))
    await state.lock(workspace, aLock('l'))

    const result = await state.write(
      workspace,
      anUpload(aState({ serial: 2, names: [] }), byLock('l')),
    )

    expect(result).toMatchObject({
      kind: 'written',
      version: { counts: { total: 0, removed: 20 } },
    })
  })

  test('a push of a state without resources is refused, and freezes nobody', async ({
    state,
    workspace,
  }) => {
    await state.write(workspace, anUpload(aState({ serial: 1 })))
    await state.lock(workspace, aLock('l', { operation: 'state-push' }))

    expect(
      await state.write(workspace, anUpload(aState({ serial: 2, names: [] }), byLock('l'))),
    ).toMatchObject({ kind: 'rejected', code: 'empty', quarantined: { atRisk: false } })
  })

  for (const [what, bytes, code] of [
    ['an older serial', aState({ serial: 4 }), 'serial'],
    ['another lineage', aState({ serial: 6, lineage: 'other' }), 'lineage'],
    ['what is torn', aState({ serial: 6 }).subarray(0, 300), 'malformed'],
  ] as const) {
    test(`${what} puts the state at risk`, async ({ state, workspace }) => {
      await state.write(workspace, anUpload(aState({ serial: 5 })))
      await state.lock(workspace, aLock('l'))

      const result = await state.write(workspace, anUpload(bytes, byLock('l')))

      expect(result).toMatchObject({ kind: 'rejected', code })
      await expectKept(state, result, bytes)
      expect(await state.atRisk(workspace)).toMatchObject({ code, lockId: 'l', atRisk: true })
    })
  }

  test('of somebody else, the lock’s id or none makes no difference', async ({
    state,
    workspace,
  }) => {
    await state.lock(workspace, aLock('l'))
    for (const authority of [{ kind: 'none' }, { kind: 'lock', lockId: 'm' }] as const) {
      expect(
        await state.write(workspace, anUpload(aState({ serial: 1 }), { authority })),
      ).toMatchObject({ kind: 'rejected', code: 'lock', quarantined: { atRisk: false } })
    }
    expect(await state.current(workspace)).toBeUndefined()
  })

  test('that was released, a late write is refused', async ({ state, workspace }) => {
    await state.lock(workspace, aLock('l'))
    await state.unlock(workspace, 'l', 'alice')

    expect(
      await state.write(workspace, anUpload(aState({ serial: 1 }), byLock('l'))),
    ).toMatchObject({ kind: 'rejected', code: 'lock', quarantined: { atRisk: false } })
  })

  test('that was taken away, the end of the apply is kept and puts the state at risk', async ({
    state,
    workspace,
  }) => {
    await state.lock(workspace, aLock('l'))
    await state.forceUnlock(workspace, { actor: 'bob', reason: 'hangs' })

    expect(
      await state.write(workspace, anUpload(aState({ serial: 1 }), byLock('l'))),
    ).toMatchObject({ kind: 'rejected', code: 'lock', quarantined: { atRisk: true } })
  })

  test('that was taken away, a duplicate of what is recorded freezes nobody', async ({
    state,
    workspace,
  }) => {
    await state.lock(workspace, aLock('l'))
    const written = anUpload(aState({ serial: 1 }), byLock('l'))
    await state.write(workspace, written)
    await state.write(workspace, anUpload(aState({ serial: 2 }), byLock('l')))
    await state.forceUnlock(workspace, { actor: 'bob', reason: 'hangs' })

    expect(await state.write(workspace, written)).toMatchObject({
      kind: 'rejected',
      quarantined: { atRisk: false },
    })
  })

  test('a lock id that is no text is nobody’s', async ({ state, workspace }) => {
    expect(
      await state.write(workspace, anUpload(aState({ serial: 1 }), byLock('a\0\ud800'))),
    ).toMatchObject({ kind: 'rejected', code: 'lock' })
  })
})

describe('under a fence', () => {
  test('the run that holds the lock writes, and may remove everything', async ({
    state,
    workspace,
  }) => {
    await state.write(workspace, anUpload(aState({ serial: 1, names: many })))
    const { fence } = await state.lock(workspace, aLock('run-1', { kind: 'run' }))

    expect(
      await state.write(
        workspace,
        anUpload(aState({ serial: 5, names: [] }), { authority: { kind: 'fence', fence } }),
      ),
    ).toMatchObject({ kind: 'written', version: { lockId: 'run-1' } })
  })

  test('a run that was put aside is refused, and what it did is not lost', async ({
    state,
    workspace,
  }) => {
    const { fence } = await state.lock(workspace, aLock('run-1', { kind: 'run' }))
    await state.forceUnlock(workspace, { actor: 'bob', reason: 'lost' })
    await state.lock(workspace, aLock('run-2', { kind: 'run' }))
    const bytes = aState({ serial: 1 })

    const result = await state.write(
      workspace,
      anUpload(bytes, { authority: { kind: 'fence', fence } }),
    )

    expect(result).toMatchObject({ code: 'fence', quarantined: { atRisk: true } })
    await expectKept(state, result, bytes)
  })

  test('a fence that was never given out is nobody’s', async ({ state, workspace }) => {
    expect(
      await state.write(
        workspace,
        anUpload(aState({ serial: 1 }), { authority: { kind: 'fence', fence: 7 } }),
      ),
    ).toMatchObject({ code: 'fence', quarantined: { atRisk: false } })
  })
})

describe('by force', () => {
  const force = { force: { reason: 'the disk was lost' }, cause: 'push' } as const

  test('an old state comes back under a serial of its own, once, and audited', async ({
    db,
    state,
    workspace,
  }) => {
    const old = aState({ serial: 3, names: ['a'] })
    await state.write(workspace, anUpload(old))
    await state.write(workspace, anUpload(aState({ serial: 4, names: many })))

    const result = await state.write(workspace, anUpload(old, force))
    const again = await state.write(workspace, anUpload(old, force))

    expect(result).toMatchObject({ kind: 'written', version: { serial: 5, number: 3 } })
    expect(again).toMatchObject({ kind: 'repeated', version: { number: 3 } })
    expect((await state.currentBytes(workspace))?.bytes.equals(aState({ serial: 5 }))).toBe(true)
    expect(await db.selectFrom('audit_log').selectAll().execute()).toMatchObject([
      { action: 'state.push-force', details: { version: 3, reason: 'the disk was lost' } },
    ])
  })

  test('the lineage changes, and back: current is the newest, no serial is used twice', async ({
    state,
    workspace,
  }) => {
    await state.write(workspace, anUpload(aState({ serial: 9 })))
    await state.write(workspace, anUpload(aState({ serial: 1, lineage: 'other' }), force))

    expect(await state.current(workspace)).toMatchObject({ lineage: 'other', serial: 1, number: 2 })
    expect(await state.write(workspace, anUpload(aState({ serial: 9 }), force))).toMatchObject({
      kind: 'written',
      version: { serial: 10, number: 3 },
    })
  })

  test('nobody passes the lock', async ({ state, workspace }) => {
    await state.lock(workspace, aLock('l'))

    expect(await state.write(workspace, anUpload(aState({ serial: 1 }), force))).toMatchObject({
      kind: 'rejected',
      code: 'lock',
    })
  })

  test('there is a reason', async ({ state, workspace }) => {
    await expect(
      state.write(workspace, anUpload(aState({ serial: 1 }), { force: { reason: '' } })),
    ).rejects.toMatchObject({ code: 'invalid' })
  })
})

describe('an encrypted state', () => {
  const encrypted = (serial: number, data = 'AAAA') =>
    Buffer.from(
      `{"serial":${serial},"lineage":"x","meta":{},"encrypted_data":"${data}","encryption_version":"v0"}`,
    )

  test('is stored, ordered by its outer serial, and counted by nobody', async ({
    state,
    workspace,
  }) => {
    await state.write(workspace, anUpload(encrypted(1)))

    expect(await state.write(workspace, anUpload(encrypted(2)))).toMatchObject({
      kind: 'written',
      version: { serial: 2, counts: undefined, outputsChanged: undefined },
    })
    expect(await state.write(workspace, anUpload(encrypted(2, 'BBBB')))).toMatchObject({
      kind: 'rejected',
      code: 'serial',
    })
    expect((await state.currentBytes(workspace))?.bytes.equals(encrypted(2))).toBe(true)
  })

  test('cannot be forced under a used serial', async ({ state, workspace }) => {
    await state.write(workspace, anUpload(encrypted(2)))

    expect(
      await state.write(workspace, anUpload(encrypted(1), { force: { reason: 'r' } })),
    ).toMatchObject({ kind: 'rejected', code: 'serial', reason: expect.stringMatching(/key/) })
  })
})

test('bytes that changed in the database are not handed out, and do not stop the next write', async ({
  db,
  state,
  workspace,
}) => {
  const written = await state.write(workspace, anUpload(aState({ serial: 1 })))
  const elsewhere = await aWorkspace(db)
  await state.write(elsewhere, anUpload(aState({ serial: 1, names: ['z'] })))
  const other = await state.currentCompressed(elsewhere)
  if (written.kind !== 'written' || other === undefined) throw new Error('not written')
  await db
    .updateTable('state_versions')
    .set({ content: other.gzip })
    .where('id', '=', written.version.id)
    .execute()

  for (const reading of [state.bytes(written.version), state.currentBytes(workspace)]) {
    await expect(reading).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/state version 1 is damaged/),
    })
  }
  expect(await state.write(workspace, anUpload(aState({ serial: 2 })))).toMatchObject({
    kind: 'written',
    version: { counts: undefined },
  })
})

test('a state of 50 MB is kept exactly, guarded, and counted by nobody', async ({
  state,
  workspace,
}) => {
  const large = (serial: number, names: number) =>
    aState({
      serial,
      names: Array.from({ length: names }, (_, index) => `${'n'.repeat(700)}${index}`),
    })
  const bytes = large(1, 30_000)
  expect(bytes.length).toBeGreaterThan(50e6)

  expect(await state.write(workspace, anUpload(bytes))).toMatchObject({
    kind: 'written',
    version: { size: bytes.length, counts: undefined },
  })
  expect((await state.currentBytes(workspace))?.bytes.equals(bytes)).toBe(true)
  expect(await state.write(workspace, anUpload(large(2, 0)))).toMatchObject({ code: 'empty' })
  expect(await state.write(workspace, anUpload(large(2, 14_000)))).toMatchObject({ code: 'shrink' })
  expect(await state.write(workspace, anUpload(large(2, 29_999)))).toMatchObject({
    kind: 'written',
  })
}, 240_000)

test('bytes that cannot be compressed are kept exactly, state or not', async ({
  state,
  workspace,
}) => {
  const noise = randomBytes(18 * 1024 * 1024)
  const bytes = aState({
    serial: 1,
    names: [noise.subarray(0, 9 * 1024 * 1024).toString('base64')],
  })

  await state.write(workspace, anUpload(bytes))
  const result = await state.write(workspace, anUpload(noise))

  expect((await state.currentBytes(workspace))?.bytes.equals(bytes)).toBe(true)
  await expectKept(state, result, noise)
}, 240_000)
