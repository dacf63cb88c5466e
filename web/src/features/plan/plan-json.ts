import { parseExactJson } from './exact-json.ts'
import { type JsonObject, listIn, objectIn, textIn } from './value.ts'

/** An entry of `resource_changes`, `resource_drift` or `output_changes`; the change itself stays as it came. */
export interface ChangeEntry {
  readonly address: string
  readonly mode: string
  readonly type: string
  readonly deposed: string | undefined
  readonly previousAddress: string | undefined
  readonly actionReason: string | undefined
  /** Why Terraform puts it off. */
  readonly deferred: string | undefined
  readonly change: JsonObject
}

export interface CheckResult {
  readonly address: string
  readonly status: string
  readonly problems: readonly string[]
}

/** The parts of a plan that are shown. */
export interface PlanContent {
  readonly digest: string
  readonly provisional: boolean
  readonly createdAt: string
  readonly tool: string
  readonly resources: readonly ChangeEntry[]
  readonly drift: readonly ChangeEntry[]
  readonly outputs: readonly ChangeEntry[]
  readonly deferred: readonly ChangeEntry[]
  readonly checks: readonly CheckResult[]
  readonly errored: boolean
}

/**
 * Reads the answer of `GET /runs/:id/plan`. What is missing or of another form is passed over: a
 * plan of a newer format is shown as far as it is understood.
 * @throws SyntaxError
 */
export function readPlan(text: string): PlanContent {
  const answer = objectIn(parseExactJson(text))
  const plan = objectIn(answer['plan'])
  return {
    digest: textIn(answer['digest']) ?? '',
    provisional: answer['provisional'] === true,
    createdAt: textIn(answer['createdAt']) ?? '',
    tool: textIn(answer['tool']) ?? '',
    resources: listIn(plan['resource_changes']).map((entry) => toEntry(entry)),
    drift: listIn(plan['resource_drift']).map((entry) => toEntry(entry)),
    outputs: Object.entries(objectIn(plan['output_changes'])).map(([name, change]) =>
      toEntry({ address: name, mode: 'output', change }),
    ),
    deferred: listIn(plan['deferred_changes']).map((entry) => {
      const { reason, resource_change: change } = objectIn(entry)
      return toEntry(change, textIn(reason) ?? 'unknown')
    }),
    checks: listIn(plan['checks']).map(toCheck),
    errored: plan['errored'] === true,
  }
}

function toEntry(value: unknown, deferred?: string): ChangeEntry {
  const entry = objectIn(value)
  return {
    address: textIn(entry['address']) ?? '(no address)',
    mode: textIn(entry['mode']) ?? 'managed',
    type: textIn(entry['type']) ?? '',
    deposed: textIn(entry['deposed']),
    previousAddress: textIn(entry['previous_address']),
    actionReason: textIn(entry['action_reason']),
    deferred,
    change: objectIn(entry['change']),
  }
}

function toCheck(value: unknown): CheckResult {
  const check = objectIn(value)
  const instances = listIn(check['instances']).map(objectIn)
  return {
    address: textIn(objectIn(check['address'])['to_display']) ?? 'check',
    status: textIn(check['status']) ?? 'unknown',
    problems: instances
      .flatMap((instance) => listIn(instance['problems']))
      .flatMap((problem) => textIn(objectIn(problem)['message']) ?? []),
  }
}
