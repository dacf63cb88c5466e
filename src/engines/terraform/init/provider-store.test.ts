import { lstat, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import { labProvider, makeProviderMirror } from '../../../../test/support/provider/mirror.ts'
import { zipOf } from '../../../../test/support/provider/zip.ts'
import { planned, test, userVariables } from '../../../../test/support/runner-job.ts'
import { currentFacts } from '../../../runner/kinds/terraform/facts-file.ts'
import { planJob } from '../../../runner/kinds/terraform/plan-runner.ts'
import { findTool } from '../../index.ts'

const module = {
  'main.tf': `terraform {
  required_providers {
    lab = {
      source = "${labProvider}"
    }
  }
}
resource "lab_note" "note" {
  title = "kept"
}
`,
}

/** A mirror whose provider is packed: Terraform unpacks it wherever it is wanted. */
async function makePackedMirror(directory: string): Promise<string> {
  const configuration = await makeProviderMirror(directory)
  const type = path.join(directory, 'mirror', labProvider)
  const [version = ''] = await readdir(type)
  const [platform = ''] = await readdir(path.join(type, version))
  const program = `terraform-provider-lab_v${version}`
  const content = await readFile(path.join(type, version, platform, program))
  const archive = `terraform-provider-lab_${version}_${platform}.zip`
  await writeFile(path.join(type, archive), zipOf({ [program]: content }))
  await rm(path.join(type, version), { recursive: true })
  return configuration
}

test('a provider is unpacked once and linked into every workspace that locks it', async ({
  root,
  workbench,
  port,
}) => {
  await workbench.write(module)
  const configuration = path.join(root, 'cli.tfrc')
  await writeFile(configuration, await makePackedMirror(root))
  const store = path.join(root, 'providers')
  const variables = {
    ...userVariables,
    TF_CLI_CONFIG_FILE: configuration,
    LAB_DIRECTORY: path.join(root, 'notes'),
  }
  const tool = await findTool(variables, workbench.directory)
  const plan = async (workDirectory: string) => {
    await mkdir(workDirectory, { recursive: true })
    const job = workbench.job({
      workDirectory,
      providerStore: store,
      environment: { kind: 'user', variables },
    })
    return planned(await planJob(job, port, tool)).summary.create
  }
  const packageIn = (directory: string) => path.join(directory, labProvider, '1.0.0', tool.platform)

  expect(await plan(path.join(root, 'one'))).toBe(1)
  expect((await stat(packageIn(store))).isDirectory()).toBe(true)
  expect((await lstat(packageIn(path.join(root, 'one/data/providers')))).isSymbolicLink()).toBe(
    true,
  )

  // What the mirror has now cannot be unpacked: only the store can serve the second workspace.
  const [archive = ''] = await readdir(path.join(root, 'mirror', labProvider))
  await writeFile(path.join(root, 'mirror', labProvider, archive), 'no archive')
  expect(await plan(path.join(root, 'two'))).toBe(1)
  expect((await lstat(packageIn(path.join(root, 'two/data/providers')))).isSymbolicLink()).toBe(
    true,
  )
})

test('a provider that was altered in the store is not used', async ({ root, workbench, port }) => {
  await workbench.write(module)
  const configuration = path.join(root, 'cli.tfrc')
  await writeFile(configuration, await makePackedMirror(root))
  const store = path.join(root, 'providers')
  const variables = {
    ...userVariables,
    TF_CLI_CONFIG_FILE: configuration,
    LAB_DIRECTORY: path.join(root, 'notes'),
  }
  const tool = await findTool(variables, workbench.directory)
  const plan = (name: string) => {
    const workDirectory = path.join(root, name)
    const environment = { kind: 'user', variables } as const
    return planJob(workbench.job({ workDirectory, providerStore: store, environment }), port, tool)
  }
  planned(await plan('one'))
  const kept = path.join(store, labProvider, '1.0.0', tool.platform)
  const program = path.join(kept, 'terraform-provider-lab_v1.0.0')
  const original = await readFile(program, 'utf8')
  await rm(program)
  await writeFile(program, `${original}\n# altered\n`, { mode: 0o755 })

  planned(await plan('two'))

  const used = path.join(root, 'two/data/providers', labProvider, '1.0.0', tool.platform)
  expect((await lstat(used)).isSymbolicLink()).toBe(false)
  expect(await readFile(path.join(used, 'terraform-provider-lab_v1.0.0'), 'utf8')).toBe(original)
})

test('environments that begin at the same moment agree on one lock file', async ({
  root,
  workbench,
  port,
}) => {
  await workbench.write(module)
  const configuration = path.join(root, 'cli.tfrc')
  await writeFile(configuration, await makePackedMirror(root))
  const variables = {
    ...userVariables,
    TF_CLI_CONFIG_FILE: configuration,
    LAB_DIRECTORY: path.join(root, 'notes'),
  }
  const tool = await findTool(variables, workbench.directory)
  const jobOf = (name: string) =>
    workbench.job({
      workDirectory: path.join(root, name),
      providerStore: path.join(root, 'providers'),
      environment: { kind: 'user', variables },
    })
  const names = ['dev', 'staging', 'prod']
  const outcomes = await Promise.all(
    names.map(async (name) => planned(await planJob(jobOf(name), port, tool))),
  )
  expect((await readdir(workbench.directory)).sort()).toEqual(['.terraform.lock.hcl', 'main.tf'])
  // What each of them was planned from is what all of them find when they are applied.
  for (const [at, name] of names.entries()) {
    expect(await currentFacts(jobOf(name), tool)).toEqual({
      ...outcomes[at]?.facts,
      planFile: undefined,
    })
  }
  const lock = await readFile(path.join(workbench.directory, '.terraform.lock.hcl'), 'utf8')
  expect(lock.match(/"h1:/g)).toHaveLength(1)
})
