import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { lockFileName, type SchemaQuestion, schemaArguments } from '../../../engines/index.ts'
import type { TerraformPhase } from './terraform-phase-runner.ts'
import type { Backend } from './terraform-places.ts'

/**
 * Lets the tool print the schemas of providers that `init` installed for this workspace: in a
 * directory that uses them and has nothing else, neither a backend nor a module.
 * @returns undefined when it does not.
 */
export async function askSchemas(
  phase: TerraformPhase,
  setting: { readonly backend: Backend; readonly variables: Readonly<Record<string, string>> },
  { providers, lockFile }: SchemaQuestion,
): Promise<string | undefined> {
  const { probe, data } = phase.places
  const probeData = path.join(probe, 'data')
  const required = Object.fromEntries(providers.map((source, index) => [`p${index}`, { source }]))
  const configuration = { terraform: { required_providers: required } }
  await rm(probe, { recursive: true, force: true })
  await mkdir(probeData, { recursive: true, mode: 0o700 })
  try {
    await symlink(path.join(data[setting.backend], 'providers'), path.join(probeData, 'providers'))
    await writeFile(path.join(probe, 'main.tf.json'), JSON.stringify(configuration))
    await writeFile(path.join(probe, lockFileName), lockFile)
    const lines: string[] = []
    const exit = await phase.terraform(schemaArguments(), {
      cwd: probe,
      variables: { ...setting.variables, TF_DATA_DIR: probeData, TF_WORKSPACE: 'default' },
      maximumLine: 1024 * 1024 * 1024,
      onLine: ({ text }, stream) => {
        if (stream === 'stdout') lines.push(text)
      },
    })
    return exit.exitCode === 0 ? lines.join('\n') : undefined
  } finally {
    await rm(probe, { recursive: true, force: true })
  }
}
