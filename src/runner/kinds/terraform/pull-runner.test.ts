import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'
import { expect } from 'vitest'
import {
  appliedState,
  planned,
  readState,
  test,
  userVariables,
} from '../../../../test/support/runner-job.ts'
import { checkAdoption, describeModule, findTool, type Tool } from '../../../engines/index.ts'
import { runCommand } from '../../../platform/process/process.ts'
import type { Job } from '../../index.ts'
import { applyJob } from './apply-runner.ts'
import { planJob } from './plan-runner.ts'
import { pullForeignState } from './pull-runner.ts'

const tool: Tool = await findTool(userVariables, import.meta.dirname)
const resource = 'resource "terraform_data" "a" { input = terraform.workspace }\n'

async function terraform(directory: string, ...args: readonly string[]): Promise<void> {
  const env = { ...userVariables, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' }
  const result = await runCommand(tool.path, args, { cwd: directory, env })
  if (result.exitCode !== 0) throw new Error(result.stderr)
}

async function takesOver(job: Job, port: Parameters<typeof planJob>[1]): Promise<void> {
  const state = await pullForeignState(job, tool)
  expect(readState(state ?? Buffer.from('{}')).resources).toHaveLength(1)
  const withState = state === undefined ? job : { ...job, state }
  const plan = planned(await planJob(withState, port, tool))
  expect(plan.changes).toBe(false)
  appliedState(await applyJob(withState, port, tool, plan.file))
}

test('a local state is seen, pulled and planned without a change', async ({ workbench, port }) => {
  await workbench.write({ 'main.tf': resource })
  const fresh = await describeModule(workbench.directory)
  const workspace = { hasVersions: false, terraformWorkspace: 'default' }
  expect(checkAdoption(fresh, workspace)).toEqual({ kind: 'none' })
  expect(await pullForeignState(workbench.job(), tool)).toBeUndefined()

  await terraform(workbench.directory, 'init')
  await terraform(workbench.directory, 'apply', '-auto-approve')
  const before = (await readdir(workbench.directory)).sort()
  const used = await describeModule(workbench.directory)
  expect(checkAdoption(used, workspace)).toMatchObject({
    kind: 'needed',
    reason: expect.stringContaining('terraform.tfstate already holds a state'),
  })
  expect(checkAdoption(used, { ...workspace, hasVersions: true })).toEqual({ kind: 'none' })
  expect(checkAdoption(used, { ...workspace, terraformWorkspace: 'prod' })).toEqual({
    kind: 'none',
  })
  await takesOver(workbench.job(), port)
  expect((await readdir(workbench.directory)).sort()).toEqual(before)
})

test('a local state of a named workspace is its own', async ({ workbench, port }) => {
  await workbench.write({ 'main.tf': resource })
  await terraform(workbench.directory, 'init')
  await terraform(workbench.directory, 'workspace', 'new', 'prod')
  await terraform(workbench.directory, 'apply', '-auto-approve')
  const description = await describeModule(workbench.directory)
  expect(
    checkAdoption(description, { hasVersions: false, terraformWorkspace: 'prod' }),
  ).toMatchObject({
    kind: 'needed',
  })
  expect(checkAdoption(description, { hasVersions: false, terraformWorkspace: 'default' })).toEqual(
    { kind: 'none' },
  )
  await takesOver(workbench.job({ terraformWorkspace: 'prod' }), port)
})

test('a foreign backend is seen and pulled, initialised or not, partly configured or not', async ({
  workbench,
  port,
}) => {
  let stored: Buffer | undefined
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    if (request.method === 'POST') stored = Buffer.concat(chunks)
    response.statusCode = request.method === 'GET' && stored === undefined ? 404 : 200
    response.end(request.method === 'GET' ? stored : undefined)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const bound = server.address()
  const address = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}/state`
  try {
    await workbench.write({
      'main.tf': `terraform {\n  backend "http" {\n    address = "${address}"\n  }\n}\n${resource}`,
    })
    const description = await describeModule(workbench.directory)
    expect(description.backend).toMatchObject({ kind: 'backend', type: 'http' })
    expect(
      checkAdoption(description, { hasVersions: false, terraformWorkspace: 'default' }),
    ).toMatchObject({ kind: 'needed', reason: expect.stringContaining('its own backend "http"') })
    expect(await pullForeignState(workbench.job(), tool)).toBeUndefined()
    await terraform(workbench.directory, 'init')
    await terraform(workbench.directory, 'apply', '-auto-approve')
    await takesOver(workbench.job(), port)

    await workbench.write({ 'main.tf': `terraform {\n  backend "http" {}\n}\n${resource}` })
    const options = { backendConfig: [`address=${address}`] }
    const state = await pullForeignState(workbench.job(), tool, options)
    expect(readState(state ?? Buffer.from('{}')).resources).toHaveLength(1)
    await expect(
      pullForeignState(workbench.job(), tool, { backendConfig: ['nonsense=1'] }),
    ).rejects.toThrow(/init failed/)
    expect(await readFile(path.join(workbench.directory, 'main.tf'), 'utf8')).toContain('"http" {}')
  } finally {
    server.close()
  }
})

test('what a module says of its backend is read from everything that says it', async ({
  workbench,
}) => {
  const backendOf = async (files: Record<string, string>) => {
    await workbench.write(files)
    return (await describeModule(workbench.directory)).backend
  }
  expect(await backendOf({ 'main.tf': resource })).toEqual({ kind: 'none' })
  expect(await backendOf({ 'b.tf': 'terraform {\n  backend "s3" {}\n}' })).toMatchObject({
    type: 's3',
  })
  expect(
    await backendOf({ 'a_override.tf.json': '{"terraform":[{"backend":{"gcs":{}}}]}' }),
  ).toMatchObject({ type: 'gcs' })
  expect(
    await backendOf({ 'b_override.tf': 'terraform {\n  cloud {\n    organization = "x"\n  }\n}' }),
  ).toEqual({ kind: 'cloud' })
})
