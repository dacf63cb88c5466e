import {
  type ModuleClosure,
  readClosure,
  type Tool,
  toolVariables,
  withLateCollection,
} from '../../../engines/index.ts'
import type { HooksEnd } from '../../hooks-runner.ts'
import type { Job, LogPhase, RunnerPort } from '../../job.ts'
import { inPhase, type Phase, type ProgramExit, type ProgramOptions } from '../../phase-runner.ts'
import { secretsOf } from './job-secrets.ts'
import { type Backend, type TerraformPlaces, terraformPlacesIn } from './terraform-places.ts'

/** Everything that one phase of a run of Terraform's works with. */
export interface TerraformPhase extends Phase {
  readonly tool: Tool
  readonly places: TerraformPlaces
  readonly closure: ModuleClosure
  /** The environment of a tool that works with that backend. */
  variables(backend: Backend): Readonly<Record<string, string>>
  /** What is to be done between `init` and `plan`, once. */
  readonly between?: () => Promise<StepsEnd>
  /** Runs the tool to its end, in the module unless somewhere else is named. */
  terraform(args: readonly string[], options: TerraformOptions): Promise<ProgramExit>
}

/** How steps of a workflow ended, and the variables that they gave. */
export type StepsEnd =
  | { readonly kind: 'done'; readonly variables: Readonly<Record<string, string>> }
  | Exclude<HooksEnd, { readonly kind: 'done' }>

/** The same phase with further variables in the environment, and its module as it is now. */
export async function withEnvironment(
  phase: TerraformPhase,
  more: Readonly<Record<string, string>>,
): Promise<TerraformPhase> {
  const job = withVariables(phase.job, more)
  const closure = await readClosure(job.directory, phase.tool.name)
  const own = {
    ...phase,
    job,
    closure,
    variables: (backend: Backend) => variablesOf({ job, places: phase.places }, backend),
  }
  await learnSecrets(own, {})
  return own
}

/** Before anything can show them: secrets among further variables, and in files that were just written. */
export async function learnSecrets(
  { job, closure, redactor }: TerraformPhase,
  more: Readonly<Record<string, string>>,
): Promise<void> {
  redactor.add(await secretsOf(withVariables(job, more), closure))
}

function withVariables(job: Job, more: Readonly<Record<string, string>>): Job {
  const { environment } = job
  return {
    ...job,
    environment: { ...environment, variables: { ...environment.variables, ...more } },
  }
}

export type TerraformOptions = Omit<ProgramOptions, 'cwd' | 'stop'> &
  Partial<Pick<ProgramOptions, 'cwd' | 'stop'>>

/** As {@link inPhase}, with the module read and the tool at hand. */
export async function inTerraformPhase<T>(
  { job, port, tool }: { readonly job: Job; readonly port: RunnerPort; readonly tool: Tool },
  name: LogPhase,
  work: (phase: TerraformPhase) => Promise<T>,
): Promise<T> {
  const places = terraformPlacesIn(job.workDirectory, job.terraformWorkspace)
  return inPhase({ job, port, places, stateFile: places.state }, name, async (phase) => {
    const closure = await readClosure(job.directory, tool.name)
    phase.redactor.add(await secretsOf(job, closure))
    return work({
      ...phase,
      tool,
      places,
      closure,
      variables: (backend) => variablesOf({ job, places }, backend),
      terraform: (args, options) =>
        phase.run(tool.path, args, { cwd: job.directory, stop: 'graceful', ...options }),
    })
  })
}

/** Bytes of a state of a few hundred resources. */
const smallState = 1_000_000

function variablesOf(
  { job, places }: { readonly job: Job; readonly places: TerraformPlaces },
  backend: Backend,
): Readonly<Record<string, string>> {
  const whole = toolVariables(job.environment, {
    dataDirectory: places.data[backend],
    home: places.home,
    temporary: places.temporary,
    terraformWorkspace: job.terraformWorkspace,
  })
  const isSmall = (job.state?.length ?? 0) < smallState
  const { TF_WORKSPACE: workspace, ...variables } = isSmall ? withLateCollection(whole) : whole
  // A backend of the person's may know no workspaces, or name one itself, and then takes no other.
  if (workspace === undefined || (backend === 'own' && workspace === 'default')) return variables
  return { ...variables, TF_WORKSPACE: workspace }
}
