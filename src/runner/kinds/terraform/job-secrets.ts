import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import {
  type ModuleClosure,
  readAssignments,
  secretVariables,
  stringLiterals,
} from '../../../engines/index.ts'
import { parseState, sensitiveValues } from '../../../state/index.ts'
import type { Job } from '../../job.ts'

/**
 * Every secret that is known before Terraform starts: sensitive values of the state, of variables
 * that the module calls sensitive or ephemeral (given, in files, in defaults), and of environment
 * variables whose names say it.
 */
export async function secretsOf(job: Job, closure: ModuleClosure): Promise<readonly string[]> {
  const secret = [...closure.root.variables.values()].filter(
    (variable) => variable.sensitive || variable.ephemeral,
  )
  const names = new Set(secret.map((variable) => variable.name))
  const given = Object.entries(job.variables)
    .filter(([name]) => names.has(name))
    .flatMap(([, value]) => [value, ...stringLiterals(value)])
  return [
    ...given,
    ...secret.flatMap((variable) => variable.defaults),
    ...(names.size === 0 ? [] : await secretsInFiles(job, names)),
    ...secretVariables(job.environment.variables, [...names]),
    ...(job.state === undefined ? [] : stateSecrets(job.state)),
  ]
}

/** A state that cannot be read (encrypted, of a future format) has no secrets that we could know. */
function stateSecrets(state: Buffer): readonly string[] {
  try {
    return sensitiveValues(parseState(state))
  } catch {
    return []
  }
}

async function secretsInFiles(job: Job, names: ReadonlySet<string>): Promise<readonly string[]> {
  const loaded = (await readdir(job.directory))
    .filter((name) => /^terraform\.tfvars(\.json)?$|\.auto\.tfvars(\.json)?$/.test(name))
    .map((name) => path.join(job.directory, name))
  const found: string[] = []
  for (const file of [...loaded, ...job.variableFiles]) {
    const text = await readFile(file, 'utf8').catch(() => '')
    for (const [name, expression] of readAssignments(file, text)) {
      if (names.has(name)) found.push(...stringLiterals(expression))
    }
  }
  return found
}
