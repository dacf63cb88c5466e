import path from 'node:path'
import { describeTool, isReservedVariable } from '../../../../engines/index.ts'
import type { WorkflowStep } from '../../../../manifest/index.ts'
import { type HooksEnd, runTitled } from '../../../hooks-runner.ts'
import type { ApplyOutcome, JobWorkflow, PlanOutcome } from '../../../job.ts'
import {
  learnSecrets,
  type StepsEnd,
  type TerraformPhase,
  withEnvironment,
} from '../terraform-phase-runner.ts'
import { workflowVariables } from './workflow-job.ts'

/** Plans between the steps of the job's workflow, if it has one. */
export async function planByWorkflow(
  phase: TerraformPhase,
  plan: (phase: TerraformPhase) => Promise<PlanOutcome>,
): Promise<PlanOutcome> {
  const { workflow } = phase.job
  if (workflow === undefined) return plan(phase)
  const steps = partsOf(workflow.plan, 'plan')
  const before = await runSteps(phase, steps.before, {})
  if (before.kind !== 'done') return before
  const own = await withEnvironment(phase, before.variables)
  let last: Promise<StepsEnd> = Promise.resolve(before)
  let hasRun = false
  const between = () => {
    // A plan that is made a second time finds what they did.
    if (!hasRun) last = runSteps(own, steps.between, before.variables)
    hasRun = true
    return last
  }
  const outcome = await plan(steps.between.length === 0 ? own : { ...own, between })
  if (outcome.kind !== 'planned') return outcome
  const given = await last
  const after = given.kind === 'done' ? await runSteps(own, steps.after, given.variables) : given
  return after.kind === 'done' ? outcome : after
}

/** Applies between the steps of the job's workflow. What was applied stays recorded if one fails after it. */
export async function applyByWorkflow(
  phase: TerraformPhase,
  apply: (phase: TerraformPhase) => Promise<ApplyOutcome>,
): Promise<ApplyOutcome> {
  const { workflow } = phase.job
  if (workflow === undefined) return apply(phase)
  const steps = partsOf(workflow.apply, 'apply')
  const before = await runSteps(phase, [...steps.before, ...steps.between], {})
  if (before.kind !== 'done') return { ...before, state: undefined }
  const outcome = await apply(await withEnvironment(phase, before.variables))
  if (outcome.kind !== 'applied') return outcome
  const after = await runSteps(phase, steps.after, before.variables)
  return after.kind === 'done' ? outcome : { ...after, state: outcome.state }
}

/** What stands before `init`, between it and the command itself, and after that. */
function partsOf(steps: readonly WorkflowStep[], command: 'plan' | 'apply') {
  const init = steps.findIndex((step) => step.is === 'init')
  const main = steps.findIndex((step) => step.is === command)
  return {
    before: steps.slice(0, init < 0 ? main : init),
    between: init < 0 ? [] : steps.slice(init + 1, main),
    after: steps.slice(main + 1),
  }
}

/** Runs steps one after the other, until one fails; each sees the variables of those before it. */
async function runSteps(
  phase: TerraformPhase,
  steps: readonly WorkflowStep[],
  given: Readonly<Record<string, string>>,
): Promise<StepsEnd> {
  const { job } = phase
  const variables: Record<string, string> = { ...given }
  const { workflow } = job
  if (workflow === undefined) return { kind: 'done', variables }
  for (const step of steps) {
    const end = await runStep(phase, step, { workflow, variables })
    if (end.kind !== 'done') return end
    await learnSecrets(phase, variables)
  }
  return { kind: 'done', variables }
}

interface Around {
  readonly workflow: JobWorkflow
  readonly variables: Record<string, string>
}

async function runStep(
  phase: TerraformPhase,
  step: WorkflowStep,
  { workflow, variables }: Around,
): Promise<HooksEnd> {
  const request = (command: string) => ({
    command,
    env: environmentOf(phase, workflow, variables),
    operation: phase.job.operation,
    directory: phase.job.directory,
  })
  switch (step.is) {
    case 'env':
      variables[step.name] = step.value
      return { kind: 'done' }
    case 'env-command':
      return runTitled(phase, `env ${step.name}`, {
        ...request(step.command),
        onSaid: (said) => {
          variables[step.name] = said
        },
      })
    case 'multienv': {
      let fault: string | undefined
      const onSaid = (said: string) => {
        fault = addAll(variables, said)
      }
      const end = await runTitled(phase, 'multienv', { ...request(step.command), onSaid })
      return fault === undefined ? end : { kind: 'failed', reason: fault }
    }
    case 'run':
      return runTitled(phase, 'run', { ...request(step.command), isHidden: step.isHidden })
    default:
      return { kind: 'done' } // The tool's own command.
  }
}

/** As Atlantis gives it, with what a tool of that module needs to find its providers. */
function environmentOf(
  phase: TerraformPhase,
  workflow: JobWorkflow,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { job, places, tool } = phase
  return {
    ...phase.variables(job.ownState ? 'own' : 'local'),
    ...workflowVariables(job, workflow),
    PLANFILE: places.plan,
    SHOWFILE: path.join(places.root, 'show.json'),
    ATLANTIS_TERRAFORM_VERSION: describeTool(tool).replace(/^\D+/, ''),
    ...variables,
  }
}

/** Reads `A=1,B="2,3"`; a sentence for what is none. */
function addAll(variables: Record<string, string>, said: string): string | undefined {
  for (let rest = said; rest !== ''; ) {
    const [whole, name, value = ''] =
      /^\s*([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|[^,"]*)(?:,|$)/.exec(rest) ?? []
    if (whole === undefined || name === undefined) {
      return 'multienv: what it printed is not NAME=VALUE,NAME=VALUE'
    }
    if (isReservedVariable(name)) return `multienv: ${name} cannot be set: Portolan sets it`
    variables[name] = value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value
    rest = rest.slice(whole.length)
  }
  return undefined
}
