import fc from 'fast-check'
import { type Kysely, sql } from 'kysely'
import { describe, expect } from 'vitest'
import {
  aChangeService,
  aNewChange,
  anEnvironment,
  aProject,
} from '../../../test/support/changes.ts'
import { test } from '../../../test/support/database.ts'
import { aPullRequest } from '../../../test/support/pull-requests.ts'
import {
  aPlan,
  aPlannedRun,
  aRunService,
  somebodyWaits,
  untilWaiting,
} from '../../../test/support/runs.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { AppError } from '../../platform/errors.ts'
import type { ChangeView } from '../change.ts'
import { createReservationService } from './service.ts'

const names = ['db@dev', 'db@prod', 'vpc@prod']

/** A project with pull requests, each with a change of all workspaces, planned. */
async function aRepository(db: Kysely<DB>, numbers: readonly number[]) {
  const projectId = await aProject(db)
  const runs = aRunService(db)
  const pullRequests = new Map<number, { id: number; changeId: number; view: ChangeView }>()
  for (const number of numbers) {
    const id = await aPullRequest(db, projectId, number)
    const view = await aChangeService(db).create(
      await aNewChange(db, Object.fromEntries(names.map((name) => [name, []])), {
        projectId,
        environments: [anEnvironment('dev'), anEnvironment('prod', { order: 1 })],
        pullRequest: { id, number, head: 'c0ffee', base: 'ba5e' },
      }),
    )
    pullRequests.set(number, { id, changeId: view.change.id, view })
  }
  const of = (number: number) => {
    const found = pullRequests.get(number)
    if (found === undefined) throw new Error(`there is no #${number}`)
    return found
  }
  const reservations = createReservationService(db)
  const workspaceIds = new Map(
    of(numbers[0] ?? 0).view.nodes.map((node) => [node.name, node.workspaceId]),
  )
  const idsOf = (wanted: readonly string[]) => wanted.map((name) => workspaceIds.get(name) ?? '')
  return {
    projectId,
    runs,
    of,
    workspaceIds,
    reserve: (number: number, ...wanted: string[]) =>
      reservations.reserve({ changeId: of(number).changeId, workspaceIds: idsOf(wanted) }),
    release: (number: number) => reservations.release(of(number).id),
    /** `#3 < #4 #5`: who holds it, and who waits. */
    queue: async (name: string) => {
      const [found] = await reservations.queueOf(idsOf([name]))
      const waiting = (found?.waiting ?? []).map((one) => ` #${one.number}`)
      return `${found?.holder === undefined ? 'free' : `#${found.holder.number}`}${waiting.join('')}`
    },
    reservations,
    /** Plans the run of a pull request in a workspace; what approving and applying it need. */
    plan: async (number: number, name: string) => {
      const run = of(number).view.nodes.find((node) => node.name === name)?.run
      if (run === undefined) throw new Error(`${name} has no run`)
      const plan = aPlan()
      await runs.finishPlanning(run.id, await runs.startPlanning(run.id, `of-${number}`), plan)
      const digest = (await runs.plan(run.id))?.digest ?? ''
      return {
        id: run.id,
        facts: plan.facts,
        approve: () => runs.approve(run.id, { digest, actor: 'bob' }),
        apply: () => runs.startApplying(run.id, { owner: `of-${number}`, facts: plan.facts }),
      }
    },
  }
}

const placesOf = (claims: readonly { workspace: string; place: number }[]) =>
  Object.fromEntries(claims.map(({ workspace, place }) => [workspace, place]))

test('who asks first holds a workspace; others wait in the order in which they asked', async ({
  db,
}) => {
  const { reserve, queue } = await aRepository(db, [3, 4, 5])

  expect(placesOf(await reserve(3, 'db@prod', 'db@dev'))).toEqual({ 'db@dev': 0, 'db@prod': 0 })
  expect(placesOf(await reserve(5, 'db@prod', 'vpc@prod'))).toEqual({ 'db@prod': 1, 'vpc@prod': 0 })
  expect(placesOf(await reserve(4, 'db@prod'))).toEqual({ 'db@prod': 2 })
  // Asking again brings nobody forward.
  expect(placesOf(await reserve(4, 'db@prod'))).toEqual({ 'db@prod': 2 })
  expect(await reserve(4)).toEqual([])

  expect(await queue('db@prod')).toBe('#3 #5 #4')
  expect(await queue('vpc@prod')).toBe('#5')
  expect(await queue('db@dev')).toBe('#3')
})

test('when it is let go of, those that wait learn it, and nobody holds it without asking', async ({
  db,
}) => {
  const { of, reserve, release, queue, reservations } = await aRepository(db, [3, 4, 5, 6])
  await reserve(3, 'db@prod')
  await reserve(4, 'db@prod')
  await reserve(5, 'db@prod')

  expect(await release(3)).toEqual([of(4).id, of(5).id])
  expect(await queue('db@prod')).toBe('free #4 #5')
  expect(await release(3)).toEqual([])

  // It is the turn of #4, whoever else asks.
  expect(await reserve(5, 'db@prod')).toMatchObject([{ place: 2, inFront: { number: 4 } }])
  expect(await reserve(6, 'db@prod')).toMatchObject([{ place: 3, inFront: { number: 4 } }])
  expect(await reservations.reservationsOf(of(4).id)).toMatchObject([{ place: 0 }])
  expect(await reserve(4, 'db@prod')).toMatchObject([{ place: 0 }])
  expect(await queue('db@prod')).toBe('#4 #5 #6')
})

test('a pull request that nobody goes on with holds up others for an hour only', async ({ db }) => {
  const { reserve, release, queue } = await aRepository(db, [3, 4, 5])
  await reserve(3, 'db@prod')
  await reserve(4, 'db@prod')
  await reserve(5, 'db@prod')
  await release(3)
  await sql`update reservations set called_at = called_at - interval '1 hour'`.execute(db)

  expect(await reserve(5, 'db@prod')).toMatchObject([{ place: 0 }])
  expect(await queue('db@prod')).toBe('#5 #4')
})

test('what waits for nothing any more leaves the queue, and is nobody whose turn it is', async ({
  db,
}) => {
  const { reserve, release, queue } = await aRepository(db, [3, 4, 5])
  await reserve(3, 'db@prod')
  await reserve(4, 'db@prod')
  await reserve(5, 'db@prod')

  expect(await release(4)).toEqual([])
  expect(await queue('db@prod')).toBe('#3 #5')
})

test('a pull request that is over, or has another head, takes nothing', async ({ db }) => {
  const { reserve, queue } = await aRepository(db, [3])
  for (const change of [
    "status = 'closed'",
    "status = 'merged'",
    "status = 'open', head_commit = 'f00'",
  ]) {
    await sql`update pull_requests set ${sql.raw(change)}`.execute(db)
    expect(await reserve(3, 'db@prod')).toEqual([])
  }
  expect(await queue('db@prod')).toBe('free')
})

test('those that waited for the turn of one that leaves are called: nobody overtakes them', async ({
  db,
}) => {
  const { of, reserve, release, queue } = await aRepository(db, [3, 4, 5, 6])
  await reserve(3, 'db@prod')
  await reserve(4, 'db@prod')
  await release(3)
  await reserve(5, 'db@prod')
  expect(await queue('db@prod')).toBe('free #4 #5')

  expect(await release(4)).toEqual([of(5).id])
  expect(await reserve(6, 'db@prod')).toMatchObject([{ place: 2, inFront: { number: 5 } }])
  expect(await reserve(5, 'db@prod')).toMatchObject([{ place: 0 }])
})

test('who leaves while it asks for more leaves nobody behind who is not called', async ({ db }) => {
  const { of, reserve, release, queue, workspaceIds } = await aRepository(db, [3, 4, 5])
  await reserve(3, 'db@dev')
  let leaving: Promise<unknown> | undefined
  let asking: Promise<unknown> | undefined
  await db.transaction().execute(async (next) => {
    await db.transaction().execute(async (tx) => {
      const id = workspaceIds.get('db@dev') ?? ''
      await sql`select from workspaces where id = ${id} for no key update`.execute(tx)
      leaving = release(3)
      await somebodyWaits(db)
      asking = reserve(3, 'db@prod')
      await Promise.race([asking, untilWaiting(db, 2)])
      const ids = [workspaceIds.get('db@prod') ?? '']
      await createReservationService(next).reserve({ changeId: of(4).changeId, workspaceIds: ids })
    })
    await leaving
  })
  await asking
  await reserve(5, 'db@prod')
  expect(await queue('db@prod')).not.toMatch(/^#5/)
})

test('whoever closes a pull request meets who reserves for it: nothing is left behind', async ({
  db,
}) => {
  const { of, reserve, queue } = await aRepository(db, [3])
  let reserving: Promise<unknown> | undefined
  await db.transaction().execute(async (tx) => {
    await sql`update pull_requests set status = 'closed'`.execute(tx)
    await createReservationService(tx).release(of(3).id)
    reserving = reserve(3, 'db@prod')
    await Promise.race([reserving, somebodyWaits(db)])
  })
  expect(await reserving).toEqual([])
  expect(await queue('db@prod')).toBe('free')
})

describe('an apply', () => {
  test('takes hold, an approval too; another one is refused and told who holds it', async ({
    db,
  }) => {
    const { plan, queue } = await aRepository(db, [3, 4])
    const third = await plan(3, 'db@prod')
    const fourth = await plan(4, 'db@prod')
    await third.approve()
    expect(await queue('db@prod')).toBe('#3')
    await fourth.approve()
    expect(await queue('db@prod')).toBe('#3 #4')

    await expect(fourth.apply()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(
        /db@prod is reserved by #3 \(change 3\) since .* UTC; yours is 1st in the queue$/,
      ),
    })
    expect(await third.apply()).toMatchObject({ run: { status: 'applying' } })
  })

  test('of what nobody approved beforehand takes hold as it starts', async ({ db }) => {
    const { plan, queue } = await aRepository(db, [3])
    const third = await plan(3, 'db@prod')
    await third.approve()
    await sql`delete from reservations`.execute(db)
    await third.apply()
    expect(await queue('db@prod')).toBe('#3')
  })

  test('of no pull request waits for who holds the workspace, and takes nothing', async ({
    db,
  }) => {
    const { plan, release, runs, queue, workspaceIds } = await aRepository(db, [3])
    await (await plan(3, 'db@prod')).approve()
    const own = await aPlannedRun(runs, workspaceIds.get('db@prod') ?? '')
    await runs.approve(own.id, { digest: own.digest, actor: 'alice' })
    const start = () => runs.startApplying(own.id, { owner: 'runner', facts: own.facts })
    await expect(start()).rejects.toThrow(/db@prod is reserved by #3 \(change 3\) since .* UTC$/)

    await release(3)
    expect(await start()).toMatchObject({ run: { status: 'applying' } })
    expect(await queue('db@prod')).toBe('free')
  })

  test.for([
    ["status = 'closed'", '#3 was closed without being merged'],
    ["head_commit = 'f00'", '#3 has another head by now'],
    [undefined, undefined],
  ])('is of the pull request as it is: %s', async ([change, sentence], { db }) => {
    const { plan } = await aRepository(db, [3])
    const third = await plan(3, 'db@prod')
    await third.approve()
    if (change != null) await sql`update pull_requests set ${sql.raw(change)}`.execute(db)
    if (sentence == null) return expect(await third.apply()).toBeDefined()
    await expect(third.apply()).rejects.toThrow(sentence)
  })

  test('waits for the merge where that applies', async ({ db }) => {
    const { plan } = await aRepository(db, [3])
    await sql`update change_environments set apply = 'after-merge' where name = 'prod'`.execute(db)
    const third = await plan(3, 'db@prod')
    await third.approve()
    await expect(third.apply()).rejects.toThrow('prod is applied by merging #3')

    await sql`update pull_requests set status = 'merged'`.execute(db)
    expect(await third.apply()).toBeDefined()
  })
})

describe('many pull requests at once', () => {
  const numbers = [3, 4, 5, 6]
  type Step =
    | { readonly kind: 'reserve'; readonly number: number; readonly names: readonly string[] }
    | { readonly kind: 'release'; readonly number: number }
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('reserve' as const),
        number: fc.constantFrom(...numbers),
        names: fc.shuffledSubarray(names, { minLength: 1 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('release' as const),
        number: fc.constantFrom(...numbers),
      }),
    },
  )

  test('never hold a workspace twice, keep their places, and block each other never', async ({
    db,
  }) => {
    const { of, reserve, release, reservations, workspaceIds } = await aRepository(db, numbers)
    const ids = [...workspaceIds.values()]
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 }),
        async (rounds) => {
          await sql`delete from reservations`.execute(db)
          for (const round of rounds) {
            const before = await reservations.queueOf(ids)
            // All at once: a deadlock would be thrown.
            await Promise.all(
              round.map((one) =>
                one.kind === 'reserve' ? reserve(one.number, ...one.names) : release(one.number),
              ),
            )
            const released = new Set(
              round.flatMap((one) => (one.kind === 'release' ? of(one.number).id : [])),
            )
            const after = await reservations.queueOf(ids)
            for (const queue of after) {
              const then = before.find((one) => one.workspaceId === queue.workspaceId)
              const wait = (list: readonly { readonly pullRequestId: number }[]) =>
                list.map((one) => one.pullRequestId)
              const waited = wait(then?.waiting ?? []).filter((id) => !released.has(id))
              const waiting = wait(queue.waiting)
              const holder = queue.holder?.pullRequestId
              // Who waited holds it now, or waits in the same order as before.
              const left = waited.filter((id) => id !== holder)
              expect(waiting.slice(0, left.length)).toEqual(left)
              // Who held it and did not let go holds it.
              const held = then?.holder?.pullRequestId
              if (held !== undefined && !released.has(held)) expect(holder).toBe(held)
              // Nobody overtakes those whose turn it is.
              if (holder !== undefined && holder !== held && waited.length > 0) {
                expect(holder).toBe(waited[0])
              }
            }
          }
          for (const number of numbers) await release(number)
          const { rows } = await sql`select from reservations`.execute(db)
          expect(rows).toEqual([])
        },
      ),
      { numRuns: 12 },
    )
  })

  test('apply a workspace only while they hold it', async ({ db }) => {
    const { plan, reservations, workspaceIds } = await aRepository(db, numbers)
    const held = async (name: string) => {
      const [found] = await reservations.queueOf([workspaceIds.get(name) ?? ''])
      return found?.holder?.number
    }
    const started: string[] = []
    await Promise.all(
      numbers.map(async (number) => {
        for (const name of number % 2 === 0 ? names : names.toReversed()) {
          const planned = await plan(number, name)
          await planned.approve()
          try {
            await planned.apply()
            started.push(name)
            expect(await held(name)).toBe(number)
          } catch (error) {
            if (!(error instanceof AppError)) throw error
            expect(error.message).toMatch(/is reserved by #\d/)
          }
        }
      }),
    )
    expect(started.toSorted()).toEqual(names)
  })
})
