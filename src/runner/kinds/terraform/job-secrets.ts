import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import {
  type ModuleClosure,
  readAssignments,
  secretVariables,
  stringLiterals,
} from '../../../engines/index.ts'
import type { Value } from '../../../platform/value.ts'
import { valueTexts } from '../../../platform/value-json.ts'
import type { Job } from '../../job.ts'
import { variableFilesOf } from './facts-file.ts'

/**
 * Every secret of a module that is known before Terraform starts: of variables that it calls sensitive
 * or ephemeral, the values that are given, in files, in defaults and in the environment.
 */
export async function secretsOf(job: Job, closure: ModuleClosure): Promise<readonly string[]> {
  const secret = [...closure.root.variables.values()].filter(
    (variable) => variable.sensitive || variable.ephemeral,
  )
  const names = new Set(secret.map((variable) => variable.name))
  const chosen = <T>(values: Readonly<Record<string, T>>) =>
    Object.entries(values).filter(([name]) => names.has(name))
  return [
    ...chosen(job.variables).flatMap(([, value]) => [value, ...stringLiterals(value)]),
    ...chosen<Value>(job.inputs).flatMap(([, value]) => valueTexts(value)),
    ...secret.flatMap((variable) => variable.defaults),
    ...(names.size === 0 ? [] : await secretsInFiles(job, names)),
    ...secretVariables(job.environment.variables, [...names]),
  ]
}

async function secretsInFiles(job: Job, names: ReadonlySet<string>): Promise<readonly string[]> {
  const loaded = (await readdir(job.directory))
    .filter((name) => /^terraform\.tfvars(\.json)?$|\.auto\.tfvars(\.json)?$/.test(name))
    .map((name) => path.join(job.directory, name))
  const found: string[] = []
  for (const file of [...loaded, ...variableFilesOf(job)]) {
    const text = await readFile(file, 'utf8').catch(() => '')
    for (const [name, expression] of readAssignments(file, text)) {
      if (names.has(name)) found.push(...stringLiterals(expression))
    }
  }
  return found
}
