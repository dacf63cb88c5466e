import { createHash } from 'node:crypto'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import { conflict, locked, messageOf, unavailable } from '../../platform/errors.ts'
import type { Lock, StateService } from '../../state/index.ts'
import type { Changes, RunDependencies } from '../dependencies.ts'
import type { Lease } from '../leases/lease.ts'
import * as leaseStore from '../leases/lease-store.ts'
import * as approvalStore from '../plans/approval-store.ts'
import * as planStore from '../plans/plan-store.ts'
import { type PlanFacts, type Run, runName } from '../run.ts'
import * as runStore from '../run-store.ts'
import type { ChangeEvidence } from './change-evidence.ts'
import type { Evidence, Known, Requirement } from './evidence.ts'
import { decideRequirements } from './requirements.ts'
import { wayOut } from './way-out.ts'

export interface StartApplyingRequest {
  readonly owner: string
  /** The facts as they are now, gathered anew. */
  readonly facts: PlanFacts
}

/** All that a runner needs to apply; durable before it starts. */
export interface StartedApply {
  readonly run: Run
  readonly lease: Lease
  /** The very file that was approved. Holds secrets. */
  readonly planFile: Buffer
  readonly lock: Lock
}

/** The way from an approved plan to an apply that has the workspace for itself. */
export interface ApplyingService {
  requirements(id: number, facts: PlanFacts): Promise<Requirement[]>
  startApplying(id: number, request: StartApplyingRequest): Promise<StartedApply>
}

export function createApplyingService(db: Db, deps: RunDependencies): ApplyingService {
  return {
    async requirements(id, facts) {
      const run = await runStore.get(db, id)
      return decideRequirements(await gather(db, deps, { run, facts }))
    },

    startApplying: (id, request) =>
      inTransaction(db, async (tx) => {
        const known = await runStore.get(tx, id)
        await deps.changes?.hold(tx, known)
        await runStore.lockWorkspace(tx, known.workspaceId)
        const { run } = await runStore.lock(tx, id)
        const evidence = await gather(tx, deps, { run, facts: request.facts })
        refuseUnmet(run, evidence)
        await deps.changes?.reserve(tx, run)
        const planFile = await openPlanFile(tx, deps, { run, facts: request.facts })
        const lock = await takeLock(deps.state(tx), run, {
          tool: request.facts.tool,
          since: await runStore.databaseTime(tx),
        })
        const applying = await runStore.move(tx, run, {
          to: 'applying',
          lease: { take: request.owner, fence: lock.fence },
        })
        return { run: applying, lease: await leaseStore.leaseOf(tx, id), planFile, lock }
      }),
  }
}

interface Question {
  readonly run: Run
  readonly facts: PlanFacts
}

/** One after the other: a transaction has one connection. */
async function gather(db: Db, deps: RunDependencies, { run, facts }: Question): Promise<Evidence> {
  const { id, workspaceId } = run
  const state = deps.state(db)
  return {
    run,
    facts,
    plan: await lookUp(() => planStore.find(db, id)),
    approvals: await lookUp(() => approvalStore.approvals(db, id)),
    state: await lookUp(async () => {
      const current = await state.current(workspaceId)
      return current && { lineage: current.lineage, serial: current.serial }
    }),
    atRisk: await lookUp(() => state.atRisk(workspaceId)),
    otherApply: await lookUp(() => runStore.applying(db, workspaceId)),
    lock: await lookUp(() => state.heldLock(workspaceId)),
    change: await lookUp(() => changeEvidence(db, deps, run)),
    reservation: await lookUp(() => changesOf(deps, run).reservation(db, run)),
    selfOverride: deps.selfOverride === true,
  }
}

async function changeEvidence(
  db: Db,
  deps: RunDependencies,
  run: Run,
): Promise<ChangeEvidence | undefined> {
  if (run.changeId === undefined) return undefined
  return changesOf(deps, run).evidence(db, run)
}

function changesOf({ changes }: RunDependencies, run: Run): Changes {
  if (changes === undefined) throw conflict(`nothing here knows the change of ${runName(run.id)}`)
  return changes
}

async function lookUp<T>(work: () => Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await work() }
  } catch (error) {
    return { known: false, error: messageOf(error) }
  }
}

function refuseUnmet(run: Run, evidence: Evidence): void {
  const unmet = decideRequirements(evidence).filter((requirement) => !requirement.met)
  const first = unmet[0]
  if (!first) return
  const name = runName(run.id)
  const isLocked = unmet.length === 1 && first.name === 'unlocked'
  const held = evidence.lock.known ? evidence.lock.value : undefined
  const refuse = isLocked ? locked : conflict
  throw refuse(`${name} may not be applied: ${unmet.map(({ sentence }) => sentence).join('; ')}`, {
    details: { unmet, ...(isLocked && held ? { lock: held } : {}) },
    next: wayOut(first, evidence),
  })
}

async function openPlanFile(
  tx: Db,
  { seal }: RunDependencies,
  { run, facts }: Question,
): Promise<Buffer> {
  const sealed = await planStore.sealedFile(tx, run.id)
  const file = sealed && seal.open(sealed)
  if (file && createHash('sha256').update(file).digest('hex') === facts.planFile) return file
  throw unavailable(`the plan file that was kept for ${runName(run.id)} is not the approved one`, {
    next: 'Nothing was changed. Plan again.',
  })
}

interface LockNote {
  readonly tool: string
  readonly since: Date
}

/** Terraform up to 1.14 shows nothing of a lock but its id, so that says who, what and since when. */
function takeLock(state: StateService, run: Run, { tool, since }: LockNote): Promise<Lock> {
  const actor = run.actor.replace(/\p{Cc}/gu, ' ').slice(0, 200)
  const id = `${runName(run.id)} by ${actor}, applying since ${since.toISOString().slice(11, 16)} UTC`
  return state.lock(run.workspaceId, {
    id,
    kind: 'run',
    actor: run.actor,
    runId: run.id,
    info: {
      ID: id,
      Operation: 'OperationTypeApply',
      Info: '',
      Who: actor,
      Version: tool,
      Created: since.toISOString(),
      Path: run.source.directory,
    },
  })
}
