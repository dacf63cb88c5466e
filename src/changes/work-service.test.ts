import { sql } from 'kysely'
import { expect } from 'vitest'
import { aChangeService, aNewChange } from '../../test/support/changes.ts'
import { test } from '../../test/support/database.ts'
import type { Db } from '../platform/db/db.ts'
import { createWorkService } from './work-service.ts'

async function aChangeId(db: Db): Promise<number> {
  const view = await aChangeService(db).create(await aNewChange(db, { 'db@dev': [] }))
  return view.change.id
}

const work = (changeId: number) =>
  ({ changeId, task: 'plan', request: {}, actor: 'alice' }) as const

test('a work is given to one process only, however many ask at once', async ({ db }) => {
  const service = createWorkService(db)
  await service.ask(work(await aChangeId(db)))

  await db.transaction().execute(async (other) => {
    const theirs = await createWorkService(other).claimNext('other')
    expect(theirs).toMatchObject({ task: 'plan', actor: 'alice', isTakenOver: false })
    await sql`set local lock_timeout = '2s'`.execute(other)
    expect(await service.claimNext('me')).toBeUndefined()
  })
  expect(await service.claimNext('me')).toBeUndefined()
})

test('only one thing is done for a change at a time, and nothing for one that is over', async ({
  db,
}) => {
  const service = createWorkService(db)
  const id = await aChangeId(db)
  await service.ask(work(id))

  await expect(service.ask({ ...work(id), task: 'apply' })).rejects.toMatchObject({
    code: 'conflict',
    message: `change-${id} is at work already`,
  })
  expect(await service.of([id])).toEqual(new Map([[id, 'plan']]))

  const over = await aChangeId(db)
  await aChangeService(db).cancel(over, 'bob')
  await expect(service.ask(work(over))).rejects.toMatchObject({ code: 'conflict' })
})

test('what a lost process did is taken over when its lease is over, and the lost one learns it', async ({
  db,
}) => {
  const service = createWorkService(db)
  await service.ask(work(await aChangeId(db)))
  const lost = await service.claimNext('lost')
  expect(await service.claimNext('heir')).toBeUndefined()

  await service.abandon('lost')
  const heir = await service.claimNext('heir')

  expect(heir).toMatchObject({ isTakenOver: true })
  expect(lost && (await service.renew(lost.lease))).toBeUndefined()
  if (lost) await service.finish(lost.lease)
  expect(heir && (await service.renew(heir.lease))).toMatchObject({ isCancelled: false })
})

test('whoever is at work learns with its next sign of life that it shall end', async ({ db }) => {
  const service = createWorkService(db)
  const id = await aChangeId(db)
  expect(await service.requestCancel(id)).toBe(false)
  await service.ask(work(id))
  const held = await service.claimNext('me')

  expect(await service.requestCancel(id)).toBe(true)

  expect(held && (await service.renew(held.lease))).toMatchObject({ isCancelled: true })
})
