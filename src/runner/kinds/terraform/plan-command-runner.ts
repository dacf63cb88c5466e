import { planArguments } from '../../../engines/index.ts'
import { tryAgain } from '../../retry.ts'
import type { Step } from './prepare-runner.ts'
import type { TerraformPhase } from './terraform-phase-runner.ts'
import type { Backend } from './terraform-places.ts'
import { failureReason, ToolErrors } from './tool-errors.ts'

export interface PlanSetting {
  readonly backend: Backend
  readonly variables: Readonly<Record<string, string>>
  readonly variableFiles: readonly string[]
}

/** How `plan` ended; one that wants `init` may go again after it. */
export type Ran =
  | { readonly kind: 'done'; readonly changes: boolean }
  | { readonly kind: 'wants-init'; readonly reason: string }
  | Exclude<Step, { kind: 'done' }>

/** Runs `plan`, and again after a passing failure if the component wants that. */
export async function runPlan(phase: TerraformPhase, setting: PlanSetting): Promise<Ran> {
  const ran = await tryAgain(
    phase,
    (hear) => runPlanOnce(phase, setting, hear),
    ({ kind }) => kind === 'failed',
  )
  return ran.kind === 'failed' ? (phase.cancellation.outcome ?? ran) : ran
}

async function runPlanOnce(
  phase: TerraformPhase,
  setting: PlanSetting,
  hear: (text: string) => void,
): Promise<Ran> {
  const { job, places, log, cancellation, redactor } = phase
  const { operation, options } = job
  const errors = new ToolErrors()
  const extra = job.extraArguments?.plan ?? []
  const request = { operation, ...options, ownBackend: setting.backend === 'own', extra }
  const exit = await phase.terraform(planArguments(request, places.plan, setting.variableFiles), {
    variables: setting.variables,
    onLine: ({ text, dropped }, stream) => {
      hear(text)
      errors.line(text)
      // It ends with advice on commands that are not the person's business here.
      if (stream === 'stderr' || !isAdvice(text)) log.line(text, dropped)
    },
  })
  if (cancellation.outcome !== undefined) return cancellation.outcome
  if (exit.exitCode === 0 || exit.exitCode === 2) {
    return { kind: 'done', changes: exit.exitCode === 2 }
  }
  const reason = redactor.redact(failureReason('plan', exit, errors))
  return errors.wantsInit ? { kind: 'wants-init', reason } : { kind: 'failed', reason }
}

function isAdvice(text: string): boolean {
  return /^Saved the plan to: |^To perform exactly these actions, run the following|^ {4}(terraform|tofu) apply "/.test(
    text,
  )
}
