import { type Kysely, sql } from 'kysely'
import { describe, expect } from 'vitest'
import { aProject } from '../../test/support/changes.ts'
import { test } from '../../test/support/database.ts'
import type { DB } from '../platform/db/schema.gen.ts'
import { createPullRequestService, type HeldLook } from './index.ts'

async function aProjectToLookAt(db: Kysely<DB>) {
  const { looks, requestLook } = createPullRequestService(db)
  const projectId = await aProject(db)
  return {
    looks,
    request: (...numbers: number[]) =>
      requestLook(numbers.map((number) => ({ projectId, number }))),
    claim: async (): Promise<HeldLook> => {
      const held = await looks.claimNext('a process')
      if (held === undefined) throw new Error('nothing waits')
      return held
    },
    elapse: (seconds: number) =>
      sql`update pull_request_looks set
        not_before = not_before - make_interval(secs => ${seconds})`.execute(db),
  }
}

describe('what is to be looked at', () => {
  test('comes in the order in which it was asked for, also when it is asked for again', async ({
    db,
  }) => {
    const { request, claim } = await aProjectToLookAt(db)
    await request(1)
    await request(2)
    await request(3)
    await request(2, 1)

    const numbers = [await claim(), await claim(), await claim()].map(({ number }) => number)

    expect(numbers).toEqual([1, 2, 3])
  })

  test('comes last when it was asked for while somebody looked', async ({ db }) => {
    const { looks, request, claim } = await aProjectToLookAt(db)
    await request(1)
    const held = await claim()
    await request(2)
    await request(1)
    await looks.finish(held)

    expect([(await claim()).number, (await claim()).number]).toEqual([2, 1])
    expect(await looks.claimNext('a process')).toBeUndefined()
  })

  test.for([true, false])(
    'waits when it is put off, but not for what was asked for meanwhile (failed: %s)',
    async (failed, { db }) => {
      const { looks, request, claim, elapse } = await aProjectToLookAt(db)
      await request(1)
      await looks.postpone(await claim(), { seconds: 300, failed })
      expect(await looks.claimNext('a process')).toBeUndefined()
      await elapse(300)
      const held = await claim()
      expect(held.attempts).toBe(failed ? 1 : 0)

      await request(1)
      await looks.postpone(held, { seconds: 300, failed })

      expect((await claim()).attempts).toBe(0)
    },
  )

  test('is looked at by one process, and by another when its time is over', async ({ db }) => {
    const { looks, request, claim } = await aProjectToLookAt(db)
    await request(1)
    const held = await claim()
    expect(await looks.renew(held)).toBe(true)
    expect(await looks.claimNext('another process')).toBeUndefined()

    await sql`update pull_request_looks set lease_expires_at = now() - interval '1 s'`.execute(db)
    const other = await claim()

    expect(await looks.renew(held)).toBe(false)
    await looks.finish(held)
    await looks.postpone(held, { seconds: 0, failed: true })
    expect(await looks.renew(other)).toBe(true)
  })
})
