import { createServer } from 'node:http'
import { describe, expect } from 'vitest'
import { zipOf } from '../../../../test/support/provider/zip.ts'
import {
  test as base,
  planned,
  readState,
  userVariables,
} from '../../../../test/support/runner-job.ts'
import { findTool } from '../../../engines/index.ts'
import { applyJob } from './apply-runner.ts'
import { planJob } from './plan-runner.ts'

const tool = await findTool(userVariables, import.meta.dirname)

interface Registry {
  readonly url: string
  /** What it answers next; afterwards it gives the module. `hang` never answers. */
  readonly answers: (number | 'hang')[]
  asked: number
}

/** Gives a module to Terraform, or what stands in its way. */
const test = base.extend<{ registry: Registry }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern.
  registry: async ({}, use) => {
    const module = zipOf({ 'main.tf': Buffer.from('output "o" { value = 7 }') })
    const answers: Registry['answers'] = []
    const server = createServer((request, response) => {
      // Terraform asks for the head first.
      if (request.method === 'GET') registry.asked += 1
      const answer = request.method === 'GET' ? answers.shift() : 404
      if (answer === 'hang') return
      response.writeHead(answer ?? 200).end(module)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const bound = server.address()
    const port = typeof bound === 'object' ? bound?.port : 0
    const registry: Registry = { url: `http://127.0.0.1:${port}/module.zip`, answers, asked: 0 }
    await use(registry)
    server.closeAllConnections()
    server.close()
  },
})

describe('planning is tried again', () => {
  test('when a registry fails in passing, as often as the component says', async ({
    workbench,
    port,
    registry,
  }) => {
    await workbench.write({
      'main.tf': `module "m" { source = "${registry.url}" }\noutput "o" { value = module.m.o }`,
    })
    registry.answers.push(503)
    const job = workbench.job({ retry: { attempts: 1, on: [] } })
    expect(planned(await planJob(job, port, tool)).outputs['o']?.value).toBe(7)
    expect(registry.asked).toBe(2)
    expect(port.text).toContain('tried again in 1 s, once at most')
  })

  test('not without the wish, and not when it is no passing failure', async ({
    workbench,
    port,
    registry,
  }) => {
    await workbench.write({ 'main.tf': `module "m" { source = "${registry.url}" }` })
    registry.answers.push(503, 404)
    expect(await planJob(workbench.job(), port, tool)).toMatchObject({ kind: 'failed' })
    expect(registry.asked).toBe(1)
    const job = workbench.job({ retry: { attempts: 3, on: [] } })
    expect(await planJob(job, port, tool)).toMatchObject({ kind: 'failed' })
    expect(registry.asked).toBe(2)
  })

  test('until somebody cancels', async ({ workbench, port, registry }) => {
    await workbench.write({ 'main.tf': `module "m" { source = "${registry.url}" }` })
    registry.answers.push(503, 503, 503)
    port.onLog = (text) => {
      if (text.includes('tried again')) port.cancel()
    }
    const job = workbench.job({ retry: { attempts: 3, on: [] } })
    expect(await planJob(job, port, tool)).toEqual({ kind: 'cancelled' })
    expect(registry.asked).toBe(1)
  })
})

describe('the time that a phase may take', () => {
  test('ends a plan', async ({ workbench, port, registry }) => {
    await workbench.write({ 'main.tf': `module "m" { source = "${registry.url}" }` })
    registry.answers.push('hang')
    expect(await planJob(workbench.job({ timeoutSeconds: 1 }), port, tool)).toEqual({
      kind: 'failed',
      reason: 'timed out after 1 s',
    })
  })

  test('ends an apply as a person would, and keeps what was done', async ({ workbench, port }) => {
    await workbench.write({
      'main.tf': `
resource "terraform_data" "done" {}
resource "terraform_data" "slow" {
  depends_on = [terraform_data.done]
  provisioner "local-exec" { command = "exec sleep 60" }
}`,
    })
    const { file } = planned(await planJob(workbench.job(), port, tool))
    const outcome = await applyJob(workbench.job({ timeoutSeconds: 2 }), port, tool, file)
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'timed out after 2 s' })
    if (outcome.kind !== 'failed' || outcome.state === undefined) throw new Error('no state')
    expect(readState(outcome.state).resources[0]?.name).toBe('done')
  })
})
