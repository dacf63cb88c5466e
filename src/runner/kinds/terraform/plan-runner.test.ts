import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect } from 'vitest'
import {
  appliedState,
  planned,
  readState,
  test,
  userVariables,
} from '../../../../test/support/runner-job.ts'
import { CapturingPort } from '../../../../test/support/runner-port.ts'
import { findTool, overrideFileName } from '../../../engines/index.ts'
import { applyJob } from './apply-runner.ts'
import { currentFacts } from './facts-file.ts'
import { planJob } from './plan-runner.ts'

const tool = await findTool(userVariables, import.meta.dirname)

const simple = `
variable "input" { default = "one" }
resource "terraform_data" "a" { input = var.input }
output "workspace" { value = terraform.workspace }
`

describe('a plan', () => {
  test('says what it would do, and binds what it was made from', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': simple })
    const outcome = planned(await planJob(workbench.job(), port, tool))
    expect(outcome).toMatchObject({ changes: true, summary: { create: 1, delete: 0 } })
    expect(outcome.facts).toMatchObject({ state: undefined, tool: `terraform ${tool.version}` })
    expect(await currentFacts(workbench.job(), tool)).toEqual({
      ...outcome.facts,
      planFile: undefined,
    })
    expect(port.text).toContain('Plan: 1 to add, 0 to change, 0 to destroy.')
    expect(port.text).not.toContain('terraform apply')
  })

  test('leaves nothing in the module, and neither plan nor inputs in its own directory', async ({
    workbench,
    port,
  }) => {
    await workbench.write({ 'main.tf': simple })
    planned(await planJob(workbench.job({ variables: { input: 'two' } }), port, tool))
    expect(await readdir(workbench.directory)).toEqual(['main.tf'])
    const left = await readdir(workbench.workDirectory)
    expect(left.filter((name) => /plan|inputs|process/.test(name))).toEqual([])
  })

  test('is the same as what terraform itself would do through a whole life', async ({
    workbench,
    port,
  }) => {
    await workbench.write({ 'main.tf': simple })
    const first = planned(await planJob(workbench.job(), port, tool))
    const created = appliedState(await applyJob(workbench.job(), port, tool, first.file))
    expect(readState(created).resources).toHaveLength(1)

    const same = planned(await planJob(workbench.job({ state: created }), port, tool))
    expect(same.changes).toBe(false)
    expect(same.facts.state).toEqual({
      lineage: readState(created).lineage,
      serial: readState(created).serial,
    })

    const variables = { input: 'two' }
    const job = workbench.job({ state: created, variables })
    const second = planned(await planJob(job, port, tool))
    expect(second.summary).toMatchObject({ update: 1 })
    const changed = appliedState(await applyJob(job, port, tool, second.file))
    expect(readState(changed).resources[0]?.instances[0]?.attributes['input']).toMatchObject({
      value: 'two',
    })

    const refresh = workbench.job({ state: changed, variables, operation: 'refresh' })
    expect(planned(await planJob(refresh, port, tool)).changes).toBe(false)

    const destroy = workbench.job({ state: changed, operation: 'destroy' })
    const third = planned(await planJob(destroy, port, tool))
    expect(third.summary).toMatchObject({ delete: 1 })
    const empty = appliedState(await applyJob(destroy, port, tool, third.file))
    expect(readState(empty).resources).toEqual([])
  })

  test('takes targets and replacements', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': `${simple}\nresource "terraform_data" "b" {}` })
    const options = { ...workbench.job().options, targets: ['terraform_data.b'] }
    const first = planned(await planJob(workbench.job({ options }), port, tool))
    expect(first.summary.changes.map((change) => change.address)).toEqual(['terraform_data.b'])
    const state = appliedState(await applyJob(workbench.job(), port, tool, first.file))
    const replace = { ...workbench.job().options, replace: ['terraform_data.b'] }
    const second = planned(await planJob(workbench.job({ state, options: replace }), port, tool))
    expect(second.summary).toMatchObject({ create: 1, replace: 1 })
  })

  test('that fails says the first error in one sentence', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': 'resource "terraform_data" "a" { input = var.nowhere }' })
    expect(await planJob(workbench.job(), port, tool)).toEqual({
      kind: 'failed',
      reason: 'plan failed: Reference to undeclared input variable',
    })
    expect(port.text).toContain('main.tf line 1')
  })

  test('runs where the person runs it: path.cwd and files are theirs', async ({
    workbench,
    port,
  }) => {
    await workbench.write({
      'main.tf': 'resource "terraform_data" "a" { input = [path.cwd, file("greeting")] }',
      greeting: 'hello',
    })
    const outcome = planned(await planJob(workbench.job(), port, tool))
    expect(JSON.parse(outcome.json).resource_changes[0].change.after.input).toEqual([
      workbench.directory,
      'hello',
    ])
  })

  test('of a module in an odd place works', async ({ workbench, port, root }) => {
    const directory = path.join(root, 'o dd ü "quoted" $HOME ${x}')
    await mkdir(directory)
    await writeFile(path.join(directory, 'main.tf'), simple)
    const workDirectory = path.join(root, 'wörk dir')
    const job = workbench.job({ directory, workDirectory })
    const outcome = planned(await planJob(job, port, tool))
    expect(appliedState(await applyJob(job, port, tool, outcome.file))).toBeDefined()
  })
})

describe("a module's own backend", () => {
  const resource = 'resource "terraform_data" "a" { input = terraform.workspace }\n'
  const foreign: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    's3 without credentials': {
      'main.tf': `terraform {\n backend "s3" {\n bucket = "x"\n key = "y"\n region = "z"\n }\n}\n${resource}`,
    },
    'partly configured': { 'main.tf': `terraform {\n backend "gcs" {}\n}\n${resource}` },
    'local with a path': {
      'main.tf': `terraform {\n backend "local" {\n path = "here.tfstate"\n }\n}\n${resource}`,
    },
    'a cloud block': {
      'main.tf': `terraform {\n cloud {\n organization = "o"\n workspaces {\n name = "n"\n }\n }\n}\n${resource}`,
    },
    JSON: {
      'main.tf.json': JSON.stringify({
        terraform: { backend: { s3: { bucket: 'x' } } },
        resource: { terraform_data: { a: { input: '${terraform.workspace}' } } },
      }),
    },
    'in an override file': {
      'main.tf': resource,
      'override.tf': 'terraform {\n backend "http" {\n address = "http://127.0.0.1:1/x"\n }\n}',
    },
    'a cloud block in an override file': {
      'main.tf': `terraform {\n backend "s3" {}\n}\n${resource}`,
      'x_override.tf.json': JSON.stringify({
        terraform: { cloud: { organization: 'o', workspaces: { name: 'n' } } },
      }),
    },
  }
  for (const [name, files] of Object.entries(foreign)) {
    test(`is replaced: ${name}`, async ({ workbench, port }) => {
      await workbench.write(files)
      const job = workbench.job({ terraformWorkspace: 'prod' })
      const outcome = planned(await planJob(job, port, tool))
      const state = readState(appliedState(await applyJob(job, port, tool, outcome.file)))
      expect(state.resources[0]?.instances[0]?.attributes['input']).toMatchObject({ value: 'prod' })
      expect((await readdir(workbench.directory)).sort()).toEqual(Object.keys(files).sort())
    })
  }

  test('that is stronger than ours makes the plan fail', async ({ workbench, port }) => {
    await workbench.write({
      'main.tf': resource,
      'zzzzz_override.tf': 'terraform {\n backend "local" {\n path = "elsewhere"\n }\n}',
    })
    expect(await planJob(workbench.job(), port, tool)).toMatchObject({ kind: 'failed' })
    await workbench.write({ 'zzzzz_override.tf': 'terraform {\n backend "inmem" {}\n}' })
    expect(await planJob(workbench.job(), port, tool)).toMatchObject({ kind: 'failed' })
  })
})

describe('the override file', () => {
  test('that a killed run left is used again and removed', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': simple })
    const marked = { '//': 'Written by Portolan while a plan is made; safe to delete.' }
    await workbench.write({ [overrideFileName]: JSON.stringify(marked) })
    planned(await planJob(workbench.job(), port, tool))
    expect(await readdir(workbench.directory)).toEqual(['main.tf'])
  })

  test('of that name written by a person is an error', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': simple, [overrideFileName]: '{}' })
    const outcome = await planJob(workbench.job(), port, tool)
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('was not written by Portolan'),
    })
    expect(await readFile(path.join(workbench.directory, overrideFileName), 'utf8')).toBe('{}')
  })

  test('is shared by two plans at once, and gone after both', async ({ workbench, root }) => {
    await workbench.write({ 'main.tf': `terraform {\n backend "s3" {}\n}\n${simple}` })
    const jobs = ['one', 'two', 'three'].map((terraformWorkspace) =>
      workbench.job({ terraformWorkspace, workDirectory: path.join(root, terraformWorkspace) }),
    )
    const outcomes = await Promise.all(jobs.map((job) => planJob(job, new CapturingPort(), tool)))
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['planned', 'planned', 'planned'])
    expect(await readdir(workbench.directory)).toEqual(['main.tf'])
  })

  test('that cannot be written is an error that says so', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': simple })
    await mkdir(path.join(workbench.directory, overrideFileName))
    expect(await planJob(workbench.job(), port, tool)).toMatchObject({ kind: 'failed' })
  })
})

describe('inputs', () => {
  const variables = `
variable "text" {}
variable "number" { type = number }
variable "list" { type = list(string) }
variable "any" { type = any }
output "all" { value = [var.text, var.number, var.list, var.any] }
`
  test('are what -var would make of them', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': variables, 'x.auto.tfvars': 'text = "weaker"' })
    const values = {
      text: 'a "${b}" %{c} $${d} \\ \n\t\u0007é',
      number: '9007199254740993',
      list: '["x", # one\n "y"]',
      any: '{ deep = [1, 18446744073709551617] } # end',
    }
    const job = workbench.job({ variables: values })
    const outcome = planned(await planJob(job, port, tool))
    const state = appliedState(await applyJob(job, port, tool, outcome.file)).toString('utf8')
    const all = JSON.parse(state).outputs.all.value
    expect(all[0]).toBe(values.text)
    expect(all[2]).toEqual(['x', 'y'])
    expect(state).toContain('9007199254740993')
    expect(state).toContain('18446744073709551617')
    expect(outcome.json).toContain('18446744073709551617')
    expect(port.text).toContain('18446744073709551617')
  })

  test('for variables that are not declared are refused with the nearest name', async ({
    workbench,
    port,
  }) => {
    await workbench.write({ 'main.tf': variables })
    expect(await planJob(workbench.job({ variables: { nmber: '1' } }), port, tool)).toEqual({
      kind: 'failed',
      reason: 'the module declares no variable "nmber". Did you mean `number`?',
    })
  })

  test('cannot break out of their place', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': variables })
    const values = { text: 'x', number: '1', any: '1', list: '[])\ntext = ("injected"' }
    expect(await planJob(workbench.job({ variables: values }), port, tool)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('"list" is no complete HCL expression'),
    })
  })

  test('in a file that is missing are an error', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': simple })
    const job = workbench.job({ variableFiles: [path.join(workbench.directory, 'none.tfvars')] })
    expect(await planJob(job, port, tool)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('none.tfvars does not exist'),
    })
  })

  test('that are ephemeral are given again at apply', async ({ workbench, port }) => {
    await workbench.write({
      'main.tf': `
variable "plain" {}
variable "token" {
  type      = string
  ephemeral = true
}
resource "terraform_data" "a" {
  input = var.plain
  provisioner "local-exec" {
    command     = "test \\"$TOKEN\\" = canary-ephemeral"
    environment = { TOKEN = var.token }
  }
}`,
    })
    const job = workbench.job({ variables: { plain: 'x', token: 'canary-ephemeral' } })
    const outcome = planned(await planJob(job, port, tool))
    const state = appliedState(await applyJob(job, port, tool, outcome.file))
    expect(state.toString()).not.toContain('canary-ephemeral')
    expect(port.text + outcome.json).not.toContain('canary-ephemeral')
    expect(outcome.file.includes('canary-ephemeral')).toBe(false)
  })
})

describe('the environment', () => {
  test('of a person is kept, but for what would change where Terraform works', async ({
    workbench,
    port,
  }) => {
    await workbench.write({ 'main.tf': `${simple}\noutput "i" { value = var.input }` })
    const variables = {
      ...userVariables,
      TF_VAR_input: 'from the shell',
      TF_CLI_ARGS: '-destroy',
      TF_CLI_ARGS_plan: '-nonsense',
      TF_DATA_DIR: '/nowhere',
      TF_WORKSPACE: 'other',
    }
    const job = workbench.job({ environment: { kind: 'user', variables } })
    const outcome = planned(await planJob(job, port, tool))
    expect(outcome.summary).toMatchObject({ create: 1 })
    expect(JSON.parse(outcome.json).output_changes).toMatchObject({
      i: { after: 'from the shell' },
      workspace: { after: 'default' },
    })
  })

  test('of a job is clean', async ({ workbench, port }) => {
    await workbench.write({
      'main.tf': `resource "terraform_data" "a" {
  provisioner "local-exec" { command = "env | sort | sed s/^/ENV:/" }
}`,
    })
    const environment = {
      kind: 'clean',
      variables: { TF_CLI_CONFIG_FILE: '/dev/null', GIVEN: 'yes', TF_REATTACH_PROVIDERS: '{}' },
    } as const
    const job = workbench.job({ environment })
    const cleanTool = { ...tool }
    const outcome = planned(await planJob(job, port, cleanTool))
    appliedState(await applyJob(job, port, cleanTool, outcome.file))
    const names = [...port.text.matchAll(/ENV:(\w+)=/g)].map((match) => match[1])
    expect(names.filter((name) => !/^(PWD|SHLVL|_|OLDPWD)$/.test(name ?? ''))).toEqual([
      'CHECKPOINT_DISABLE',
      'GIVEN',
      'GOGC',
      'HOME',
      'PATH',
      'TF_CLI_CONFIG_FILE',
      'TF_DATA_DIR',
      'TF_INPUT',
      'TF_IN_AUTOMATION',
      'TF_WORKSPACE',
      'TMPDIR',
    ])
    expect(port.text).toContain(`ENV:HOME=${workbench.workDirectory}/home`)
  })
})

describe('init', () => {
  test('is skipped while nothing that it depends on has changed', async ({
    workbench,
    port,
    root,
  }) => {
    const calls = path.join(root, 'calls')
    const bin = path.join(root, 'bin')
    await mkdir(bin)
    await writeFile(
      path.join(bin, 'terraform'),
      `#!/bin/sh\necho "$1" >> ${calls}\nexec ${tool.path} "$@"\n`,
    )
    await chmod(path.join(bin, 'terraform'), 0o755)
    await workbench.write({ 'main.tf': simple })
    const variables = { ...userVariables, PATH: `${bin}:${userVariables['PATH']}` }
    const counted = await findTool(variables, workbench.directory)
    const called = async () => {
      planned(await planJob(workbench.job(), port, counted))
      const lines = (await readFile(calls, 'utf8')).trim().split('\n')
      await writeFile(calls, '')
      return lines.filter((line) => line !== 'version')
    }
    expect(await called()).toEqual(['init', 'init', 'plan'])
    expect(await called()).toEqual(['plan'])
    await workbench.write({ 'main.tf': `${simple}\n# a comment\n` })
    expect(await called()).toEqual(['plan'])
    await workbench.write({
      'main.tf': `${simple}\nmodule "m" {\n  source = "./m"\n}\n`,
      'm/main.tf': 'resource "terraform_data" "inner" {}',
    })
    expect(await called()).toEqual(['init', 'init', 'plan'])
    expect(await called()).toEqual(['plan'])
    await workbench.write({
      'm/main.tf': 'module "deeper" {\n  source = "./n"\n}',
      'm/n/main.tf': '',
    })
    expect(await called()).toEqual(['init', 'init', 'plan'])
  })

  test('runs again when the tool says that something is missing', async ({ workbench, port }) => {
    await workbench.write({
      'main.tf': 'module "m" {\n  source = "./m"\n}',
      'm/main.tf': 'resource "terraform_data" "inner" {}',
    })
    planned(await planJob(workbench.job(), port, tool))
    const manifest = path.join(workbench.workDirectory, 'data/modules/modules.json')
    await writeFile(manifest, '{"Modules":[]}')
    planned(await planJob(workbench.job(), port, tool))
  })
})

describe('the source digest', () => {
  const digest = async (workbench: { job(): Parameters<typeof currentFacts>[0] }) =>
    (await currentFacts(workbench.job(), tool)).source

  test('changes with every file that affects the workspace, and with no other', async ({
    workbench,
    root,
  }) => {
    await workbench.write({
      'main.tf': 'module "shared" {\n  source = "../shared"\n}',
      '../shared/main.tf': '',
      '../other/main.tf': '',
      'files/script.sh': 'echo',
    })
    await symlink(path.join(root, 'other'), path.join(workbench.directory, 'files', 'link'))
    const seen = new Set([await digest(workbench)])
    const changed = async (files: Record<string, string>) => {
      await workbench.write(files)
      const now = await digest(workbench)
      const isNew = !seen.has(now)
      seen.add(now)
      return isNew
    }
    expect(await changed({ 'main.tf': 'module "shared" {\n  source = "../shared" \n}' })).toBe(true)
    expect(await changed({ '../shared/main.tf': '# x' })).toBe(true)
    expect(await changed({ 'files/script.sh': 'echo 2' })).toBe(true)
    expect(await changed({ '../other/main.tf': '# reached through a link' })).toBe(true)
    expect(await changed({ '../unrelated/main.tf': '# x' })).toBe(false)
    expect(await changed({ '.terraform/x': 'x', 'terraform.tfstate': '{}' })).toBe(false)
    expect(await changed({ 'terraform.tfstate.backup': '{}', '.git/HEAD': 'x' })).toBe(false)
    await chmod(path.join(workbench.directory, 'files/script.sh'), 0o755)
    expect(await changed({})).toBe(true)
  })
})

test('configuration that changes while it is planned makes the plan fail', async ({
  workbench,
  port,
  root,
}) => {
  await workbench.write({ 'main.tf': simple })
  const wrapped = path.join(root, 'wrapped')
  const file = path.join(workbench.directory, 'main.tf')
  const edit = `[ "$1" = plan ] && echo '# edited' >> ${file}`
  await writeFile(wrapped, `#!/bin/sh\n${edit}\nexec ${tool.path} "$@"\n`, { mode: 0o755 })
  expect(await planJob(workbench.job(), port, { ...tool, path: wrapped })).toEqual({
    kind: 'failed',
    reason: 'main.tf changed while the plan was made; plan again',
  })
})

test('a state of the person in the module is not touched', async ({ workbench, port }) => {
  const theirs = JSON.stringify({
    version: 4,
    serial: 3,
    lineage: 'theirs',
    outputs: {},
    resources: [
      {
        mode: 'managed',
        type: 'terraform_data',
        name: 'theirs',
        provider: 'provider["terraform.io/builtin/terraform"]',
        instances: [{ schema_version: 0, attributes: { id: 'x' } }],
      },
    ],
  })
  await workbench.write({ 'main.tf': simple, 'terraform.tfstate': theirs })
  const plan = planned(await planJob(workbench.job(), port, tool))
  expect(plan.summary).toMatchObject({ create: 1, delete: 0 })
  appliedState(await applyJob(workbench.job(), port, tool, plan.file))
  expect((await readdir(workbench.directory)).sort()).toEqual(['main.tf', 'terraform.tfstate'])
  const file = path.join(workbench.directory, 'terraform.tfstate')
  expect(await readFile(file, 'utf8')).toBe(theirs)
})

test('a name of a workspace cannot lead out of the directory', async ({ workbench, port }) => {
  await workbench.write({ 'main.tf': simple })
  for (const terraformWorkspace of ['..', '../x', 'a/b', '', 'x\n', randomUUID().repeat(0)]) {
    expect(await planJob(workbench.job({ terraformWorkspace }), port, tool)).toMatchObject({
      kind: 'failed',
    })
  }
})

test('a missing directory is a failed plan that says so', async ({ workbench, port }) => {
  const job = workbench.job({ directory: '/nowhere/at/all' })
  expect(await planJob(job, port, tool)).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('/nowhere/at/all does not exist'),
  })
})
