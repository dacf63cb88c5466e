import { invalid } from '../../platform/errors.ts'
import type { PlanAction, PlannedChange, PlanSummary } from '../run.ts'
import { coversAddress } from './address.ts'
import type { ResourceChange, TerraformPlan } from './plan-json.ts'
import { riskLine, severityOf } from './plan-risk.ts'

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

const LISTED_CHANGES = 500

/** What ends a resource comes first, what only looks at one comes last. */
const order: readonly PlanAction[] = [
  'delete',
  'replace',
  'forget',
  'update',
  'create',
  'import',
  'move',
  'read',
]

/**
 * What a plan would do, how dangerous that is, and which protected resources it touches.
 * @throws AppError `invalid` for an action that this version does not know: it is never guessed.
 */
export function summarizePlan(
  plan: TerraformPlan,
  options: { readonly protect: ProtectRules },
): PlanSummary {
  const changes = (plan.resource_changes ?? [])
    .flatMap((change) => plannedChange(change))
    .toSorted((a, b) => order.indexOf(a.action) - order.indexOf(b.action))
  const guarded = changes.filter(
    (change) => isEnding(change) && isProtected(change, options.protect),
  )
  const outputs = Object.entries(plan.output_changes ?? {})
    .filter(([, change]) => !change.actions.every((action) => action === 'no-op'))
    .map(([name]) => name)
  const drifted = relevantDrift(plan, changes)
  return {
    create: count(changes, 'create'),
    update: count(changes, 'update'),
    replace: count(changes, 'replace'),
    delete: count(changes, 'delete'),
    forget: count(changes, 'forget'),
    import: (plan.resource_changes ?? []).filter((change) => change.change.importing).length,
    move: changes.filter((change) => change.previousAddress !== undefined).length,
    outputs,
    drifted,
    risk: riskLine({ plan, changes, guarded, outputs, drifted }),
    severity: severityOf({ plan, changes, guarded, outputs, drifted }),
    protected: [...new Set(guarded.map((change) => change.address))],
    changes: changes.slice(0, LISTED_CHANGES),
  }
}

/** True when it does anything at all; a change of an output alone counts, reading data does not. */
export function hasChanges(summary: PlanSummary): boolean {
  const { create, update, replace, delete: deleted, forget, import: imported, move } = summary
  return create + update + replace + deleted + forget + imported + move + summary.outputs.length > 0
}

function count(changes: readonly PlannedChange[], action: PlanAction): number {
  return changes.filter((change) => change.action === action).length
}

function plannedChange(change: ResourceChange): PlannedChange[] {
  const action = actionOf(change)
  if (action === undefined) return []
  return [
    {
      address: change.address,
      type: change.type,
      action,
      reason: change.action_reason,
      replacePaths: (change.change.replace_paths ?? []).map((path) => path.join('.')),
      previousAddress: change.previous_address,
    },
  ]
}

/** One word for Terraform's list of actions; undefined when nothing happens. */
function actionOf(change: ResourceChange): PlanAction | undefined {
  const { actions } = change.change
  switch (actions.join(',')) {
    case 'no-op':
      if (change.change.importing) return 'import'
      return change.previous_address === undefined ? undefined : 'move'
    case 'read':
    case 'open':
      return 'read'
    case 'create':
      return 'create'
    case 'update':
      return 'update'
    case 'delete':
      return 'delete'
    case 'forget':
      return 'forget'
    case 'delete,create':
    case 'create,delete':
    case 'create,forget':
    case 'forget,create':
      return 'replace'
    default:
      throw invalid(
        `the plan does something with ${change.address} that Portolan does not know: ${actions.join(', ')}`,
        { next: 'Nothing was changed. Use a Terraform or OpenTofu that this Portolan knows.' },
      )
  }
}

function isEnding(change: PlannedChange): boolean {
  return change.action === 'delete' || change.action === 'replace' || change.action === 'forget'
}

function isProtected(change: PlannedChange, rules: ProtectRules): boolean {
  if (rules.component || rules.types.includes(change.type)) return true
  // A resource that is renamed in the same plan stays protected under its old name.
  const addresses = [change.address, change.previousAddress ?? change.address]
  return rules.addresses.some((pattern) =>
    addresses.some((address) => coversAddress(pattern, address)),
  )
}

/** Drift that this plan acts on or reads; all of it when the plan only records what is. */
function relevantDrift(plan: TerraformPlan, changes: readonly PlannedChange[]): number {
  const drift = (plan.resource_drift ?? []).filter(
    (change) => !change.change.actions.every((action) => action === 'no-op'),
  )
  if (changes.length === 0) return drift.length
  const relevant = new Set([
    ...changes.map((change) => change.address),
    ...(plan.relevant_attributes ?? []).map((attribute) => attribute.resource),
  ])
  return drift.filter((change) => relevant.has(change.address)).length
}
