import type { Lock, QuarantinedState } from '../../state/index.ts'
import type { PlanFacts, Run } from '../run.ts'
import type { ChangeEvidence, ReservationEvidence } from './change-evidence.ts'

/** Something that must hold before a run may apply. */
export interface Requirement {
  readonly name: RequirementName
  readonly met: boolean
  /** What holds, or what is in the way; a sentence. */
  readonly sentence: string
}

export type RequirementName =
  | 'planned'
  | 'applicable'
  | 'approved'
  | 'not-stale'
  | 'state-safe'
  | 'no-other-apply'
  | 'unlocked'
  | 'override'
  | 'reserved'
  | ChangeRequirementName

/** What is asked of runs of a change alone. */
export type ChangeRequirementName =
  | 'change'
  | 'current'
  | 'upstreams'
  | 'promotion'
  | 'gate'
  | 'window'
  | 'destroy-policy'

/** Something that was looked up; what could not be is never assumed. */
export type Known<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly error: string }

/** Somebody with an account, as it is now. */
export interface Approver {
  readonly id: string
  /** What they sign in with. */
  readonly name: string
  readonly teams: readonly string[]
  readonly isDisabled: boolean
}

export interface Approval {
  readonly digest: string
  readonly actor: string
  /** Who that is, if it was proved. */
  readonly person: Approver | undefined
  readonly overrideReason: string | undefined
  readonly createdAt: Date
}

/** The plan as far as it decides whether it may be applied. */
interface PlanEvidence {
  readonly digest: string
  readonly facts: PlanFacts
  /** Terraform finished planning without errors and says that it can be applied. */
  readonly applicable: boolean
  /** Made from values that an apply has yet to bring. */
  readonly provisional: boolean
  /** The sealed plan file is still there. */
  readonly hasFile: boolean
}

/** Everything that the decision rests on. */
export interface Evidence {
  readonly run: Run
  readonly plan: Known<PlanEvidence | undefined>
  readonly approvals: Known<readonly Approval[]>
  /** The facts as they are now. */
  readonly facts: PlanFacts
  /** The workspace's current state, by its log. */
  readonly state: Known<PlanFacts['state']>
  readonly atRisk: Known<QuarantinedState | undefined>
  /** Another run of the workspace that is applying, or whose end nobody saw. */
  readonly otherApply: Known<Run | undefined>
  readonly lock: Known<Lock | undefined>
  /** What the run's change asks for; of a run of none nothing is asked. */
  readonly change: Known<ChangeEvidence | undefined>
  /** Which pull request goes before it in its workspace. */
  readonly reservation: Known<ReservationEvidence>
  /** A person alone may override the protection in a run of his own. */
  readonly selfOverride: boolean
}

export type Verdict = readonly [met: boolean, sentence: string]

/** Decides one requirement; what it throws is what could not be found out. */
export type Decider = readonly [RequirementName, (evidence: Evidence) => Verdict]

/** What was looked up. @throws Error when it could not be */
export function ascertained<T>(known: Known<T>): T {
  if (known.known) return known.value
  throw new Error(known.error)
}
