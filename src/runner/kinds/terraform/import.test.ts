import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import {
  appliedState,
  planned,
  readState,
  test,
  userVariables,
} from '../../../../test/support/runner-job.ts'
import { CapturingPort } from '../../../../test/support/runner-port.ts'
import { findTool, importFileName } from '../../../engines/index.ts'
import type { Job } from '../../index.ts'
import { applyJob } from './apply-runner.ts'
import { currentFacts } from './facts-file.ts'
import { planJob } from './plan-runner.ts'

const tool = await findTool(userVariables, import.meta.dirname)

const keyed = `
resource "terraform_data" "a" {
  for_each = toset(["one", "t\\"wo"])
}
`
const address = 'terraform_data.a["t\\"wo"]'

function importing(job: Job, id = 'it-was-there', to = address): Job {
  return { ...job, options: { ...job.options, imports: [{ address: to, id }] } }
}

test('a plan shows what is imported, and its apply takes over that very thing', async ({
  workbench,
  port,
}) => {
  await workbench.write({ 'main.tf': keyed })
  const job = importing(workbench.job())
  const outcome = planned(await planJob(job, port, tool))
  expect(outcome.summary).toMatchObject({ create: 1, import: 1 })
  expect(outcome.summary.risk).toContain('imports 1 resource')
  expect(await readdir(workbench.directory)).toEqual(['main.tf'])
  const state = readState(appliedState(await applyJob(job, port, tool, outcome.file)))
  const taken = state.resources
    .flatMap(({ instances }) => instances)
    .filter(({ attributes }) => attributes['id'] === 'it-was-there')
  expect(taken).toHaveLength(1)
})

test('what is imported is one of the facts that an approval binds', async ({ workbench, port }) => {
  await workbench.write({ 'main.tf': keyed })
  const job = importing(workbench.job())
  const { facts } = planned(await planJob(job, port, tool))
  const now = async (one: Job) => ({ ...(await currentFacts(one, tool)), planFile: facts.planFile })
  expect(await now(job)).toEqual(facts)
  expect(await now(importing(workbench.job(), 'another'))).not.toEqual(facts)
  expect(await now(workbench.job())).not.toEqual(facts)
})

test('plans of the same directory at the same time import nothing', async ({ workbench, root }) => {
  await workbench.write({ 'main.tf': keyed })
  const jobs = ['one', 'two', 'three', 'four'].map((name, index) => {
    const job = workbench.job({
      terraformWorkspace: name,
      workDirectory: path.join(root, name),
    })
    return index % 2 === 0 ? importing(job, name) : job
  })
  const outcomes = await Promise.all(jobs.map((job) => planJob(job, new CapturingPort(), tool)))
  expect(outcomes.map((one) => planned(one).summary.import)).toEqual([1, 0, 1, 0])
  expect(await readdir(workbench.directory)).toEqual(['main.tf'])
})

test('a failed plan, and one that a killed run left, leave nothing behind', async ({
  workbench,
  port,
}) => {
  await workbench.write({ 'main.tf': keyed })
  const failed = importing(workbench.job(), 'x', 'terraform_data.nowhere')
  expect(await planJob(failed, port, tool)).toMatchObject({ kind: 'failed' })
  expect(await readdir(workbench.directory)).toEqual(['main.tf'])
  const left = {
    '//': 'Written by Portolan while a plan is made; safe to delete.',
    import: [{ to: 'terraform_data.a["one"]', id: 'left' }],
  }
  await workbench.write({ [importFileName]: JSON.stringify(left) })
  expect(planned(await planJob(workbench.job(), port, tool)).summary.import).toBe(0)
  expect(await readdir(workbench.directory)).toEqual(['main.tf'])
})

test("a person's own file of that name is refused, whether anything is imported or not", async ({
  workbench,
  port,
}) => {
  await workbench.write({ 'main.tf': keyed, [importFileName]: '{}' })
  for (const job of [workbench.job(), importing(workbench.job())]) {
    expect(await planJob(job, port, tool)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('was not written by Portolan'),
    })
  }
  expect(await readFile(path.join(workbench.directory, importFileName), 'utf8')).toBe('{}')
})

test("a module's own backend takes over as well", async ({ workbench, port, root }) => {
  await mkdir(path.join(root, 'own'))
  await writeFile(path.join(root, 'own', 'note'), '')
  await workbench.write({
    'main.tf': `terraform {\n backend "local" {\n path = "../own/it.tfstate"\n }\n}\n${keyed}`,
  })
  const job = importing(workbench.job({ ownState: true }))
  const outcome = planned(await planJob(job, port, tool))
  expect(outcome.summary).toMatchObject({ import: 1 })
  const state = readState(appliedState(await applyJob(job, port, tool, outcome.file)))
  expect(JSON.stringify(state)).toContain('it-was-there')
  expect((await readdir(workbench.directory)).sort()).not.toContain(importFileName)
})

test('a tool that knows no import blocks is refused by name', async ({ workbench, port }) => {
  await workbench.write({ 'main.tf': keyed })
  const old = { ...tool, version: '1.4.6' }
  expect(await planJob(importing(workbench.job()), port, old)).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('Terraform 1.4.6 cannot import within a plan'),
  })
})

test.for([
  ['an id with an expression', address, '${file("/etc/hostname")}'],
  ['an id with a directive', address, '%{ if true }x%{ endif }'],
  ['an id of two lines', address, 'a\nb'],
  ['an empty id', address, ''],
  ['a key with an expression', 'terraform_data.a["${path.cwd}"]', 'x'],
  ['a data source', 'data.local_file.a', 'x'],
  ['a module', 'module.a', 'x'],
  ['something behind the address', 'terraform_data.a["one"].id', 'x'],
  ['an expression', 'terraform_data.a[each.key]', 'x'],
] as const)('%s is never written down', async ([, to, id], { workbench, port }) => {
  await workbench.write({ 'main.tf': keyed })
  expect(await planJob(importing(workbench.job(), id, to), port, tool)).toMatchObject({
    kind: 'failed',
    reason: expect.stringMatching(/of an import cannot be written|is no address of a resource/),
  })
  expect(await readdir(workbench.directory)).toEqual(['main.tf'])
})
