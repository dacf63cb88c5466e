import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect } from 'vitest'
import { test } from '../../test/support/database.ts'
import { aWorkspace } from '../../test/support/state.ts'
import { createClients, type Step, type Witness } from '../../test/support/state-clients.ts'
import { parseState } from './format/parsed-state.ts'
import { createStateService, type StateService } from './service.ts'

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 16,
    arbitrary: fc.record({
      kind: fc.constant('step' as const),
      client: fc.nat({ max: 2 }),
      lost: fc.integer({ min: 0, max: 4 }).map((chance) => chance === 0),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('duplicate' as const), message: fc.nat({ max: 40 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'force' } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: 'dismiss' } as const) },
)

async function expectSound(state: StateService, workspace: string, witness: Witness) {
  const history = (await state.history(workspace, { limit: 1000 })).reverse()
  const current = await state.currentBytes(workspace)
  const names = new Set(current ? parseState(current.bytes).resources.map(({ name }) => name) : [])
  // No acknowledged write is lost: its effect is in the current state.
  expect([...witness.acknowledged].filter((effect) => !names.has(effect))).toEqual([])
  // Serials only rise, numbers have no gap.
  expect(history.map(({ number }) => number)).toEqual(history.map((_, index) => index + 1))
  expect(history.map(({ serial }) => serial)).toEqual(
    [...new Set(history.map(({ serial }) => serial))].sort((a, b) => a - b),
  )
  // Fences only rise, one for each lock; an id that ended never comes back.
  const fences = witness.locks.map(({ fence }) => fence)
  expect(fences).toEqual(fences.map((_, index) => index + 1))
  expect(witness.revived).toEqual([])
  expect(new Set(witness.locks.map(({ id }) => id)).size).toBe(witness.locks.length)
}

async function expectKept(keeps: (sha256: string) => Promise<boolean>, witness: Witness) {
  for (const bytes of witness.rejected) {
    expect(await keeps(createHash('sha256').update(bytes).digest('hex'))).toBe(true)
  }
}

test('three clients, an operator and a bad network lose nothing that was acknowledged', async ({
  db,
}) => {
  const state = createStateService(db)
  let written = 0
  let refused = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const workspace = await aWorkspace(db)
      const { take, witness } = createClients(state, workspace)
      for (const action of steps) {
        await take(action)
        await expectSound(state, workspace, witness)
      }
      await expectKept(async (sha256) => {
        const row = await db
          .selectFrom('quarantined_states')
          .select('id')
          .where('workspace_id', '=', workspace)
          .where('sha256', '=', Buffer.from(sha256, 'hex'))
          .executeTakeFirst()
        return row !== undefined
      }, witness)
      written += witness.acknowledged.size
      refused += witness.rejected.length
    }),
    { numRuns: Number(process.env['PORTOLAN_TEST_RUNS'] ?? 30) },
  )
  // The schedules are not idle.
  expect(written).toBeGreaterThan(30)
  expect(refused).toBeGreaterThan(5)
}, 240_000)
