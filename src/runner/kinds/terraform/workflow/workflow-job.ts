import path from 'node:path'
import { type ExtraCommand, readExtraArguments } from '../../../../engines/index.ts'
import type { WorkflowStep } from '../../../../manifest/index.ts'
import { invalid } from '../../../../platform/errors.ts'
import type { Job, JobWorkflow } from '../../../job.ts'

/**
 * A job with what the arguments of its workflow's steps say in the places of a job: approvals and
 * checks see them as they see all else.
 * @throws AppError `invalid` for an argument that is not taken, or that names what nobody knows
 */
export function withWorkflow(job: Job): Job {
  const { workflow, options } = job
  if (workflow === undefined) return job
  const plan = readExtraArguments('plan', argumentsOf('plan', workflow.plan, job, workflow))
  const apply = readExtraArguments('apply', argumentsOf('apply', workflow.apply, job, workflow))
  const init = readExtraArguments('init', argumentsOf('init', workflow.plan, job, workflow))
  refuseBackendConfig(job, init.plain)
  const inModule = (file: string) => path.resolve(job.directory, file)
  const inRepository = (file: string) => path.resolve(job.repositoryRoot, file)
  const parallel = apply.parallelism === undefined ? [] : [`-parallelism=${apply.parallelism}`]
  return {
    ...job,
    variables: { ...plan.variables, ...job.variables },
    // As in Atlantis the file of the workspace counts more than those of the arguments.
    variableFiles: [
      ...plan.variableFiles.map(inModule),
      ...job.varFiles.map(inRepository),
      ...job.variableFiles,
    ],
    varFiles: [],
    options: {
      ...options,
      targets: [...plan.targets, ...options.targets],
      replace: [...plan.replace, ...options.replace],
      refresh: plan.refresh ?? options.refresh,
      ...(plan.parallelism === undefined ? {} : { parallelism: plan.parallelism }),
    },
    extraArguments: { init: init.plain, plan: plan.plain, apply: [...apply.plain, ...parallel] },
  }
}

/** What steps and their arguments know of the job. */
export function workflowVariables(
  { terraformWorkspace, directory, repositoryRoot }: Job,
  { variables }: JobWorkflow,
): Readonly<Record<string, string>> {
  return {
    ...variables,
    WORKSPACE: terraformWorkspace,
    DIR: directory,
    REPO_REL_DIR: path.relative(repositoryRoot, directory) || '.',
  }
}

function argumentsOf(
  command: ExtraCommand,
  steps: readonly WorkflowStep[],
  job: Job,
  workflow: JobWorkflow,
): readonly string[] {
  const known = new Map(Object.entries(workflowVariables(job, workflow)))
  for (const step of steps) {
    if (step.is === 'env') known.set(step.name, step.value)
    if (step.is === command) return step.arguments.map((one) => expanded(one, known))
  }
  return []
}

function expanded(argument: string, known: ReadonlyMap<string, string>): string {
  return argument.replace(/\$(?:(\w+)|\{(\w+)\})/g, (_whole, plain?: string, braced?: string) => {
    const name = plain ?? braced ?? ''
    const value = known.get(name)
    if (value !== undefined) return value
    throw invalid(`\`extra_args\` name $${name}, which is not known before the steps run`, {
      next: `Known are ${[...known.keys()].join(', ')}, and what \`env\` sets before it with a \`value\`.`,
    })
  })
}

function refuseBackendConfig({ ownState, directory }: Job, init: readonly string[]): void {
  const found = init.find((one) => one.startsWith('-backend-config'))
  if (found === undefined || ownState) return
  throw invalid(`${found} says where a state is, and ${directory} has no backend of its own`, {
    next: 'Leave it out: Portolan keeps the state.',
  })
}
