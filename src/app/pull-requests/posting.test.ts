import { expect } from 'vitest'
import { aProject } from '../../../test/support/changes.ts'
import { test } from '../../../test/support/database.ts'
import { createOutbox, type Forge } from '../../forges/index.ts'
import { openSignals } from '../../platform/db/signals.ts'
import { unavailable } from '../../platform/errors.ts'
import { startPosting } from './posting.ts'

const log = { warn: () => undefined, error: () => undefined }

test('posters of several servers tell all that is to be told, each once; one host that hangs holds up no other', async ({
  db,
  connection,
}) => {
  const [hanging, ...projects] = await Promise.all([aProject(db), aProject(db), aProject(db)])
  const told: string[] = []
  const begun = Promise.withResolvers<void>()
  const away = Promise.withResolvers<never>()
  const all = Promise.withResolvers<void>()
  const open = async (projectId: string) =>
    // All that a poster asks of it here.
    ({
      upsertComment: async (_number: number, { body }: { body: string }) => {
        if (projectId === hanging) {
          begun.resolve()
          return away.promise
        }
        told.push(`${projectId} ${body}`)
        if (told.length === 20) all.resolve()
        return '1'
      },
    }) as unknown as Forge
  const signals = [1, 2].map(() => openSignals({ connectionString: connection }))
  const postings = await Promise.all(
    signals.map((own) => startPosting({ db, open, signals: own, log })),
  )
  const comment = (body: string) => ({ kind: 'comment', marker: '<!-- -->', body }) as const
  const outbox = createOutbox(db)

  await outbox.tell({ projectId: hanging, number: 1 }, [comment('hangs')])
  await begun.promise
  for (let number = 1; number <= 10; number += 1) {
    for (const projectId of projects) {
      await outbox.tell({ projectId, number }, [comment(`of #${number}`)])
    }
  }
  await all.promise
  away.reject(unavailable('no answer'))
  await Promise.all(postings.map((posting) => posting.close()))
  await Promise.all(signals.map((own) => own.close()))

  expect(new Set(told).size).toBe(20)
  expect(told).toHaveLength(20)
})
