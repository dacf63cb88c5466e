import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect } from 'vitest'
import {
  appliedState,
  planned,
  readState,
  test,
  userVariables,
} from '../../../../test/support/runner-job.ts'
import { CapturingPort } from '../../../../test/support/runner-port.ts'
import { findTool } from '../../../engines/index.ts'
import type { Value } from '../../../platform/value.ts'
import { isList, parseValue, valueJson } from '../../../platform/value-json.ts'
import { stateOutputs } from '../../contract.ts'
import { applyJob } from './apply-runner.ts'
import { planJob } from './plan-runner.ts'

const tool = await findTool(userVariables, import.meta.dirname)

const anything = 'variable "v" { type = any }\noutput "v" { value = jsonencode(var.v) }\n'

describe('an input', () => {
  test('arrives exactly, whatever it is', async ({ workbench, port }) => {
    // Terraform keeps text in normal form C, and has no text with half a character in it.
    const text = fc.string({ unit: 'grapheme' }).map((one) => one.normalize('NFC'))
    const odd = fc.constantFrom('${v}', '%{if}', '$${', '"\\', '\n\t\u0001', '<<E', '#', '//', '')
    const value = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        text,
        odd,
        fc.tuple(odd, text).map(([a, b]) => `${a}${b}`),
        fc.boolean(),
        fc.constant(null),
        fc.integer(),
        fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }),
        fc.constantFrom(0.1, -1.5, 12345.6789, 5e-7),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(odd, text), tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).value
    const given = fc.sample(value, { numRuns: 300, seed: 7 })
    await workbench.write({ 'main.tf': anything })
    const job = workbench.job({ inputs: { v: given } })
    const state = appliedState(
      await applyJob(job, port, tool, planned(await planJob(job, port, tool)).file),
    )
    const got = parseValue(String(stateOutputs(state)?.['v']?.value))
    const items = isList(got) ? got : []
    const wrong = given.find((one, at) => valueJson(items[at] ?? null) !== valueJson(one))
    expect([items.length, wrong]).toEqual([given.length, undefined])
  })

  test('is what a variable of that type makes of it', async ({ workbench, port }) => {
    await workbench.write({
      'main.tf': `
variable "text" { type = string }
variable "number" { type = number }
variable "list" { type = list(string) }
variable "object" { type = object({ a = optional(number, 5), b = string }) }
variable "nothing" {
  type     = string
  default  = "default"
  nullable = false
}
output "all" { value = [var.text, var.number, var.list, var.object, var.nothing] }`,
    })
    const inputs = {
      text: 18446744073709551617n,
      number: '12',
      list: ['a', 1],
      object: { b: 'x' },
      nothing: null,
    }
    const outcome = planned(await planJob(workbench.job({ inputs }), port, tool))
    expect(outcome.outputs['all']?.value).toEqual([
      '18446744073709551617',
      12,
      ['a', '1'],
      { a: 5, b: 'x' },
      'default',
    ])
  })

  test('counts more than the files of the component, and less than the command line', async ({
    workbench,
    port,
    root,
  }) => {
    const names = ['a', 'b', 'c', 'd']
    await workbench.write({
      'main.tf': `${names.map((name) => `variable "${name}" {}`).join('\n')}
output "all" { value = [${names.map((name) => `var.${name}`).join(', ')}] }`,
    })
    const sets = (from: string, these: readonly string[]) =>
      these.map((name) => `${name} = "${from}"\n`).join('')
    await mkdir(path.join(root, 'vars'))
    await writeFile(path.join(root, 'vars', 'component.tfvars'), sets('component', names))
    await writeFile(path.join(root, 'line.tfvars'), sets('file', ['c', 'd']))
    const job = workbench.job({
      repositoryRoot: root,
      varFiles: ['vars/component.tfvars'],
      inputs: { b: 'input', c: 'input', d: 'input' },
      variableFiles: [path.join(root, 'line.tfvars')],
      variables: { d: 'value' },
    })
    const outcome = planned(await planJob(job, port, tool))
    expect(outcome.outputs['all']?.value).toEqual(['component', 'input', 'file', 'value'])
    expect(await readdir(workbench.directory)).toEqual(['main.tf'])
    const other = planned(await planJob({ ...job, inputs: { ...job.inputs, b: 1 } }, port, tool))
    expect(other.facts.inputs).not.toBe(outcome.facts.inputs)
  })

  test('that the module does not declare is refused with the nearest name', async ({
    workbench,
    port,
  }) => {
    await workbench.write({ 'main.tf': 'variable "cidr" {}' })
    const workspace = { component: 'network', environment: 'dev' }
    const job = workbench.job({ workspace, inputs: { cidrr: '10.0.0.0/8' } })
    expect(await planJob(job, port, tool)).toEqual({
      kind: 'failed',
      reason:
        'network@dev has an input "cidrr" for which its module declares no variable. Did you mean `cidr`?',
    })
  })

  test('that is ephemeral is given again to the apply', async ({ workbench, port }) => {
    await workbench.write({
      'main.tf': `
variable "token" {
  type      = map(string)
  ephemeral = true
}
variable "other" {}
resource "terraform_data" "a" { input = var.other }`,
    })
    const job = workbench.job({ inputs: { token: { a: 'x' }, other: 'y' } })
    appliedState(await applyJob(job, port, tool, planned(await planJob(job, port, tool)).file))
  })
})

test('a secret of a job shows nowhere: not in the log, not in the plan, not in a failure', async ({
  workbench,
  port,
}) => {
  const secret = 'correct-horse-battery'
  await workbench.write({
    'main.tf': `
variable "v" {}
variable "n" { type = number }
resource "terraform_data" "a" { input = [var.v, "x\${var.v}", var.n, "plain"] }
output "o" { value = var.v }`,
  })
  const inputs = { v: secret, n: 12345678 }
  const job = workbench.job({ inputs, secrets: [secret, '12345678'] })
  const outcome = planned(await planJob(job, port, tool))
  expect(outcome.json).toContain('plain')
  expect(outcome.outputs['o']?.value).toBe(secret)
  const state = appliedState(await applyJob(job, port, tool, outcome.file))
  expect(readState(state).resources).toHaveLength(1)
  await workbench.write({ 'main.tf': `variable "v" {}\noutput "o" { value = file(var.v) }` })
  const failed = await planJob({ ...job, inputs: { v: secret } }, port, tool)
  expect(failed.kind).toBe('failed')
  for (const text of [outcome.json, port.text, JSON.stringify(port.events), String(failed)]) {
    expect(text).not.toMatch(/correct-horse|12345678/)
  }
})

describe('the tool that a component asks for', () => {
  test('must be there in a version that it takes', async ({ workbench }) => {
    const { directory } = workbench
    const find = (wish: object) => findTool(userVariables, directory, undefined, wish)
    await expect(find({ terraformVersion: '~> 1.0' })).resolves.toMatchObject({ name: 'terraform' })
    await expect(find({ terraformVersion: '< 1.0' })).rejects.toMatchObject({
      message: `terraform ${tool.version} is on PATH (${tool.path}), and < 1.0 is asked for`,
      next: expect.stringMatching(/^Install Terraform .* in a version < 1\.0 and put it first/),
    })
    await expect(find({ terraformVersion: 'newest' })).rejects.toThrow('is no constraint')
    const onlyTerraform = path.join(workbench.directory, 'bin')
    await mkdir(onlyTerraform)
    await expect(
      findTool({ PATH: onlyTerraform }, directory, undefined, {
        tool: 'tofu',
        terraformVersion: '~> 1.9',
      }),
    ).rejects.toMatchObject({
      message: 'tofu was not found on PATH',
      next: expect.stringMatching(/^Install OpenTofu .* ~> 1\.9\.$/),
    })
  })
})

test('what it gives is checked after the apply, and the state is recorded all the same', async ({
  workbench,
  port,
}) => {
  const at = { file: 'portolan.yaml', line: 1, column: 1 }
  await workbench.write({ 'main.tf': 'output "ids" { value = ["a"] }' })
  const outputs = new Map([
    ['ids', { type: 'list(string)', sensitive: false, at }],
    ['host', { type: 'string', sensitive: false, at }],
  ])
  const job = workbench.job({ outputs })
  const outcome = await applyJob(job, port, tool, planned(await planJob(job, port, tool)).file)
  expect(outcome).toMatchObject({
    kind: 'failed',
    reason: expect.stringMatching(
      /^it was applied, and its outputs are not what it promises: .*host/,
    ),
    state: expect.any(Buffer),
  })
  await workbench.write({
    'main.tf': 'output "ids" { value = ["a"] }\noutput "host" { value = "h" }',
  })
  const good = await applyJob(job, port, tool, planned(await planJob(job, port, tool)).file)
  expect(good.kind).toBe('applied')
})

test('three environments of one directory plan at the same moment', async ({ workbench, root }) => {
  await workbench.write({
    'main.tf': `
variable "env" {}
module "m" {
  source = "./m"
  env    = var.env
}
output "o" { value = [module.m.o, terraform.workspace] }`,
    'm/main.tf':
      'variable "env" {}\nresource "terraform_data" "a" { input = var.env }\noutput "o" { value = var.env }',
  })
  const names = ['dev', 'staging', 'prod']
  const jobs = names.map((env) =>
    workbench.job({
      inputs: { env },
      workDirectory: path.join(root, env),
      workspace: { component: 'm', environment: env },
    }),
  )
  for (let round = 0; round < 2; round += 1) {
    const outcomes = await Promise.all(
      jobs.map(async (job) => planned(await planJob(job, new CapturingPort(), tool))),
    )
    expect(outcomes.map(({ outputs }) => outputs['o']?.value)).toEqual(
      names.map((name) => [name, 'default']),
    )
    expect(new Set(outcomes.map(({ facts }) => facts.source)).size).toBe(1)
    expect((await readdir(workbench.directory)).sort()).toEqual(['m', 'main.tf'])
    const states = await Promise.all(
      outcomes.map(async ({ file }, index) => {
        const job = jobs[index]
        if (job === undefined) throw new Error('no job')
        return appliedState(await applyJob(job, new CapturingPort(), tool, file))
      }),
    )
    expect(new Set(states.map((state) => readState(state).lineage)).size).toBe(3)
  }
})
