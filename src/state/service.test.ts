import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { test } from '../../test/support/database.ts'
import { aLock, anUpload, aState, aWorkspace } from '../../test/support/state.ts'
import { createStateService } from './service.ts'

test('keeps the exact bytes of a first state, whatever its serial', async ({ db }) => {
  const state = createStateService(db)
  const workspace = await aWorkspace(db)
  const bytes = aState({ serial: 7, names: ['a', 'b'], outputs: { url: 'x' } })

  expect(await state.current(workspace)).toBeUndefined()
  const result = await state.write(workspace, anUpload(bytes))

  expect(result).toMatchObject({
    kind: 'written',
    version: {
      number: 1,
      serial: 7,
      size: bytes.length,
      terraformVersion: '1.11.4',
      counts: { total: 2, added: 2, changed: 0, removed: 0, moved: 0 },
      outputsChanged: ['url'],
    },
  })
  const current = await state.currentBytes(workspace)
  expect(current?.bytes.equals(bytes)).toBe(true)
  const compressed = await state.currentCompressed(workspace)
  expect(compressed && gunzipSync(compressed.gzip).equals(bytes)).toBe(true)
})

test('refuses what comes without the lock while somebody holds it, and keeps its bytes', async ({
  db,
}) => {
  const state = createStateService(db)
  const workspace = await aWorkspace(db)
  await state.lock(workspace, aLock('lock-1'))
  const bytes = aState({ serial: 1 })

  const result = await state.write(workspace, anUpload(bytes, { actor: 'bob' }))

  expect(result).toMatchObject({ kind: 'rejected', code: 'lock', quarantined: { atRisk: false } })
  const [kept] = await state.quarantined(workspace)
  expect(kept && (await state.quarantinedBytes(kept.id)).equals(bytes)).toBe(true)
})
