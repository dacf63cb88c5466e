import path from 'node:path'
import {
  describeTool,
  digestInputs,
  hashFile,
  readClosure,
  readSource,
  type SourceTree,
  type Tool,
} from '../../../engines/index.ts'
import { invalid } from '../../../platform/errors.ts'
import type { Value } from '../../../platform/value.ts'
import type { PlanFacts } from '../../../runs/index.ts'
import { hookFacts } from '../../hook-facts.ts'
import type { Job, JobWorkflow } from '../../job.ts'
import { markOf } from '../../state/state-bytes.ts'

/**
 * What an approval binds, as it is now, except for the plan file: to be compared with the facts of
 * the plan before it is applied.
 * @throws AppError `invalid` when a variable file is missing.
 */
export async function currentFacts(job: Job, tool: Tool): Promise<Omit<PlanFacts, 'planFile'>> {
  const closure = await readClosure(job.directory, tool.name)
  return factsOf(job, tool, await readSource(closure.directories, variableFilesOf(job)))
}

/** @throws AppError `invalid` when a variable file is missing. */
export async function factsOf(
  job: Job,
  tool: Tool,
  source: SourceTree,
): Promise<Omit<PlanFacts, 'planFile'>> {
  const mark = job.state && markOf(job.state)
  return {
    source: source.digest,
    state: mark && { lineage: mark.lineage, serial: mark.serial },
    inputs: digestInputs({
      inputs: job.inputs,
      values: { ...serverInputs(job), ...job.variables },
      files: await hashVariableFiles(job),
      imports: job.options.imports ?? [],
      hooks: job.workflow === undefined ? hookFacts(job.hooks) : workflowFacts(job, job.workflow),
    }),
    tool: describeTool(tool),
  }
}

function workflowFacts({ hooks }: Job, { plan, apply }: JobWorkflow): Value {
  const steps = [plan, apply].map((stage) => stage.map((step) => ({ ...step })))
  return [hookFacts(hooks), steps]
}

/** On a server the environment holds nothing but what was set there: its inputs count as such. */
function serverInputs({ environment }: Job): Readonly<Record<string, string>> {
  if (environment.kind === 'user') return {}
  return Object.fromEntries(
    Object.entries(environment.variables).filter(([name]) => name.startsWith('TF_VAR_')),
  )
}

/** The files of the component, then those of the command line; absolute. */
export function variableFilesOf(job: Job): readonly string[] {
  return [...componentFiles(job), ...job.variableFiles]
}

/** `var_files` of the component; absolute. */
export function componentFiles(job: Job): readonly string[] {
  return job.varFiles.map((file) => path.resolve(job.repositoryRoot, file))
}

/** @throws AppError `invalid` for one that is not there. */
export async function hashVariableFiles(
  job: Job,
): Promise<readonly { readonly path: string; readonly sha256: string }[]> {
  return Promise.all(
    variableFilesOf(job).map(async (file) => {
      const sha256 = await hashFile(file)
      if (sha256 !== undefined) return { path: file, sha256 }
      throw invalid(`the variable file ${file} does not exist`, { next: 'Check its path.' })
    }),
  )
}
