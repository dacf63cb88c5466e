import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { ignoredFiles } from '../projects/index.ts'

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
