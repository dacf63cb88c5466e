import { describe, expect } from 'vitest'
import { aChangeService, aNewChange } from '../../test/support/changes.ts'
import { test } from '../../test/support/database.ts'
import type { ChangeEvent } from './change.ts'

function said(change: number, message: string): ChangeEvent {
  return { event: 'notice', at: new Date(), change, workspace: undefined, message }
}

describe('what is told of a change', () => {
  test('is numbered without gaps, whoever tells at the same time, and read on from any number', async ({
    db,
  }) => {
    const changes = aChangeService(db)
    const { id } = (await changes.create(await aNewChange(db, { 'db@dev': [] }))).change
    const messages = Array.from({ length: 30 }, (_, index) => `sentence ${index}`)

    await Promise.all(
      messages.map((message) => changes.tell(id, [said(id, message), said(id, `${message}!`)])),
    )

    const all = await changes.events(id, 0)
    expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
    expect(await changes.events(id, 58)).toEqual(all.slice(58))
    expect(await changes.lastEvent(id)).toBe(60)
  })

  test('output is not among it, and what no database can hold is kept as far as it goes', async ({
    db,
  }) => {
    const changes = aChangeService(db)
    const { id } = (await changes.create(await aNewChange(db, { 'db@dev': [] }))).change
    const at = new Date()

    await changes.tell(id, [
      { event: 'log', at, change: id, workspace: 'db@dev', run: 1, phase: 'plan', text: 'secret' },
      said(id, 'a\u0000b'),
    ])

    const [only, ...more] = await changes.events(id, 0)
    expect(more).toEqual([])
    expect(only).toMatchObject({ seq: 1, event: { event: 'notice', change: id } })
    expect(only?.event.at).toEqual(expect.any(Date))
  })
})
