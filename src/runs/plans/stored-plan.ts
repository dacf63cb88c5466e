import type { PlanFacts } from '../run.ts'

/** A recorded plan without its file, which holds secrets. */
export interface StoredPlan {
  readonly runId: number
  /** What an approval names, lowercase hex. */
  readonly digest: string
  readonly facts: PlanFacts
  /** Terraform finished planning without errors and says that it can be applied. */
  readonly applicable: boolean
  /** Made from values that an apply has yet to bring: shown, never applied. */
  readonly provisional: boolean
  /** The sealed plan file is still there. */
  readonly hasFile: boolean
  /** Content of `.terraform.lock.hcl`, carried from plan to apply. */
  readonly lockFile: string | undefined
  /** Terraform's plan as JSON text, sensitive values removed. */
  readonly json: string
  readonly createdAt: Date
}
