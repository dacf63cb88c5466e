import type { PlanFingerprint } from './plans/fingerprint.ts'
import type { PlannedOutputs } from './plans/planned-outputs.ts'
import type { PlanFacts, PlanSummary } from './run.ts'

/** How planning ended, as the runner reports it. */
export type PlanOutcome =
  | {
      readonly kind: 'planned'
      readonly facts: PlanFacts
      /** What the apply is given; undefined for a provisional plan, which is never applied. */
      readonly file: Buffer | undefined
      /** Terraform's plan as JSON text, sensitive values removed. */
      readonly json: string
      readonly summary: PlanSummary
      readonly changes: boolean
      /** It may be applied as it is: not provisional, and there is something to apply. */
      readonly applicable: boolean
      readonly outputs: PlannedOutputs
      readonly fingerprint: PlanFingerprint
      /** Content of `.terraform.lock.hcl` that `init` left. */
      readonly lockFile: string | undefined
    }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'cancelled' }

/** How an apply ended, as the runner reports it. */
export type ApplyOutcome =
  /** It ended by itself. `state` is what it left, undefined if it left none. */
  | { readonly kind: 'applied'; readonly state: Buffer | undefined }
  | { readonly kind: 'failed'; readonly reason: string; readonly state: Buffer | undefined }
  | { readonly kind: 'cancelled'; readonly state: Buffer | undefined }
  /** Nobody saw the end: killed by force, or the state could not be read. */
  | { readonly kind: 'unknown'; readonly reason: string; readonly state: Buffer | undefined }
