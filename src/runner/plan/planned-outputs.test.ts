import { describe, expect } from 'vitest'
import { appliedState, planned, test, userVariables } from '../../../test/support/runner-job.ts'
import { findTool } from '../../engines/index.ts'
import { applyJob } from '../kinds/terraform/apply-runner.ts'
import { planJob } from '../kinds/terraform/plan-runner.ts'

const tool = await findTool(userVariables, import.meta.dirname)

const main = `
variable "v" { default = "one" }
resource "terraform_data" "a" { input = var.v }
resource "terraform_data" "b" {}
output "known" { value = "x" }
output "whole" { value = terraform_data.a.output }
output "part" {
  value = {
    a = 18446744073709551617
    b = terraform_data.a.output
    c = ["z", terraform_data.a.output, { d = terraform_data.a.output }]
    e = { f = null, "g.h" = terraform_data.a.output }
  }
}
output "secret" {
  value     = { password = "hunter22-hunter22", host = terraform_data.a.output }
  sensitive = true
}
output "still" { value = terraform_data.b.id }
output "nothing" { value = null }
`

describe('the outputs that a plan foresees', () => {
  test('are known as far as the plan knows them', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': main })
    const { outputs, file, json } = planned(await planJob(workbench.job(), port, tool))
    const base = { sensitive: false, changes: true, unknown: [] }
    expect(outputs).toEqual({
      known: { ...base, value: 'x' },
      whole: { ...base, value: null, unknown: [[]] },
      part: {
        ...base,
        value: {
          a: 18446744073709551617n,
          b: null,
          c: ['z', null, { d: null }],
          e: { f: null, 'g.h': null },
        },
        unknown: [['b'], ['c', 1], ['c', 2, 'd'], ['e', 'g.h']],
      },
      secret: {
        ...base,
        value: { password: 'hunter22-hunter22', host: null },
        unknown: [['host']],
        sensitive: true,
      },
      still: { ...base, value: null, unknown: [[]] },
      nothing: { ...base, value: null, changes: false },
    })
    expect(`${json}${port.text}`).not.toContain('hunter22')

    const state = appliedState(await applyJob(workbench.job(), port, tool, file))
    const job = workbench.job({ state, inputs: { v: 'two' } })
    const next = planned(await planJob(job, port, tool)).outputs
    expect(next).toMatchObject({
      known: { value: 'x', changes: false },
      whole: { unknown: [[]], changes: true },
      still: { value: expect.stringMatching(/^[0-9a-f-]{36}$/), unknown: [], changes: false },
    })
    const destroy = workbench.job({ state, operation: 'destroy' })
    expect(planned(await planJob(destroy, port, tool)).outputs).toEqual({})
  })

  test('are also those of a provisional plan, of which no file is kept', async ({
    workbench,
    port,
  }) => {
    await workbench.write({ 'main.tf': main })
    const outcome = await planJob(workbench.job({ provisional: true }), port, tool)
    expect(outcome).toMatchObject({
      kind: 'planned',
      file: undefined,
      applicable: false,
      changes: true,
      summary: { create: 2 },
      outputs: { known: { value: 'x' } },
      facts: { planFile: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
  })
})
