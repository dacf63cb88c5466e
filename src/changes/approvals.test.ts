import fc from 'fast-check'
import { describe, expect } from 'vitest'
import {
  aChangeService,
  aGate,
  aNewChange,
  anEnvironment,
  type SomeNodes,
} from '../../test/support/changes.ts'
import { test } from '../../test/support/database.ts'
import {
  aFingerprint,
  aPlan,
  aProvisionalPlan,
  aRunService,
  aSummary,
} from '../../test/support/runs.ts'
import { aLineage, anUpload, aState } from '../../test/support/state.ts'
import type { Gate } from '../manifest/index.ts'
import type { Db } from '../platform/db/db.ts'
import {
  type Lease,
  type PlanFacts,
  planDigest,
  type RunService,
  type RunStatus,
} from '../runs/index.ts'
import { createStateService } from '../state/index.ts'

/** dev goes before prod, which has a gate. */
const graph: SomeNodes = { 'vpc@dev': [], 'db@dev': ['vpc@dev'], 'db@prod': [] }
const names = Object.keys(graph)

type Attributes = Readonly<Record<string, string>>

interface PlanShape {
  readonly provisional: boolean
  /** What is known of the one resource that it makes. */
  readonly known: Attributes
  readonly deletes: number
}

type Step = { readonly node: string } & Move
type Move =
  | { readonly kind: 'plan' | 'approve and plan again'; readonly shape: PlanShape }
  | { readonly kind: 'finish'; readonly how: 'applied' | 'failed' }
  | {
      readonly kind:
        | 'approve'
        | 'start'
        | 'move the state'
        | 'move the inputs'
        | 'move the sources'
        | 'wait'
        | 'cancel'
        | 'restart'
        | 'all the way'
    }
  | { readonly kind: 'gate'; readonly gate: Gate }

const today = new Date().getUTCDay()
const closed = `${['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][(today + 3) % 7]} 09:00-16:00 UTC`

const node = fc.constantFrom(...names)
const shape: fc.Arbitrary<PlanShape> = fc.record({
  provisional: fc.boolean(),
  known: fc.constantFrom({ name: 'a' }, { name: 'a', host: 'b' }, { name: 'a', host: 'c' }, {}),
  deletes: fc.constantFrom(0, 0, 0, 1),
})
const gate: fc.Arbitrary<Gate> = fc.record({
  approvals: fc.constantFrom(0, 1, 1, 2),
  from: fc.constantFrom([], [], [], ['team/sre']),
  window: fc.constantFrom(undefined, undefined, '00:00-24:00 UTC', closed),
  destroy: fc.constantFrom('allow', 'deny'),
})
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constantFrom('plan' as const, 'approve and plan again' as const),
      shape,
    }),
  },
  { weight: 12, arbitrary: fc.record({ kind: fc.constantFrom('approve', 'start') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('finish' as const),
      how: fc.constantFrom('applied', 'applied', 'failed'),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'all the way' } as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'move the state',
        'move the inputs',
        'move the sources',
        'wait',
        'restart',
        'restart',
        'cancel',
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('gate' as const), gate }) },
)
const devIsDone: Step[] = [
  { kind: 'all the way', node: 'vpc@dev' },
  { kind: 'all the way', node: 'db@dev' },
]
/** People look at one workspace for a while, then at another; often dev is done before. */
const visit = fc.tuple(node, fc.array(move, { minLength: 1, maxLength: 8 }))
const steps: fc.Arbitrary<Step[]> = fc
  .tuple(fc.boolean(), fc.array(visit, { minLength: 1, maxLength: 6 }))
  .map(([isLate, visits]) => [
    ...(isLate ? devIsDone : []),
    ...visits.flatMap(([name, moves]) => moves.map((one) => ({ ...one, node: name }))),
  ])

/** A workspace as the test knows it, without asking. */
interface Place {
  readonly name: string
  readonly workspaceId: string
  run: number
  status: RunStatus
  lease: Lease | undefined
  serial: number
  inputs: number
  source: number
  plan: (PlanShape & { readonly facts: PlanFacts; readonly agreed: boolean }) | undefined
}

/** One change in the hands of several people, and what must be true of it. */
class Platform {
  readonly db: Db
  readonly runs: RunService
  readonly places: ReadonlyMap<string, Place>
  readonly change: number
  gate: Gate = aGate

  constructor(db: Db, change: number, places: ReadonlyMap<string, Place>) {
    this.db = db
    this.runs = aRunService(db)
    this.change = change
    this.places = places
  }

  place(name: string): Place {
    const found = this.places.get(name)
    if (found === undefined) throw new Error(`there is no ${name}`)
    return found
  }

  /** By the book: whether the plan of this workspace may be applied now. */
  may(place: Place): boolean {
    const { plan, name } = place
    if (place.status !== 'planned' || plan === undefined) return false
    if (plan.provisional || !plan.agreed || !isSame(plan.facts, factsNow(place))) return false
    const settled = (other: string) => this.place(other).status === 'applied'
    if (!(graph[name] ?? []).every(settled)) return false
    if (name !== 'db@prod') return true
    const { approvals, from, window, destroy } = this.gate
    const asksForServer = approvals > 1 || (approvals > 0 && from.length > 0)
    const denies = destroy === 'deny' && plan.deletes > 0
    return settled('db@dev') && !asksForServer && !denies && window !== closed
  }

  async take(what: Step): Promise<void> {
    const { runs, db } = this
    const place = this.place(what.node)
    const { run, workspaceId } = place
    switch (what.kind) {
      case 'plan':
        return this.plan(place, what.shape)
      case 'approve and plan again':
        await this.approve(place)
        return this.plan(place, what.shape)
      case 'all the way':
        await this.plan(place, { provisional: false, known: { name: 'a' }, deletes: 0 })
        await this.approve(place)
        await this.start(place)
        return this.finish(place, 'applied')
      case 'approve':
        return this.approve(place)
      case 'start':
        return this.start(place)
      case 'finish':
        return this.finish(place, what.how)
      case 'move the inputs':
        place.inputs += 1
        return
      case 'move the sources':
        place.source += 1
        return
      case 'move the state':
        if (place.status === 'applying') return
        place.serial += 1
        await createStateService(db).write(workspaceId, anUpload(aState({ serial: place.serial })))
        return
      case 'wait':
        if (place.status !== 'queued' && place.status !== 'planned') return
        await runs.wait(run, 'blocked by vpc@dev')
        place.status = 'waiting'
        return
      case 'cancel':
        if (!['queued', 'waiting', 'planned'].includes(place.status)) return
        await runs.cancel(run, 'alice')
        place.status = 'cancelled'
        return
      case 'restart':
        return this.restart()
      case 'gate':
        this.gate = what.gate
        await db
          .updateTable('change_environments')
          .set({ gate: JSON.stringify(what.gate) })
          .where('change_id', '=', this.change)
          .where('name', '=', 'prod')
          .execute()
    }
  }

  private async plan(place: Place, of: PlanShape): Promise<void> {
    if (!['queued', 'waiting', 'planned'].includes(place.status)) return
    const parts = {
      ...factsNow(place),
      fingerprint: aFingerprint(of.known),
      summary: { ...aSummary, delete: of.deletes },
    }
    const outcome = of.provisional ? aProvisionalPlan(parts) : aPlan(parts)
    const lease = await this.runs.startPlanning(place.run, 'runner-1')
    await this.runs.finishPlanning(place.run, lease, outcome)
    const then = place.plan
    const agreed =
      then?.agreed === true &&
      isSameGround(then.facts, outcome.facts) &&
      covers(then.known, of.known)
    place.plan = { ...of, facts: outcome.facts, agreed }
    place.status = 'planned'
  }

  private async approve(place: Place): Promise<void> {
    const { plan, run, status } = place
    if (plan === undefined) return
    const approval = this.runs.approve(run, { digest: planDigest(plan.facts), actor: 'bob' })
    if (status !== 'planned') return expect(approval).rejects.toMatchObject({ code: 'conflict' })
    await approval
    place.plan = { ...plan, agreed: true }
  }

  private async start(place: Place): Promise<void> {
    const planFile = place.plan?.facts.planFile ?? ''
    const facts = { ...factsNow(place), planFile }
    const start = this.runs.startApplying(place.run, { owner: 'runner-1', facts })
    if (!this.may(place)) {
      counts.refused += 1
      return expect(start).rejects.toMatchObject({ code: 'conflict' })
    }
    const { lease, run } = await start
    counts[place.name === 'db@prod' ? 'prod' : 'dev'] += 1
    if (place.plan?.provisional === false && run.status === 'applying') place.lease = lease
    place.status = 'applying'
  }

  private async finish(place: Place, how: 'applied' | 'failed'): Promise<void> {
    const { lease, run } = place
    if (place.status !== 'applying' || lease === undefined) return
    place.serial += 1
    const state = aState({ serial: place.serial })
    const outcome =
      how === 'applied' ? { kind: how, state } : { kind: how, state, reason: 'no quota' }
    await this.runs.finishApplying(run, lease, outcome)
    place.status = how
  }

  private async restart(): Promise<void> {
    const changes = aChangeService(this.db)
    const again = changes.restart(this.change, { actor: 'alice' })
    if ([...this.places.values()].some(({ status }) => status === 'applying')) {
      return expect(again).rejects.toMatchObject({ code: 'conflict' })
    }
    for (const { name, run } of (await again).nodes) {
      const place = this.place(name)
      if (place.run !== run?.id) place.plan = undefined
      place.run = run?.id ?? 0
      place.status = run?.status ?? 'unknown'
    }
  }

  /** What the records say is what the test knows. */
  async check(): Promise<void> {
    const { nodes } = await aChangeService(this.db).view(this.change)
    const recorded = nodes.map(({ name, run }) => [name, run?.id, run?.status])
    expect(recorded).toEqual(
      [...this.places.values()].map(({ name, run, status }) => [name, run, status]),
    )
  }
}

const counts = { dev: 0, prod: 0, refused: 0 }

function factsNow({ serial, inputs, source }: Place): Omit<PlanFacts, 'planFile'> {
  return {
    source: `source-${source}`,
    inputs: `inputs-${inputs}`,
    state: serial === 0 ? undefined : { lineage: aLineage, serial },
    tool: 'terraform 1.11.4',
  }
}

function isSameGround(then: PlanFacts, now: Omit<PlanFacts, 'planFile'>): boolean {
  return then.source === now.source && then.state?.serial === now.state?.serial
}

function isSame(then: PlanFacts, now: Omit<PlanFacts, 'planFile'>): boolean {
  return isSameGround(then, now) && then.inputs === now.inputs
}

function covers(then: Attributes, now: Attributes): boolean {
  return Object.entries(then).every(([name, value]) => now[name] === value)
}

async function aPlatform(db: Db): Promise<Platform> {
  const view = await aChangeService(db).create(
    await aNewChange(db, graph, {
      environments: [
        anEnvironment('dev'),
        anEnvironment('prod', { order: 1, after: 'dev', gate: aGate }),
      ],
      node: () => ({ promoted: true }),
    }),
  )
  const places = view.nodes.map(({ name, workspaceId, run }): [string, Place] => [
    name,
    {
      name,
      workspaceId,
      run: run?.id ?? 0,
      status: 'queued',
      lease: undefined,
      serial: 0,
      inputs: 0,
      source: 0,
      plan: undefined,
    },
  ])
  return new Platform(db, view.change.id, new Map(places))
}

const provisional = { provisional: true, known: { name: 'a' }, deletes: 0 }
const real = { provisional: false, known: { name: 'a', host: 'b' }, deletes: 0 }

// Whatever chance brings, these ways are gone.
const wayThroughTheGate: Step[] = [
  { kind: 'all the way', node: 'vpc@dev' },
  { kind: 'plan', node: 'db@prod', shape: provisional },
  { kind: 'gate', node: 'db@prod', gate: { ...aGate, approvals: 1 } },
  { kind: 'start', node: 'db@prod' },
  { kind: 'approve', node: 'db@prod' },
  { kind: 'start', node: 'db@prod' },
  { kind: 'all the way', node: 'db@dev' },
  { kind: 'start', node: 'db@prod' },
  { kind: 'move the inputs', node: 'db@prod' },
  { kind: 'plan', node: 'db@prod', shape: real },
  { kind: 'start', node: 'db@prod' },
]
const wayOfTheClosedWindow: Step[] = [
  ...devIsDone,
  { kind: 'plan', node: 'db@prod', shape: { ...real, deletes: 1 } },
  { kind: 'approve', node: 'db@prod' },
  { kind: 'gate', node: 'db@prod', gate: { ...aGate, window: closed } },
  { kind: 'start', node: 'db@prod' },
  { kind: 'gate', node: 'db@prod', gate: { ...aGate, destroy: 'deny' } },
  { kind: 'start', node: 'db@prod' },
  { kind: 'gate', node: 'db@prod', gate: { ...aGate, approvals: 2 } },
  { kind: 'start', node: 'db@prod' },
  { kind: 'gate', node: 'db@prod', gate: { ...aGate, approvals: 1, from: ['team/sre'] } },
  { kind: 'start', node: 'db@prod' },
  { kind: 'gate', node: 'db@prod', gate: aGate },
  { kind: 'start', node: 'db@prod' },
]

const wayOfTheOtherPlan: Step[] = [
  { kind: 'plan', node: 'vpc@dev', shape: real },
  { kind: 'approve and plan again', node: 'vpc@dev', shape: { ...real, known: { name: 'a' } } },
  { kind: 'start', node: 'vpc@dev' },
  { kind: 'approve', node: 'vpc@dev' },
  { kind: 'move the sources', node: 'vpc@dev' },
  { kind: 'plan', node: 'vpc@dev', shape: real },
  { kind: 'start', node: 'vpc@dev' },
  { kind: 'approve', node: 'vpc@dev' },
  { kind: 'start', node: 'vpc@dev' },
]

describe('whatever happens to a change between plan and apply', () => {
  test('exactly what is approved, real, wanted by the gate and ready is applied', async ({
    db,
  }) => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const platform = await aPlatform(db)
        for (const each of taken) await platform.take(each)
        await platform.check()
      }),
      { numRuns: 40, examples: [[wayThroughTheGate], [wayOfTheClosedWindow], [wayOfTheOtherPlan]] },
    )
    // A property over runs that never get anywhere would prove nothing.
    expect(counts.dev).toBeGreaterThan(3)
    expect(counts.prod).toBeGreaterThan(1)
    expect(counts.refused).toBeGreaterThan(8)
  })
})
