import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { RunInputs } from '../../app/runs/input-file.ts'
import { namesIn, valuesThatCount } from '../../engines/index.ts'
import { codeOf } from '../../platform/errors.ts'
import { ignoredFiles } from '../../projects/index.ts'
import { givenInputs, type RunFlags } from './run-flags.ts'

export interface VariableFile {
  readonly name: string
  readonly ignoredByGit: boolean
}

/** Files of variables that Terraform loads by itself in a directory, in its order. */
export async function automaticVariableFiles(
  directory: string,
  env: Readonly<Record<string, string>>,
): Promise<VariableFile[]> {
  const names = await readdir(directory)
  const automatic = [
    ...['terraform.tfvars', 'terraform.tfvars.json'].filter((name) => names.includes(name)),
    ...names.filter((name) => /\.auto\.tfvars(\.json)?$/.test(name)).sort(),
  ]
  const ignored = await ignoredFiles(directory, env, automatic).catch(() => [])
  return automatic.map((name) => ({
    name,
    ignoredByGit: ignored.some((file) => path.basename(file) === name),
  }))
}

/**
 * The values and files of a command line; paths are relative to the directory that it acts on.
 * @throws AppError `invalid`
 */
export async function readInputs(directory: string, flags: RunFlags): Promise<RunInputs> {
  const given = await Promise.all(
    givenInputs(flags).map(async (input) => {
      if (input.kind === 'value') return input
      const file = path.resolve(directory, input.file)
      return { ...input, file, names: await namesInFile(file) }
    }),
  )
  return {
    variables: valuesThatCount(given),
    variableFiles: given.flatMap((input) => (input.kind === 'file' ? [input.file] : [])),
  }
}

async function namesInFile(file: string): Promise<readonly string[] | undefined> {
  try {
    return namesIn(file, await readFile(file, 'utf8'))
  } catch (error) {
    // Whoever plans says that it is not there.
    return codeOf(error) === 'ENOENT' ? [] : undefined
  }
}
