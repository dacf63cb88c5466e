import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
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
import { findTool, type Tool } from '../../../engines/index.ts'
import type { Job } from '../../index.ts'
import { applyJob } from './apply-runner.ts'
import { planJob } from './plan-runner.ts'

const tool = await findTool(userVariables, import.meta.dirname)

const simple = 'resource "terraform_data" "a" { input = "one" }\n'

function script(name: string, command: string, more = ''): string {
  return `resource "terraform_data" "${name}" {
  ${more}
  provisioner "local-exec" {
    command = <<-EOT
      ${command}
    EOT
  }
}
`
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** Processes, other than zombies, whose command line has this text. */
function processesWith(text: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      const alive = !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
      return alive && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text)
    } catch {
      return false
    }
  })
}

/** The tool behind a script of which `$REAL` is the tool itself. */
async function wrapped(root: string, text: string): Promise<Tool> {
  const file = path.join(root, 'wrapped')
  await writeFile(file, `#!/bin/sh\nREAL=${tool.path}\n${text}\n`, { mode: 0o755 })
  return { ...tool, path: file }
}

async function plannedFile(job: Job): Promise<Buffer> {
  return planned(await planJob(job, new CapturingPort(), tool)).file
}

describe('an apply', () => {
  test('streams each state and journals each resource', async ({ workbench, port }) => {
    await workbench.write({
      'main.tf': `${simple}
resource "terraform_data" "b" {
  depends_on = [terraform_data.a]
  provisioner "local-exec" { command = "sleep 0.3" }
}`,
    })
    const job = workbench.job()
    const state = appliedState(await applyJob(job, port, tool, await plannedFile(job)))
    const serials = port.states.map((bytes) => readState(bytes).serial)
    expect(serials).toEqual([...serials].sort((a, b) => a - b))
    expect(new Set(serials).size).toBe(serials.length)
    expect(readState(port.states[0] ?? Buffer.from('{}')).resources.length).toBeLessThan(2)
    expect(port.states.at(-1)).toEqual(state)
    const done = port.events.filter((event) => event.status === 'done')
    expect(done).toMatchObject([
      { address: 'terraform_data.a', action: 'create', idKey: 'id' },
      { address: 'terraform_data.b', action: 'create', idKey: 'id' },
    ])
    expect(done.map((event) => event.idValue)).toEqual(
      readState(state).resources.map((resource) => resource.instances[0]?.attributes['id']),
    )
    expect(port.text).toContain('Apply complete! Resources: 2 added')
  })

  test('leaves no plan file, no inputs, no backup and no output behind', async ({
    workbench,
    port,
  }) => {
    await workbench.write({ 'main.tf': simple })
    const job = workbench.job()
    const state = appliedState(await applyJob(job, port, tool, await plannedFile(job)))
    const destroy = workbench.job({ operation: 'destroy', state })
    appliedState(await applyJob(destroy, port, tool, await plannedFile(destroy)))
    expect((await readdir(workbench.workDirectory)).sort()).toEqual(
      ['claims', 'data', 'salt', 'terraform.tfstate', 'terraform.tfstate.d'].filter(
        (name) => name !== 'terraform.tfstate.d',
      ),
    )
    const mode = (file: string) => stat(file).then((found) => found.mode & 0o777)
    expect(await mode(workbench.workDirectory)).toBe(0o700)
    expect(await mode(path.join(workbench.workDirectory, 'terraform.tfstate'))).toBe(0o600)
    expect(await readdir(workbench.directory)).toEqual(['main.tf'])
  })

  test('that fails half-way keeps what is finished', async ({ workbench, port }) => {
    await workbench.write({
      'main.tf': `${simple}${script('b', 'echo to-the-log; exit 7', 'depends_on = [terraform_data.a]')}`,
    })
    const job = workbench.job()
    const outcome = await applyJob(job, port, tool, await plannedFile(job))
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: 'apply failed: local-exec provisioner error',
    })
    if (outcome.kind !== 'failed' || outcome.state === undefined) throw new Error('no state')
    const instances = readState(outcome.state).resources.map((resource) => [
      resource.name,
      resource.instances[0]?.status,
    ])
    expect(instances).toEqual([
      ['a', undefined],
      ['b', 'tainted'],
    ])
    expect(port.states.at(-1)).toEqual(outcome.state)
    expect(port.text).toContain('to-the-log')
    expect(port.text).toContain('Error: local-exec provisioner error')
    expect(port.events.at(-1)).toMatchObject({ address: 'terraform_data.b', status: 'failed' })
  })

  test('of a stale plan is refused by terraform too', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': simple })
    const file = await plannedFile(workbench.job())
    const state = appliedState(await applyJob(workbench.job(), port, tool, file))
    expect(await applyJob(workbench.job({ state }), port, tool, file)).toMatchObject({
      kind: 'failed',
      reason: 'apply failed: Saved plan is stale',
    })
  })

  test('of a plan from another place is refused before it starts', async ({
    workbench,
    port,
    root,
  }) => {
    await workbench.write({ 'main.tf': simple })
    const file = await plannedFile(workbench.job())
    const elsewhere = workbench.job({ workDirectory: path.join(root, 'elsewhere') })
    expect(await applyJob(elsewhere, port, tool, file)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('not made for this workspace'),
    })
    const other = workbench.job({ terraformWorkspace: 'other' })
    expect(await applyJob(other, port, tool, file)).toMatchObject({ kind: 'failed' })
    expect(await applyJob(workbench.job(), port, tool, Buffer.from('junk'))).toMatchObject({
      kind: 'failed',
    })
    expect(port.states).toEqual([])
  })

  test('that ends by a signal is unknown', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': script('a', 'kill -9 $PPID; sleep 5') })
    const job = workbench.job()
    expect(await applyJob(job, port, tool, await plannedFile(job))).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('SIGKILL'),
    })
  })

  test('of which the state cannot be read afterwards is unknown', async ({
    workbench,
    port,
    root,
  }) => {
    await workbench.write({ 'main.tf': simple })
    const job = workbench.job()
    const file = await plannedFile(job)
    const state = path.join(workbench.workDirectory, 'terraform.tfstate')
    const torn = await wrapped(root, `$REAL "$@"; code=$?; echo '{ "torn' > ${state}; exit $code`)
    const outcome = await applyJob(job, port, torn, file)
    expect(outcome).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('be read') })
    if (outcome.kind === 'unknown') expect(outcome.state).toEqual(port.states.at(-1))
  })

  test('takes what terraform could not write out of the module', async ({
    workbench,
    port,
    root,
  }) => {
    await workbench.write({ 'main.tf': simple })
    const job = workbench.job()
    const file = await plannedFile(job)
    const written = path.join(workbench.workDirectory, 'terraform.tfstate')
    const errored = path.join(workbench.directory, 'errored.tfstate')
    const failing = await wrapped(
      root,
      `$REAL "$@"; sed 's/"serial": [0-9]*/"serial": 99/' ${written} > ${errored}; exit 1`,
    )
    const outcome = await applyJob(job, port, failing, file)
    if (outcome.kind !== 'failed' || outcome.state === undefined) throw new Error(outcome.kind)
    expect(readState(outcome.state).serial).toBe(99)
    expect(port.states.at(-1)).toEqual(outcome.state)
    expect(await readdir(workbench.directory)).toEqual(['main.tf'])
    expect(await readdir(path.join(workbench.workDirectory, 'rescued'))).toHaveLength(1)
  })

  test('of one workspace waits for another, and can be cancelled while it waits', async ({
    workbench,
    port,
  }) => {
    await workbench.write({ 'main.tf': script('a', 'sleep 1') })
    const job = workbench.job()
    const file = await plannedFile(job)
    const first = applyJob(job, port, tool, file)
    await until(() => port.events.length > 0)
    const waiting = new CapturingPort()
    const second = applyJob(job, waiting, tool, file)
    await until(() => waiting.text.includes('Waiting for another run'))
    waiting.cancel()
    expect(await second).toMatchObject({ kind: 'cancelled' })
    expect(await first).toMatchObject({ kind: 'applied' })
  })
})

describe('the state file', () => {
  test('of a named workspace lies where terraform keeps it', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': simple })
    const job = workbench.job({ terraformWorkspace: 'prod' })
    const state = appliedState(await applyJob(job, port, tool, await plannedFile(job)))
    const file = path.join(workbench.workDirectory, 'terraform.tfstate.d/prod/terraform.tfstate')
    expect(await readFile(file)).toEqual(state)
    expect(port.states.at(-1)).toEqual(state)
  })

  test('that nobody recorded is kept and said', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': simple })
    const job = workbench.job()
    const state = appliedState(await applyJob(job, port, tool, await plannedFile(job)))
    planned(await planJob(workbench.job({ state }), port, tool))
    expect(await readdir(workbench.workDirectory)).not.toContain('rescued')

    const again = new CapturingPort()
    const lost = planned(await planJob(workbench.job(), again, tool))
    expect(lost.summary).toMatchObject({ create: 1 })
    const [name = ''] = await readdir(path.join(workbench.workDirectory, 'rescued'))
    const kept = path.join(workbench.workDirectory, 'rescued', name)
    expect(await readFile(kept)).toEqual(state)
    expect(again.text).toContain(kept)
  })

  test('from before is overwritten when a newer one is recorded', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': simple })
    const job = workbench.job()
    const state = appliedState(await applyJob(job, port, tool, await plannedFile(job)))
    const { serial } = readState(state)
    const newer = Buffer.from(
      state.toString().replace(`"serial": ${serial}`, `"serial": ${serial + 5}`),
    )
    expect(planned(await planJob(workbench.job({ state: newer }), port, tool)).changes).toBe(false)
    expect(await readdir(workbench.workDirectory)).not.toContain('rescued')
    expect(planned(await planJob(workbench.job({ state }), port, tool)).changes).toBe(false)
    expect(await readdir(workbench.workDirectory)).toContain('rescued')
  })

  test('is what counts when the port is slow or fails', async ({ workbench, port }) => {
    let calls = 0
    port.onState = async () => {
      calls += 1
      if (calls < 3) throw new Error('away')
    }
    await workbench.write({ 'main.tf': simple })
    const job = workbench.job()
    const state = appliedState(await applyJob(job, port, tool, await plannedFile(job)))
    expect(port.states.at(-1)).toEqual(state)
  })
})

describe('cancelling', () => {
  const slow = `${simple}${script('b', 'echo begun; sleep 1; echo finished', 'depends_on = [terraform_data.a]')}
resource "terraform_data" "c" { depends_on = [terraform_data.b] }`

  test('an apply lets terraform finish what it does and save', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': slow })
    const job = workbench.job()
    const file = await plannedFile(job)
    const running = applyJob(job, port, tool, file)
    await until(() => port.text.includes('begun'))
    port.cancel()
    const outcome = await running
    expect(outcome.kind).toBe('cancelled')
    if (outcome.kind !== 'cancelled' || outcome.state === undefined) throw new Error('no state')
    const names = readState(outcome.state).resources.map((resource) => resource.name)
    expect(names).toContain('a')
    expect(names).not.toContain('c')
    expect(port.states.at(-1)).toEqual(outcome.state)
  })

  test('by force kills everything and calls the end unknown', async ({ workbench, port, root }) => {
    const sign = path.join(root, 'stubborn')
    await writeFile(sign, 'trap "" INT TERM HUP\necho begun\nwhile :; do sleep 1; done\n')
    await workbench.write({
      'main.tf': `${simple}${script('b', `sh ${sign} & sh ${sign}`, 'depends_on = [terraform_data.a]')}`,
    })
    const job = workbench.job()
    const file = await plannedFile(job)
    const deaf = await wrapped(root, 'trap "" INT; $REAL "$@" & wait $!; wait $!')
    const running = applyJob(job, port, deaf, file)
    await until(() => port.text.includes('begun'))
    port.cancel()
    expect(await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 300))])).toBe(
      undefined,
    )
    expect(processesWith(sign).length).toBeGreaterThan(1)
    port.force()
    const outcome = await running
    expect(outcome).toMatchObject({ kind: 'unknown' })
    if (outcome.kind !== 'unknown' || outcome.state === undefined) throw new Error('no state')
    expect(readState(outcome.state).resources[0]?.name).toBe('a')
    expect(processesWith(sign)).toEqual([])
    expect(processesWith(workbench.workDirectory)).toEqual([])
  })

  test('ends what a provisioner started and terraform left', async ({ workbench, port, root }) => {
    const sign = path.join(root, 'stubborn')
    await writeFile(sign, 'trap "" INT TERM HUP\necho begun\nwhile :; do sleep 1; done\n')
    await workbench.write({ 'main.tf': script('b', `sh ${sign} & sh ${sign}`) })
    const job = workbench.job()
    const running = applyJob(job, port, tool, await plannedFile(job))
    await until(() => port.text.includes('begun'))
    port.cancel()
    expect(await running).toMatchObject({ kind: 'cancelled' })
    expect(processesWith(sign)).toEqual([])
  })

  test('a plan ends it without a plan', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': simple })
    port.onLog = () => port.cancel()
    expect(await planJob(workbench.job(), port, tool)).toEqual({ kind: 'cancelled' })
    expect(await readdir(workbench.directory)).toEqual(['main.tf'])
  })

  test('before anything started changes nothing', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': simple })
    const file = await plannedFile(workbench.job())
    port.cancel()
    expect(await applyJob(workbench.job(), port, tool, file)).toEqual({
      kind: 'cancelled',
      state: undefined,
    })
    expect(port.events).toEqual([])
  })
})

test('what a provisioner leaves running is ended with the apply', async ({
  workbench,
  port,
  root,
}) => {
  const sign = path.join(root, 'left-behind')
  await writeFile(sign, 'while :; do sleep 1; done\n')
  await workbench.write({ 'main.tf': script('a', `sh ${sign} >/dev/null 2>&1 &`) })
  const job = workbench.job()
  appliedState(await applyJob(job, port, tool, await plannedFile(job)))
  expect(processesWith(sign)).toEqual([])
})

describe('output', () => {
  test('of 100 MB neither blocks nor fills anything', async ({ workbench, port, root }) => {
    await workbench.write({ 'main.tf': simple })
    const flood = await wrapped(
      root,
      `[ "$1" = apply ] && { head -c 50000000 /dev/zero | tr '\\0' x; echo
      head -c 50000000 /dev/zero | tr '\\0' y | fold -w 400; echo; }
      exec $REAL "$@"`,
    )
    const job = workbench.job()
    const { file } = planned(await planJob(job, new CapturingPort(), flood))
    appliedState(await applyJob(job, port, flood, file))
    expect(port.text.length).toBeLessThan(34 * 1024 * 1024)
    expect(port.text).toMatch(/x{65536} … \(\d+ characters more\)/)
    expect(port.text).toContain('MiB of output were left out here')
    expect(port.text).toContain('Apply complete!')
    expect(port.events).toHaveLength(2)
  })

  test('holds no escape codes but colours', async ({ workbench, port }) => {
    const hostile =
      '\u001b[2Jclear \u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007 ' +
      '\u001b]52;c;aGk=\u001b\\\u0007bell \u202ebidi'
    await workbench.write({ 'main.tf': script('a', 'cat hostile'), hostile })
    const job = workbench.job()
    appliedState(await applyJob(job, port, tool, await plannedFile(job)))
    expect(port.text).toContain('clear \u001b[31mred\u001b[0m link bell <U+202E>bidi')
  })

  test('never shows a secret', async ({ workbench, port }) => {
    await workbench.write({
      'main.tf': `
variable "given" { sensitive = true }
variable "in_file" { sensitive = true }
variable "by_default" {
  sensitive = true
  default   = "canary-default"
}
variable "nested" {
  sensitive = true
  type      = map(string)
}
resource "terraform_data" "a" {
  input = [var.given, var.in_file, var.by_default, var.nested]
}
resource "terraform_data" "printer" {
  provisioner "local-exec" { command = "sh leak.sh" }
}
output "hidden" {
  value     = var.given
  sensitive = true
}`,
      'terraform.tfvars': 'in_file = "canary-file"\n',
      'leak.sh': `
echo canary-given canary-file canary-default canary-nested canary-environment
printf canary-given | base64
printf user:canary-given | base64
echo '{"x":"quoted\\"canary"}' canary%20url
echo key-line-one; echo key-line-two
`,
    })
    const environment = {
      kind: 'user',
      variables: { ...userVariables, MY_API_TOKEN: 'canary-environment', NOT: 'not-hidden' },
    } as const
    const variables = {
      given: 'canary-given',
      nested:
        '{ a = "canary-nested", b = "quoted\\"canary", c = "canary url", d = "key-line-one\\nkey-line-two" }',
    }
    const job = workbench.job({ environment, variables })
    const plan = planned(await planJob(job, port, tool))
    const state = appliedState(await applyJob(job, port, tool, plan.file))
    const destroy = workbench.job({ environment, variables, operation: 'destroy', state })
    const second = planned(await planJob(destroy, port, tool))
    appliedState(await applyJob(destroy, port, tool, second.file))
    const sinks = [
      port.text,
      plan.json,
      second.json,
      JSON.stringify([plan.facts, plan.summary, port.events]),
    ]
    const canary = Buffer.from('canary-given').toString('base64').slice(0, 12)
    for (const sink of sinks) {
      expect(sink).not.toMatch(/canary|key-line/)
      expect(sink).not.toContain(canary)
      expect(sink).not.toContain('Y2FuYXJ5LWdpdmVu'.slice(2, 14))
    }
    expect(port.text).toContain('(sensitive value)')
    expect(plan.json).toContain('(sensitive value)')
  })
})

describe('a large workspace', () => {
  const large = 'resource "terraform_data" "many" {\n  count = 400\n  input = count.index\n}\n'

  test('is applied over the loopback address', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': large })
    const job = workbench.job()
    const file = await plannedFile(job)
    const state = appliedState(await applyJob(job, port, tool, file))
    expect(readState(state).resources[0]?.instances).toHaveLength(400)
    expect(port.states.at(-1)).toEqual(state)
    expect(port.states.length).toBeLessThan(5)
    expect(port.events.filter((event) => event.status === 'done')).toHaveLength(400)
    expect(await readdir(workbench.workDirectory)).not.toContain('terraform.tfstate')
    const unchanged = planned(await planJob(workbench.job({ state }), port, tool))
    expect(unchanged.changes).toBe(false)
  })

  test('that shows only in the plan is planned once more', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': large.replace('= 400', '= length(range(400))') })
    const job = workbench.job()
    const plan = planned(await planJob(job, port, tool))
    expect(port.text).toContain('planned once more')
    appliedState(await applyJob(job, port, tool, plan.file))
    expect(port.states.length).toBeLessThan(5)
  })

  test('whose state could not be stored keeps it all the same', async ({ workbench, port }) => {
    await workbench.write({ 'main.tf': large })
    const job = workbench.job()
    const file = await plannedFile(job)
    port.onState = async () => {
      throw new Error('away')
    }
    const running = applyJob(job, port, tool, file)
    await until(() => port.events.length > 700)
    port.onState = async () => {}
    const state = appliedState(await running)
    expect(port.states.at(-1)).toEqual(state)
  })
})

test('a leftover of a killed runner that is still at work is not disturbed', async ({
  workbench,
  port,
}) => {
  await workbench.write({ 'main.tf': simple })
  await mkdir(workbench.workDirectory, { recursive: true })
  const startedAt = readFileSync(`/proc/${process.pid}/stat`, 'latin1')
    .split(') ')[1]
    ?.split(' ')[19]
  await writeFile(
    path.join(workbench.workDirectory, 'process.json'),
    JSON.stringify({
      runId: 7,
      phase: 'apply',
      command: 'apply',
      directory: workbench.directory,
      stateFile: path.join(workbench.workDirectory, 'terraform.tfstate'),
      process: { pid: process.pid, startedAt },
    }),
  )
  expect(await planJob(workbench.job(), port, tool)).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('the apply of run-7 is still at work'),
  })
  expect(await readdir(workbench.workDirectory)).toContain('process.json')
})
