import fc from 'fast-check'
import { describe, expect } from 'vitest'
import {
  aChangeService,
  aGate,
  aNewChange,
  anEnvironment,
  aProject,
  type SomeNodes,
} from '../../test/support/changes.ts'
import { test } from '../../test/support/database.ts'
import { aFingerprint, aPlan, aProvisionalPlan, aRunService } from '../../test/support/runs.ts'
import { aState } from '../../test/support/state.ts'
import type { Db } from '../platform/db/db.ts'
import { isFinal, type Lease, type Run } from '../runs/index.ts'
import { createStateService } from '../state/index.ts'
import { type Change, isSettled, type Result } from './index.ts'

const graph: SomeNodes = { 'vpc@dev': [], 'db@dev': ['vpc@dev'] }
const names = Object.keys(graph)

type Act = { readonly change: number; readonly node: string; readonly kind: Kind }
type Kind =
  | 'plan'
  | 'plan provisionally'
  | 'approve'
  | 'apply'
  | 'finish'
  | 'wait'
  | 'cancel'
  | 'cancel the change'
  | 'restart'
  | 'finish the change'
  | 'lose'

const act: fc.Arbitrary<Act> = fc.record({
  // Of the changes that were made, from the newest.
  change: fc.nat(1),
  node: fc.constantFrom(...names),
  kind: fc.constantFrom<Kind>(
    'plan',
    'plan',
    'plan',
    'plan provisionally',
    'approve',
    'approve',
    'apply',
    'apply',
    'apply',
    'finish',
    'finish',
    'wait',
    'cancel',
    'cancel the change',
    'restart',
    'restart',
    'finish the change',
    'lose',
  ),
})

/** Two changes over the same workspaces, in the hands of many who all act at once. */
class Crowd {
  readonly db: Db
  readonly changes: readonly Change[]
  readonly #leases = new Map<number, Lease>()

  constructor(db: Db, changes: readonly Change[]) {
    this.db = db
    this.changes = changes
  }

  /** Does it, or is refused: what must not happen is looked for afterwards. */
  async take(what: Act): Promise<void> {
    try {
      await this.act(what)
    } catch (error) {
      // A refusal is an answer; a deadlock or a violated constraint is a bug.
      if (!(error instanceof Error && error.name === 'AppError')) throw error
    }
  }

  private async act({ change, node, kind }: Act): Promise<void> {
    const changes = aChangeService(this.db)
    const runs = aRunService(this.db)
    const id = this.changes[change]?.id ?? 0
    const view = await changes.view(id)
    const run = view.nodes.find(({ name }) => name === node)?.run
    if (run === undefined) throw new Error(`${node} has no run`)
    switch (kind) {
      case 'plan':
      case 'plan provisionally':
        return this.plan(run, kind === 'plan')
      case 'approve': {
        const digest = (await runs.plan(run.id))?.digest ?? ''
        await runs.approve(run.id, { digest, actor: 'bob' })
        return
      }
      case 'apply':
        return this.apply(run)
      case 'finish':
        return this.finish(run)
      case 'wait':
        await runs.wait(run.id, 'waits for vpc.id')
        return
      case 'cancel':
        await runs.cancel(run.id, 'carol')
        return
      case 'cancel the change':
        await changes.cancel(id, 'carol')
        return
      case 'restart':
        await changes.restart(id, { actor: 'dave' })
        return
      case 'finish the change':
        await changes.finishIfDone(id)
        return
      case 'lose':
        await runs.abandon(`runner-${change}`)
    }
  }

  private async plan(run: Run, isReal: boolean): Promise<void> {
    const runs = aRunService(this.db)
    const lease = await runs.startPlanning(run.id, `runner-${run.changeId}`)
    const current = await createStateService(this.db).current(run.workspaceId)
    const parts = {
      state: current && { lineage: current.lineage, serial: current.serial },
      fingerprint: aFingerprint({ name: 'a' }),
    }
    await runs.finishPlanning(run.id, lease, isReal ? aPlan(parts) : aProvisionalPlan(parts))
  }

  private async apply(run: Run): Promise<void> {
    const runs = aRunService(this.db)
    const facts = (await runs.plan(run.id))?.facts
    if (facts === undefined) return
    const { lease } = await runs.startApplying(run.id, { owner: `runner-${run.changeId}`, facts })
    this.#leases.set(run.id, lease)
  }

  private async finish(run: Run): Promise<void> {
    const lease = this.#leases.get(run.id)
    if (lease === undefined) return
    const current = await createStateService(this.db).current(run.workspaceId)
    const state = aState({ serial: (current?.serial ?? 0) + 1 })
    await aRunService(this.db).finishApplying(run.id, lease, { kind: 'applied', state })
  }

  /** What must hold of the records at any moment; every result that there is. */
  async check(): Promise<Result[]> {
    const results: Result[] = []
    for (const { id } of this.changes) {
      const { change, nodes } = await aChangeService(this.db).view(id)
      results.push(...nodes.map(({ result }) => result))
      if (change.status === 'done') {
        expect(nodes.map(({ result }) => result).every(isSettled)).toBe(true)
      }
      if (change.status === 'closed') {
        expect(nodes.every(({ run }) => run && isFinal(run.status))).toBe(true)
      }
    }
    await this.checkApplies()
    return results
  }

  private async checkApplies(): Promise<void> {
    const runs = aRunService(this.db)
    const changeIds = this.changes.map(({ id }) => id)
    const all = await this.db
      .selectFrom('runs')
      .leftJoin('plans', 'plans.run_id', 'runs.id')
      .select(['id', 'workspace_id', 'status', 'applying_at', 'provisional', 'digest'])
      .where('change_id', 'in', changeIds)
      .execute()
    const taking = all.filter(({ status }) => status === 'applying' || status === 'unknown')
    expect(new Set(taking.map((run) => run.workspace_id)).size).toBe(taking.length)
    for (const run of all.filter((each) => each.applying_at !== null)) {
      expect(run.provisional).toBe(false)
      const events = await runs.events(run.id, 0)
      const start = events.findIndex(({ data }) => data['to'] === 'applying')
      const agreed = events
        .slice(0, start)
        .filter(({ type }) => type === 'approved' || type === 'approval_carried')
      expect(agreed.map(({ data }) => data['digest'])).toContain(run.digest?.toString('hex'))
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1))
    }
  }
}

async function aCrowd(db: Db): Promise<Crowd> {
  const projectId = await aProject(db)
  const environments = [anEnvironment('dev', { gate: { ...aGate, approvals: 1 } })]
  const older = await aChangeService(db).create(
    await aNewChange(db, graph, { projectId, environments }),
  )
  const newer = await aChangeService(db).create(
    await aNewChange(db, graph, { projectId, environments }),
  )
  return new Crowd(db, [newer.change, older.change])
}

// Whatever chance brings, this way is gone: everything that takes rows of both changes at once.
const wayOfTheJam: Act[][] = [
  names.map((node) => ({ change: 1, node, kind: 'plan' })),
  [
    ...names.map((node): Act => ({ change: 0, node, kind: 'plan' })),
    { change: 1, node: 'vpc@dev', kind: 'cancel the change' },
    { change: 1, node: 'vpc@dev', kind: 'restart' },
    { change: 0, node: 'db@dev', kind: 'restart' },
  ],
]
const wayToTheEnd: Act[][] = (['plan', 'approve', 'apply', 'finish'] as const).map((kind) => [
  { change: 0, node: 'vpc@dev', kind },
])

describe('any number of people at once', () => {
  test('never get in each other’s way, nor anything applied that nobody approved', async ({
    db,
  }) => {
    const reached = new Set<Result>()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(act, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 7 }),
        async (rounds) => {
          const crowd = await aCrowd(db)
          for (const acts of rounds) {
            await Promise.all(acts.map((each) => crowd.take(each)))
            for (const result of await crowd.check()) reached.add(result)
          }
        },
      ),
      { numRuns: 20, examples: [[wayOfTheJam], [[...wayToTheEnd, ...wayOfTheJam]]] },
    )
    // A property over changes that never get anywhere would prove nothing.
    expect([...reached]).toEqual(
      expect.arrayContaining(['planned', 'applied', 'cancelled', 'deferred']),
    )
  })
})
