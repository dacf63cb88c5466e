import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect } from 'vitest'
import {
  appliedState,
  planned,
  readState,
  test,
  userVariables,
  type Workbench,
} from '../../../../test/support/runner-job.ts'
import { findTool, overrideFileName } from '../../../engines/index.ts'
import type { Job } from '../../job.ts'
import { applyJob } from './apply-runner.ts'
import { planJob } from './plan-runner.ts'

const tool = await findTool(userVariables, import.meta.dirname)

function module(file: string, rest = ''): Record<string, string> {
  return {
    'main.tf': `
terraform {
  backend "local" {
    path = ${JSON.stringify(file)}
  }
}
variable "v" { default = "one" }
resource "terraform_data" "a" { input = var.v }
output "v" { value = terraform_data.a.output }
${rest}`,
  }
}

function own(workbench: Workbench, changes: Partial<Job> = {}): Job {
  return workbench.job({ ownState: true, ...changes })
}

describe("a state that the module's own backend keeps", () => {
  test('stays there, and a copy of it is what the apply leaves', async ({
    workbench,
    port,
    root,
  }) => {
    const file = path.join(root, 'own.tfstate')
    await workbench.write(module(file))
    const first = planned(await planJob(own(workbench), port, tool))
    expect(first).toMatchObject({ changes: true, facts: { state: undefined } })
    const state = appliedState(await applyJob(own(workbench), port, tool, first.file))
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(state.toString('utf8')))
    expect((await readdir(workbench.directory)).sort()).toEqual(['main.tf'])

    const second = planned(await planJob(own(workbench, { state }), port, tool))
    expect(second.changes).toBe(false)
    const job = own(workbench, { state, inputs: { v: 'two' } })
    const third = planned(await planJob(job, port, tool))
    expect(third.summary).toMatchObject({ update: 1 })
    const changed = readState(appliedState(await applyJob(job, port, tool, third.file)))
    expect(changed.serial).toBeGreaterThan(readState(state).serial)
    expect(changed.outputs['v']?.value).toBe('two')
  })

  test('may have been moved on by others since the last copy', async ({
    workbench,
    port,
    root,
  }) => {
    const file = path.join(root, 'own.tfstate')
    await workbench.write(module(file))
    const job = own(workbench)
    const state = appliedState(
      await applyJob(job, port, tool, planned(await planJob(job, port, tool)).file),
    )
    const theirs = own(workbench, { state, inputs: { v: 'theirs' } })
    const stale = planned(await planJob({ ...job, state, inputs: { v: 'ours' } }, port, tool))
    appliedState(
      await applyJob(theirs, port, tool, planned(await planJob(theirs, port, tool)).file),
    )
    expect(planned(await planJob(theirs, port, tool)).changes).toBe(false)
    const late = { ...job, state, inputs: { v: 'ours' } }
    expect(await applyJob(late, port, tool, stale.file)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('Saved plan is stale'),
    })
    expect(readState(await readFile(file)).outputs['v']?.value).toBe('theirs')
  })

  test('is not begun anew when the backend was changed without moving it', async ({
    workbench,
    port,
    root,
  }) => {
    await workbench.write(module(path.join(root, 'own.tfstate')))
    const job = own(workbench)
    const state = appliedState(
      await applyJob(job, port, tool, planned(await planJob(job, port, tool)).file),
    )
    await workbench.write(module(path.join(root, 'elsewhere.tfstate')))
    expect(await planJob(own(workbench, { state }), port, tool)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining(
        "the module's own backend holds no state, and the recorded one",
      ),
    })
    await rm(path.join(root, 'own.tfstate'))
    await workbench.write(module(path.join(root, 'own.tfstate')))
    expect(await planJob(own(workbench, { state }), port, tool)).toMatchObject({ kind: 'failed' })
  })

  test('that is secret is masked, though no copy of it was taken yet', async ({
    workbench,
    port,
    root,
  }) => {
    const file = path.join(root, 'own.tfstate')
    await workbench.write(
      module(file, 'output "s" {\n  value = "hunter22-hunter22"\n  sensitive = true\n}'),
    )
    const job = own(workbench)
    appliedState(await applyJob(job, port, tool, planned(await planJob(job, port, tool)).file))
    await workbench.write(module(file, 'output "s" { value = "hunter22-hunter22" }'))
    const outcome = planned(await planJob(job, port, tool))
    expect(`${outcome.json} ${port.text}`).not.toContain('hunter22')
  })

  test('works beside a workspace whose state Portolan keeps', async ({ workbench, port, root }) => {
    await workbench.write(module(path.join(root, 'own.tfstate')))
    const [mine, ours] = await Promise.all([
      planJob(own(workbench, { workDirectory: path.join(root, 'own') }), port, tool),
      planJob(workbench.job(), port, tool),
    ])
    appliedState(
      await applyJob(
        own(workbench, { workDirectory: path.join(root, 'own') }),
        port,
        tool,
        planned(mine).file,
      ),
    )
    appliedState(await applyJob(workbench.job(), port, tool, planned(ours).file))
    expect(await readdir(workbench.directory)).not.toContain(overrideFileName)
  })

  test('is not for a plan of the other way', async ({ workbench, port, root }) => {
    await workbench.write(module(path.join(root, 'own.tfstate')))
    const { file } = planned(await planJob(workbench.job(), port, tool))
    const job = own(workbench, { ownState: false, workDirectory: path.join(root, 'other') })
    expect(await applyJob(job, port, tool, file)).toMatchObject({
      reason: expect.stringContaining('was not made for this workspace'),
    })
  })

  test('cannot be in HCP Terraform, nor beside a local one that would be migrated', async ({
    workbench,
    port,
  }) => {
    await workbench.write({
      'main.tf':
        'terraform {\n cloud {\n organization = "o"\n workspaces {\n name = "n"\n }\n }\n}\n',
    })
    expect(await planJob(own(workbench), port, tool)).toMatchObject({
      reason: expect.stringContaining('keeps its state in HCP Terraform'),
    })
    await workbench.write({ 'main.tf': 'terraform {\n backend "http" {}\n}\n' })
    const stray = { version: 4, serial: 1, lineage: 'x', outputs: { a: 1 }, resources: [] }
    await writeFile(path.join(workbench.directory, 'terraform.tfstate'), JSON.stringify(stray))
    expect(await planJob(own(workbench), port, tool)).toMatchObject({
      reason: expect.stringContaining('holds a state too'),
    })
  })
})
