import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { test } from '../../test/support/database.ts'
import {
  anApprovedRun,
  aPlan,
  aPlannedRun,
  aRunService,
  letLeaseRunOut,
  type Planned,
} from '../../test/support/runs.ts'
import { aLineage, anUpload, aState, aWorkspace } from '../../test/support/state.ts'
import type { Db } from '../platform/db/db.ts'
import { createStateService, type StateVersion } from '../state/index.ts'
import { isFinal, type Lease, planDigest, type RunService, type RunStatus } from './index.ts'
import { transitions } from './run.ts'

function factsOf(version: StateVersion | undefined) {
  return version && { lineage: version.lineage, serial: version.serial }
}

/** Every status that a run may have after `from`, over any number of steps. */
function reachable(from: RunStatus): ReadonlySet<RunStatus> {
  const all = new Set<RunStatus>([from])
  for (const status of all) for (const next of transitions[status]) all.add(next)
  return all
}

type Step =
  | { readonly kind: 'plan' | 'expire' | 'abandon' }
  | {
      readonly kind: 'start' | 'finish' | 'recover' | 'cancel' | 'lose' | 'seen'
      readonly run: number
    }

const run = fc.nat(3)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ kind: 'plan' } as const) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('start' as const), run }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('finish' as const), run }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('recover' as const, 'lose' as const, 'seen' as const),
      run,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), run }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ kind: 'expire' } as const, { kind: 'abandon' } as const),
  },
)

// Whatever chance brings, these ways are gone.
const wayOfALostRunner: Step[][] = [
  [{ kind: 'start', run: 0 }],
  [{ kind: 'seen', run: 0 }],
  [{ kind: 'lose', run: 0 }],
  [{ kind: 'expire' }],
  [{ kind: 'finish', run: 0 }],
  [{ kind: 'recover', run: 0 }],
]
const wayOfTheNewerRun: Step[][] = [
  [{ kind: 'start', run: 1 }],
  [{ kind: 'start', run: 0 }],
  [{ kind: 'finish', run: 1 }],
]

/** One workspace in the hands of several runners, who all try at once whatever they can. */
class Workshop {
  readonly db: Db
  readonly runs: RunService
  readonly workspaceId: string
  readonly started = new Map<number, Lease>()
  readonly planned: { id: number; facts: Planned['facts'] }[] = []

  constructor(db: Db, workspaceId: string) {
    this.db = db
    this.runs = aRunService(db)
    this.workspaceId = workspaceId
  }

  /** Does it, or is refused: what must not happen is looked for afterwards. */
  async take(what: Step): Promise<void> {
    try {
      await this.act(what)
    } catch (error) {
      // A refusal is an answer; a deadlock or a violated constraint is a bug.
      if (!(error instanceof Error && error.name === 'AppError')) throw error
    }
  }

  private async act(what: Step): Promise<void> {
    const { runs, db, workspaceId } = this
    if (what.kind === 'plan') {
      const state = factsOf(await createStateService(db).current(workspaceId))
      const { id, facts } = await anApprovedRun(runs, workspaceId, aPlan({ state }))
      this.planned.push({ id, facts })
      return
    }
    if (!('run' in what)) {
      await (what.kind === 'expire' ? runs.expire() : runs.abandon('runner-0'))
      return
    }
    const target = this.planned.at(what.run)
    if (!target) return
    const lease = this.started.get(target.id)
    switch (what.kind) {
      case 'start': {
        const owner = `runner-${what.run}`
        const { lease: taken } = await runs.startApplying(target.id, { owner, facts: target.facts })
        this.started.set(target.id, taken)
        return
      }
      case 'finish':
        if (lease)
          await runs.finishApplying(target.id, lease, { kind: 'applied', state: await this.next() })
        return
      case 'seen':
        if (lease) await runs.liveState(lease, await this.next())
        return
      case 'lose':
        await letLeaseRunOut(db, target.id)
        return
      case 'recover':
        await runs.recover(target.id, { actor: 'bob', reason: 'looked', state: 'current' })
        return
      case 'cancel':
        await runs.cancel(target.id, 'bob')
    }
  }

  private async next(): Promise<Buffer> {
    const current = await createStateService(this.db).current(this.workspaceId)
    return aState({ serial: (current?.serial ?? 0) + 1, names: [`at-${Math.random()}`] })
  }

  async check(before: ReadonlyMap<number, RunStatus>): Promise<Map<number, RunStatus>> {
    const { runs, workspaceId } = this
    const all = await runs.list(workspaceId, { limit: 100 })
    const taking = all.filter(({ status }) => status === 'applying' || status === 'unknown')
    const lock = await createStateService(this.db).heldLock(workspaceId)
    expect(taking.length).toBeLessThanOrEqual(1)
    expect(lock?.runId).toBe(taking[0]?.id)
    for (const { id, status } of all) {
      const was = before.get(id)
      if (was) expect(isFinal(was) ? [was] : [...reachable(was)]).toContain(status)
      const events = await runs.events(id, 0)
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1))
      expect(events.filter(({ data }) => data['to'] === 'applying').length).toBeLessThanOrEqual(1)
      const hasFile = (await runs.plan(id))?.hasFile ?? false
      expect(hasFile).toBe(!isFinal(status) && status !== 'planning')
    }
    return new Map(all.map(({ id, status }) => [id, status]))
  }
}

describe('any number of runners at once', () => {
  test('never apply twice in a workspace, and leave it locked exactly while one does', async ({
    db,
  }) => {
    const reached = new Set<RunStatus>()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 3, maxLength: 8 }),
        async (rounds) => {
          const workshop = new Workshop(db, await aWorkspace(db))
          await workshop.take({ kind: 'plan' })
          await workshop.take({ kind: 'plan' })
          let statuses: Map<number, RunStatus> = new Map()
          for (const steps of rounds) {
            await Promise.all(steps.map((each) => workshop.take(each)))
            statuses = await workshop.check(statuses)
            for (const status of statuses.values()) reached.add(status)
          }
        },
      ),
      { numRuns: 30, examples: [[wayOfALostRunner], [wayOfTheNewerRun]] },
    )
    // A property over runs that never get anywhere would prove nothing.
    expect([...reached]).toEqual(
      expect.arrayContaining(['planned', 'applying', 'applied', 'unknown', 'failed', 'closed']),
    )
  })
})

type Move =
  | 'plan again'
  | 'approve'
  | 'approve the old one'
  | 'move the state'
  | 'move the inputs'
  | 'apply'

const move = fc.constantFrom<Move>(
  'plan again',
  'approve',
  'approve',
  'approve the old one',
  'move the state',
  'move the inputs',
  'apply',
  'apply',
)

describe('whatever happens between plan and apply', () => {
  test('exactly what was approved is applied, and only while nothing moved', async ({ db }) => {
    const runs = aRunService(db)
    const state = createStateService(db)
    const ends = { applied: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 2, maxLength: 10 }), async (moves) => {
        const workspaceId = await aWorkspace(db)
        let serial = 1
        let inputs = 'inputs-0'
        await state.write(workspaceId, anUpload(aState({ serial })))
        const now = () => ({ state: { lineage: aLineage, serial }, inputs })
        const plans = [aPlan(now())]
        const latest = () => plans.at(-1) ?? aPlan()
        const approved = new Set<string>()
        const { id } = await aPlannedRun(runs, workspaceId, latest())
        for (const what of moves) {
          const digests = plans.map((plan) => planDigest(plan.facts))
          switch (what) {
            case 'plan again': {
              const lease = await runs.startPlanning(id, 'runner-1')
              plans.push(aPlan(now()))
              await runs.finishPlanning(id, lease, latest())
              break
            }
            case 'approve':
              await runs.approve(id, { digest: digests.at(-1) ?? '', actor: 'bob' })
              approved.add(digests.at(-1) ?? '')
              break
            case 'approve the old one': {
              const old = digests.at(-2)
              if (old)
                await expect(runs.approve(id, { digest: old, actor: 'bob' })).rejects.toThrow()
              break
            }
            case 'move the state':
              serial += 1
              await state.write(workspaceId, anUpload(aState({ serial })))
              break
            case 'move the inputs':
              inputs = `inputs-${serial}-${Math.random()}`
              break
            case 'apply': {
              const plan = latest()
              const may =
                approved.has(planDigest(plan.facts)) &&
                plan.facts.state?.serial === serial &&
                plan.facts.inputs === inputs
              const facts = { ...plan.facts, ...now() }
              const start = runs.startApplying(id, { owner: 'runner-1', facts })
              if (!may) {
                ends.refused += 1
                await expect(start).rejects.toMatchObject({ code: 'conflict' })
                break
              }
              ends.applied += 1
              expect((await start).planFile).toEqual(plan.file)
              return
            }
          }
        }
      }),
      { numRuns: 40 },
    )
    expect(ends.applied).toBeGreaterThan(0)
    expect(ends.refused).toBeGreaterThan(0)
  })
})
