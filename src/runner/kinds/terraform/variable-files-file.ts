import { checkDeclared, renderInputs, renderValues } from '../../../engines/index.ts'
import { writeSecretFile } from '../../phase-runner.ts'
import { componentFiles } from './facts-file.ts'
import type { TerraformPhase } from './terraform-phase-runner.ts'

/**
 * Writes what is given to the module into files that only the tool reads.
 * @returns all files of `-var-file`, in the order in which they count: those of the component, its
 *   inputs, files of the command line, values of the command line
 * @throws AppError `invalid` for what the module does not declare or cannot be written down
 */
export async function writeVariables(phase: TerraformPhase): Promise<readonly string[]> {
  const { job, closure } = phase
  if (closure.root.unreadable.length === 0) {
    const { component, environment } = job.workspace
    const declared = closure.root.variables
    checkDeclared(Object.keys(job.variables), declared)
    checkDeclared(Object.keys(job.inputs), declared, `${component}@${environment}`)
  }
  return write(phase, () => true)
}

/** A saved plan holds all values but those of ephemeral variables, which are given again. */
export async function writeEphemeralVariables(phase: TerraformPhase): Promise<readonly string[]> {
  const { variables } = phase.closure.root
  const isEphemeral = (name: string) => variables.get(name)?.ephemeral === true
  if (![...variables.keys()].some(isEphemeral)) return []
  return write(phase, isEphemeral)
}

async function write(
  phase: TerraformPhase,
  isWanted: (name: string) => boolean,
): Promise<readonly string[]> {
  const { job, places, closure } = phase
  const wanted = <T>(values: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => isWanted(name)))
  return [
    ...componentFiles(job),
    ...(await writeFilled(places.inputs, renderValues(wanted(job.inputs)))),
    ...job.variableFiles,
    ...(await writeFilled(
      places.variables,
      renderInputs(wanted(job.variables), closure.root.variables),
    )),
  ]
}

async function writeFilled(file: string, content: string): Promise<readonly string[]> {
  if (content === '') return []
  await writeSecretFile(file, content)
  return [file]
}
