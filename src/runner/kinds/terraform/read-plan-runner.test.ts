import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import { labProvider, makeProviderMirror } from '../../../../test/support/provider/mirror.ts'
import {
  planned,
  test,
  userVariables,
  type Workbench,
} from '../../../../test/support/runner-job.ts'
import { CapturingPort } from '../../../../test/support/runner-port.ts'
import { findTool, type Tool } from '../../../engines/index.ts'
import { planJob } from './plan-runner.ts'

const terraform = await findTool(userVariables, import.meta.dirname)

/** The same tool, which notes with what it was called. */
async function noting(root: string) {
  const file = path.join(root, 'terraform')
  const notes = path.join(root, 'calls')
  await writeFile(file, `#!/bin/sh\necho "$1 $2" >> '${notes}'\nexec '${terraform.path}' "$@"\n`)
  await chmod(file, 0o755)
  const tool: Tool = { ...terraform, path: file }
  return {
    tool,
    async calls() {
      const text = await readFile(notes, 'utf8').catch(() => '')
      await rm(notes, { force: true })
      return text.split('\n').filter((line) => /^(show|providers)/.test(line))
    },
  }
}

const builtIn = `
variable "s" {
  sensitive = true
  default   = "hush-hush"
}
resource "terraform_data" "a" { input = [var.s, "open"] }
`

test('a plan with resources of the tool itself is read without another process', async ({
  workbench,
  port,
  root,
}) => {
  const { tool, calls } = await noting(root)
  await workbench.write({ 'main.tf': builtIn })
  const outcome = planned(await planJob(workbench.job(), port, tool))
  expect(JSON.parse(outcome.json).resource_changes[0].change.after).toEqual({
    input: ['(sensitive value)', 'open'],
    triggers_replace: null,
  })
  expect(await calls()).toEqual([])
})

test('a plan that is not understood is told by the tool itself', async ({
  workbench,
  port,
  root,
}) => {
  const { tool, calls } = await noting(root)
  await workbench.write({ 'main.tf': builtIn.replace('= true', '= !false') })
  const outcome = planned(await planJob(workbench.job(), port, tool))
  expect(outcome.json).not.toContain('hush-hush')
  expect(await calls()).toEqual(['show -json'])
})

const lab = `
terraform {
  required_providers {
    lab = { source = "${labProvider}" }
  }
}
resource "lab_note" "one" {
  title = "one"
  body  = "hush"
}
`

async function labJob(workbench: Workbench, root: string) {
  const configuration = path.join(root, 'cli.tfrc')
  await writeFile(configuration, await makeProviderMirror(root))
  await workbench.write({ 'main.tf': lab })
  return workbench.job({
    cacheDirectory: path.join(root, 'cache'),
    environment: {
      kind: 'user',
      variables: {
        ...userVariables,
        HOME: root,
        TF_CLI_CONFIG_FILE: configuration,
        LAB_DIRECTORY: path.join(root, 'notes'),
      },
    },
  })
}

test('a provider is asked for its schemas once; what it declares sensitive is hidden', async ({
  workbench,
  port,
  root,
}) => {
  const { tool, calls } = await noting(root)
  const job = await labJob(workbench, root)
  const first = planned(await planJob(job, port, tool))
  expect(await calls()).toEqual(['providers schema'])

  const other = path.join(root, 'other')
  await mkdir(other)
  await cp(workbench.directory, other, { recursive: true })
  const elsewhere = { ...job, directory: other, workDirectory: path.join(root, 'work-2') }
  const second = planned(await planJob(elsewhere, new CapturingPort(), tool))
  expect(await calls()).toEqual([])
  for (const outcome of [first, second]) {
    expect(JSON.parse(outcome.json).resource_changes[0].change).toMatchObject({
      after: { title: 'one', body: '(sensitive value)' },
      after_sensitive: { body: true },
    })
  }
})

test('schemas that a developer may have replaced are not believed', async ({
  workbench,
  port,
  root,
}) => {
  const { tool, calls } = await noting(root)
  const job = await labJob(workbench, root)
  await writeFile(
    path.join(root, '.terraformrc'),
    'provider_installation {\n dev_overrides {}\n}\n',
  )
  planned(await planJob(job, port, tool))
  expect(await calls()).toEqual(['show -json'])
})

test('schemas that are damaged are asked for again', async ({ workbench, port, root }) => {
  const { tool, calls } = await noting(root)
  const job = await labJob(workbench, root)
  planned(await planJob(job, port, tool))
  const directory = path.join(root, 'cache', 'schemas')
  const [name = ''] = await readdir(directory)
  await writeFile(path.join(directory, name), 'no index')
  const outcome = planned(await planJob(job, port, tool))
  expect(outcome.json).not.toContain('hush')
  expect(await calls()).toEqual(['providers schema', 'providers schema'])
})
