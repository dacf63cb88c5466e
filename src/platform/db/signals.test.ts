import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { aChangeService, aNewChange } from '../../../test/support/changes.ts'
import { test } from '../../../test/support/database.ts'
import { gateTo } from '../../../test/support/tcp-gate.ts'
import { openSignals, signal } from './signals.ts'

async function until(isTrue: () => boolean): Promise<void> {
  for (let round = 0; round < 200 && !isTrue(); round++) await sleep(25)
  expect(isTrue()).toBe(true)
}

test('a signal reaches who listens to its subject, when its transaction commits, and nobody else', async ({
  db,
  connection,
}) => {
  const signals = openSignals({ connectionString: connection })
  const heard: string[] = []
  const stop = signals.listen('run:1', () => heard.push('run:1'))
  signals.listen('run:2', () => heard.push('run:2'))
  await until(() => heard.length === 2) // Each once, as it began to listen.
  heard.length = 0

  await db.transaction().execute(async (tx) => {
    await signal(tx, 'run:1')
    await sleep(100)
    expect(heard).toEqual([])
  })
  await until(() => heard.length > 0)
  expect(heard).toEqual(['run:1'])

  stop()
  await signal(db, 'run:1')
  await signal(db, 'run:2')
  await until(() => heard.includes('run:2'))
  expect(heard).toEqual(['run:1', 'run:2'])
  await signals.close()
})

test('after its connection broke it listens again, and says that something may have been missed', async ({
  db,
  connection,
}) => {
  const gate = await gateTo(connection)
  const signals = openSignals(gate.connection)
  let heard = 0
  signals.listen('run:1', () => {
    heard += 1
  })
  await until(() => heard === 1)

  await gate.shut()
  await signal(db, 'run:1')
  await gate.open()

  await until(() => heard === 2)
  await signal(db, 'run:1')
  await until(() => heard === 3)
  await signals.close()
  await gate.close()
})

test('whatever moves in the platform signals the overview', async ({ db, connection }) => {
  const signals = openSignals({ connectionString: connection })
  let heard = 0
  signals.listen('overview', () => {
    heard += 1
  })
  await until(() => heard > 0)
  const before = heard
  const { id } = (await aChangeService(db).create(await aNewChange(db, { 'db@dev': [] }))).change
  await until(() => heard > before)
  const then = heard
  await aChangeService(db).cancel(id, 'alice')
  await until(() => heard > then)
  await signals.close()
})
