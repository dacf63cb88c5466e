import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect } from 'vitest'
import {
  appliedState,
  planned,
  readState,
  test,
  type Workbench,
} from '../../../../../test/support/runner-job.ts'
import type { WorkflowStep } from '../../../../manifest/index.ts'
import type { Job } from '../../../job.ts'
import { terraformKind } from '../terraform-kind-runner.ts'

const module = {
  'main.tf': `
variable "v" { default = "one" }
variable "w" { default = "" }
resource "terraform_data" "a" { input = "\${var.v}-\${var.w}-\${terraform.workspace}" }
output "v" { value = terraform_data.a.output }
`,
}

const run = (command: string): WorkflowStep => ({ is: 'run', command, isHidden: false })
const init: WorkflowStep = { is: 'init', arguments: [] }
const plan: WorkflowStep = { is: 'plan', arguments: [] }
const apply: WorkflowStep = { is: 'apply', arguments: [] }

function jobOf(
  workbench: Workbench,
  steps: { readonly plan?: readonly WorkflowStep[]; readonly apply?: readonly WorkflowStep[] },
  changes: Partial<Job> = {},
): Job {
  const workflow = {
    plan: steps.plan ?? [init, plan],
    apply: steps.apply ?? [apply],
    variables: { PULL_NUM: '7' },
  }
  return workbench.job({ workflow, ...changes })
}

describe('steps of a workflow', () => {
  test('run around the commands, in the directory, with what came before', async ({
    workbench,
    port,
    root,
  }) => {
    await workbench.write(module)
    const log = path.join(root, 'steps.log')
    const say = (text: string) => run(`echo "${text}" >> ${log}`)
    const job = jobOf(workbench, {
      plan: [
        { is: 'env', name: 'A', value: 'x' },
        { is: 'env-command', name: 'TF_VAR_v', command: 'echo "$A-$PULL_NUM"; echo noise >&2' },
        { is: 'multienv', command: 'echo \'B=1,C="2,3"\'' },
        say('first $A $B $C $WORKSPACE $PWD $DIR'),
        init,
        run(`test ! -e "$PLANFILE" && echo between >> ${log}`),
        plan,
        run(`test -s "$PLANFILE" && echo after >> ${log}`),
      ],
      apply: [say('applying $B'), apply, say('applied')],
    })
    const made = planned(await terraformKind.plan(job, port))
    const { directory } = workbench
    expect(await readFile(log, 'utf8')).toBe(
      `first x 1 2,3 default ${directory} ${directory}\nbetween\nafter\n`,
    )
    expect(port.text).not.toContain('x-7\n')
    expect(port.text).toContain('noise')
    await writeFile(log, '')
    const state = readState(appliedState(await terraformKind.apply(job, port, made.file)))
    expect(state.outputs['v']?.value).toBe('x-7--default')
    // Each stage has variables of its own.
    expect(await readFile(log, 'utf8')).toBe('applying \napplied\n')
    expect(await terraformKind.facts(job)).toEqual({ ...made.facts, planFile: undefined })
  })

  test('show no secret that they set, from the step after on', async ({ workbench, port }) => {
    const secret = { before: 'hunter2-before', between: 'hunter2-between', input: 'hunter2-input' }
    await workbench.write({
      'main.tf': `${module['main.tf']}
variable "admin" {
  type      = string
  sensitive = true
}
resource "terraform_data" "shown" { triggers_replace = [nonsensitive(var.admin)] }
`,
    })
    const job = jobOf(workbench, {
      plan: [
        { is: 'env-command', name: 'API_TOKEN', command: `echo ${secret.before}` },
        run('echo "before: $API_TOKEN"'),
        init,
        { is: 'multienv', command: `echo DB_PASSWORD=${secret.between}` },
        { is: 'env-command', name: 'TF_VAR_admin', command: `echo ${secret.input}` },
        run('echo "between: $DB_PASSWORD $TF_VAR_admin"'),
        plan,
        run('echo "after: $API_TOKEN $DB_PASSWORD $TF_VAR_admin"'),
      ],
    })
    const made = planned(await terraformKind.plan(job, port))
    // The commands themselves are of the person, and are shown.
    const shown = port.text.split('\n').filter((line) => !line.includes('echo'))
    expect(shown.join('\n')).toContain('between: (sensitive value) (sensitive value)')
    for (const value of Object.values(secret)) {
      expect(shown.join('\n')).not.toContain(value)
      expect(JSON.stringify(made.json)).not.toContain(value)
    }
  })

  test('may write what is planned', async ({ workbench, port }) => {
    await workbench.write(module)
    const job = jobOf(workbench, {
      plan: [run(`echo 'w = "made"' > made.auto.tfvars`), init, plan],
    })
    const made = planned(await terraformKind.plan(job, port))
    const state = readState(appliedState(await terraformKind.apply(job, port, made.file)))
    expect(state.outputs['v']?.value).toBe('one-made-default')
  })

  test.for<[readonly WorkflowStep[], string]>([
    [[run('echo no >&2; exit 3'), init, plan], 'run: echo no >&2; exit 3 exited with 3: no'],
    [[init, run('exit 4'), plan], 'run: exit 4 exited with 4'],
    [[init, plan, run('exit 5')], 'run: exit 5 exited with 5'],
    [[{ is: 'env-command', name: 'A', command: 'exit 6' }, plan], 'env A: exit 6 exited with 6'],
    [
      [{ is: 'multienv', command: 'echo nothing' }, plan],
      'multienv: what it printed is not NAME=VALUE,NAME=VALUE',
    ],
    [
      [{ is: 'multienv', command: 'echo TF_WORKSPACE=x' }, plan],
      'multienv: TF_WORKSPACE cannot be set: Portolan sets it',
    ],
  ])('that fail make the plan fail: %j', async ([steps, reason], { workbench, port }) => {
    await workbench.write(module)
    const outcome = await terraformKind.plan(jobOf(workbench, { plan: steps }), port)
    expect(outcome).toEqual({ kind: 'failed', reason })
  })

  test('that fail after an apply leave what was applied', async ({ workbench, port }) => {
    await workbench.write(module)
    const job = jobOf(workbench, { apply: [apply, run('exit 3')] })
    const made = planned(await terraformKind.plan(job, port))
    const outcome = await terraformKind.apply(job, port, made.file)
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'run: exit 3 exited with 3' })
    expect(outcome.kind === 'failed' && outcome.state).toBeInstanceOf(Buffer)
  })

  test('that fail before an apply start none', async ({ workbench, port }) => {
    await workbench.write(module)
    const job = jobOf(workbench, { apply: [run('exit 3'), apply] })
    const made = planned(await terraformKind.plan(job, port))
    expect(await terraformKind.apply(job, port, made.file)).toEqual({
      kind: 'failed',
      reason: 'run: exit 3 exited with 3',
      state: undefined,
    })
  })

  test('are part of what is approved', async ({ workbench, port }) => {
    await workbench.write(module)
    const job = jobOf(workbench, {})
    const made = planned(await terraformKind.plan(job, port))
    const other = await terraformKind.facts(jobOf(workbench, { apply: [apply, run('exit 0')] }))
    expect(other.inputs).not.toBe(made.facts.inputs)
  })
})

describe('further arguments', () => {
  test('are what they say, with the variables of the change', async ({ workbench, port }) => {
    await workbench.write({
      ...module,
      'vars-default.tfvars': 'v = "file"\nw = "file"\n',
      'env/default.tfvars': 'w = "env"\n',
    })
    const job = jobOf(
      workbench,
      {
        plan: [
          { is: 'env', name: 'KIND', value: 'vars' },
          init,
          {
            is: 'plan',
            arguments: ['-lock=false', '-var-file', '$KIND-${WORKSPACE}.tfvars', '-parallelism=3'],
          },
        ],
      },
      { varFiles: ['env/default.tfvars'] },
    )
    const made = planned(await terraformKind.plan(job, port))
    const state = readState(appliedState(await terraformKind.apply(job, port, made.file)))
    // As in Atlantis the file of the workspace comes last.
    expect(state.outputs['v']?.value).toBe('file-env-default')
    expect(await terraformKind.facts(job)).toEqual({ ...made.facts, planFile: undefined })
  })

  test.for<[readonly string[], RegExp]>([
    [['-var', 'v=$NOBODY'], /`extra_args` name \$NOBODY, which is not known before the steps run/],
    [['-out=x'], /the argument -out is refused/],
  ])('%j are refused', async ([given, reason], { workbench, port }) => {
    await workbench.write(module)
    const steps = [init, { is: 'plan', arguments: given } as const]
    expect(await terraformKind.plan(jobOf(workbench, { plan: steps }), port)).toEqual({
      kind: 'failed',
      reason: expect.stringMatching(reason),
    })
  })

  test('say no other place for a state that Portolan keeps', async ({ workbench, port }) => {
    await workbench.write(module)
    const steps = [{ is: 'init', arguments: ['-backend-config=path=x'] } as const, plan]
    expect(await terraformKind.plan(jobOf(workbench, { plan: steps }), port)).toEqual({
      kind: 'failed',
      reason: expect.stringContaining('has no backend of its own'),
    })
  })
})

describe('a backend of its own', () => {
  const withBackend = {
    'main.tf': `terraform {\n  backend "local" {}\n}\n${module['main.tf']}`,
  }

  test('is told by `init` where the state is', async ({ workbench, port, root }) => {
    await workbench.write(withBackend)
    const file = path.join(root, 'there.tfstate')
    const steps = [{ is: 'init', arguments: [`-backend-config=path=${file}`] } as const, plan]
    const job = jobOf(workbench, { plan: steps }, { ownState: true })
    const made = planned(await terraformKind.plan(job, port))
    await terraformKind.apply(job, port, made.file)
    expect(readState(await readFile(file)).outputs['v']?.value).toBe('one--default')
  })

  test('has workspaces: one that is missing is made, others stay', async ({
    workbench,
    port,
    root,
  }) => {
    const states = path.join(root, 'states')
    await workbench.write({
      'main.tf': `terraform {\n  backend "local" {\n    workspace_dir = ${JSON.stringify(states)}\n  }\n}\n${module['main.tf']}`,
    })
    for (const terraformWorkspace of ['dev', 'prod', 'dev']) {
      const job = workbench.job({ ownState: true, terraformWorkspace })
      const made = planned(await terraformKind.plan(job, port))
      await terraformKind.apply(job, port, made.file)
      const text = await readFile(path.join(states, terraformWorkspace, 'terraform.tfstate'))
      expect(readState(text).outputs['v']?.value).toBe(`one--${terraformWorkspace}`)
    }
    expect(port.text.match(/was not there: it was made/g)).toHaveLength(1)
  })
})
