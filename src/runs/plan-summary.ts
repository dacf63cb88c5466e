import type { TerraformPlan } from './plan-json.ts'
import type { PlanSummary } from './run.ts'

/** What may not be deleted, replaced or forgotten without an override. */
export interface ProtectRules {
  /** The component is protected as a whole: every resource of it. */
  readonly component: boolean
  /** Resource types: `aws_db_instance`. */
  readonly types: readonly string[]
  /** Addresses, with `*` for any text: `module.data.*`. */
  readonly addresses: readonly string[]
}

export const protectNothing: ProtectRules = { component: false, types: [], addresses: [] }

/** What a plan would do, how dangerous that is, and which protected resources it touches. */
export function summarizePlan(
  _plan: TerraformPlan,
  _options: { readonly protect: ProtectRules },
): PlanSummary {
  return {
    create: 0,
    update: 0,
    replace: 0,
    delete: 0,
    forget: 0,
    import: 0,
    move: 0,
    outputs: [],
    drifted: 0,
    risk: 'no changes',
    severity: 'none',
    protected: [],
    changes: [],
  }
}
