import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { appliedState, planned, readState, test } from '../../test/support/runner-job.ts'
import { CapturingPort } from '../../test/support/runner-port.ts'
import type { HookPhase, ResolvedHook } from '../manifest/index.ts'
import type { Job } from './job.ts'
import { kindOf } from './kinds/registry.ts'

const terraform = kindOf('terraform')

const main = { 'main.tf': 'resource "terraform_data" "a" {}\n' }

function hook(run: string, ...on: HookPhase[]): ResolvedHook {
  return { run, env: {}, on: on.length === 0 ? ['apply'] : on }
}

async function apply(job: Job, port = new CapturingPort()) {
  const { file } = planned(await terraform.plan(job, new CapturingPort()))
  return terraform.apply(job, port, file)
}

describe('hooks', () => {
  test('run around the phases that they name, in order, where the repository is', async ({
    workbench,
    port,
    root,
  }) => {
    await workbench.write(main)
    const say = (what: string) =>
      `echo ${what} $PORTOLAN_COMPONENT@$PORTOLAN_ENVIRONMENT $PORTOLAN_OPERATION >> said`
    const hooks = {
      before: [hook(say('one')), hook(say('two'), 'plan', 'apply', 'destroy')],
      after: [hook(say('three'), 'apply', 'destroy'), hook(say('four'), 'plan')],
    }
    const said = async () => (await readFile(path.join(root, 'said'), 'utf8')).trim().split('\n')
    const workspace = { component: 'db', environment: 'dev' }
    const job = workbench.job({ hooks, workspace, repositoryRoot: root })
    const { file } = planned(await terraform.plan(job, port))
    expect(await said()).toEqual(['two db@dev plan', 'four db@dev plan'])
    const state = appliedState(await terraform.apply(job, port, file))
    expect((await said()).slice(2)).toEqual([
      'one db@dev apply',
      'two db@dev apply',
      'three db@dev apply',
    ])
    appliedState(await apply({ ...job, operation: 'destroy', state }, port))
    expect((await said()).slice(5)).toEqual([
      'two db@dev plan',
      'four db@dev plan',
      'two db@dev destroy',
      'three db@dev destroy',
    ])
    const refresh = { ...job, state, operation: 'refresh' as const }
    appliedState(await apply(refresh, port))
    expect((await said()).slice(9)).toEqual(['two db@dev plan', 'four db@dev plan'])
  })

  test('have the environment of the person and their own, and tell the log', async ({
    workbench,
    port,
  }) => {
    await workbench.write(main)
    const run = 'echo "$HOST is ${HOME:+home}"\necho and more >&2'
    const env = { HOST: 'db.example.com' }
    const job = workbench.job({ hooks: { before: [{ run, env, on: ['apply'] }], after: [] } })
    appliedState(await apply(job, port))
    expect(port.text).toMatch(
      /^▸ before: echo "\$HOST is \$\{HOME:\+home\}" …\ndb\.example\.com is home\nand more\n/,
    )
  })

  test('that fail before it make the phase fail, and nothing is applied', async ({
    workbench,
    port,
  }) => {
    await workbench.write(main)
    const script = { 'x.sh': 'echo no\necho permission >&2\nexit 3\n' }
    await workbench.write(script)
    const job = workbench.job({ hooks: { before: [hook('sh ./x.sh')], after: [] } })
    expect(await apply(job, port)).toEqual({
      kind: 'failed',
      reason: 'before: sh ./x.sh exited with 3: no | permission',
      state: undefined,
    })
    expect(port.text).not.toContain('terraform_data.a')
    const planning = workbench.job({ hooks: { before: [hook('sh ./x.sh', 'plan')], after: [] } })
    expect(await terraform.plan(planning, port)).toEqual({
      kind: 'failed',
      reason: 'before: sh ./x.sh exited with 3: no | permission',
    })
  })

  test('that fail after it leave the run failed and its state recorded; then they go again', async ({
    workbench,
    port,
  }) => {
    await workbench.write(main)
    const hooks = { before: [], after: [hook('test -e ready')] }
    const job = workbench.job({ hooks })
    const outcome = await apply(job, port)
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'after: test -e ready exited with 1' })
    if (outcome.kind !== 'failed' || outcome.state === undefined) throw new Error('no state')
    expect(readState(outcome.state).resources).toHaveLength(1)

    const { state } = outcome
    expect(planned(await terraform.plan({ ...job, state }, port)).changes).toBe(false)
    const again = { ...job, state, unfinished: true }
    const plan = planned(await terraform.plan(again, port))
    expect(plan).toMatchObject({ changes: true, applicable: true, summary: { create: 0 } })
    await workbench.write({ ready: '' })
    const state2 = appliedState(await terraform.apply(again, port, plan.file))
    expect(readState(state2).lineage).toBe(readState(state).lineage)
    const others = { ...again, hooks: { before: [], after: [hook('true', 'plan')] } }
    expect(planned(await terraform.plan(others, port)).changes).toBe(false)
  })

  test('do not run after an apply that failed', async ({ workbench, port }) => {
    await workbench.write({
      'main.tf':
        'resource "terraform_data" "a" {\n provisioner "local-exec" { command = "exit 1" }\n}',
    })
    const job = workbench.job({ hooks: { before: [], after: [hook('touch ran')] } })
    expect(await apply(job, port)).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/^apply failed/),
    })
    expect(await readdir(workbench.directory)).toEqual(['main.tf'])
  })

  test('are cancelled as the run is; what was applied before stays recorded', async ({
    workbench,
    port,
  }) => {
    await workbench.write(main)
    const slow = 'echo begun; while :; do sleep 0.05; done'
    port.onLog = (text) => {
      if (text.includes('begun')) port.cancel()
    }
    const before = workbench.job({ hooks: { before: [hook(slow)], after: [] } })
    expect(await apply(before, port)).toEqual({ kind: 'cancelled', state: undefined })

    const other = new CapturingPort()
    other.onLog = (text) => {
      if (text.includes('begun')) other.cancel()
    }
    const after = workbench.job({ hooks: { before: [], after: [hook(slow)] } })
    expect(await apply(after, other)).toEqual({ kind: 'cancelled', state: expect.any(Buffer) })
  })

  test('show no secret, neither in their heading nor in their words', async ({
    workbench,
    port,
  }) => {
    await workbench.write(main)
    const secret = 'hunter22hunter22'
    const run = `echo ${'x'.repeat(183)}${secret}; ps -o args= -p $$; exit 1`
    const job = workbench.job({
      secrets: [secret],
      hooks: { before: [{ run, env: { TOKEN: secret }, on: ['apply'] }], after: [] },
    })
    const outcome = await apply(job, port)
    expect(`${JSON.stringify(outcome)} ${port.text}`).not.toMatch(/hunter2/)
    // The program's arguments are seen by every user of the machine.
    expect(port.text).toMatch(/^\/bin\/sh \S+\/command\.sh$/m)
  })

  test('are bound by an approval: others are others', async ({ workbench }) => {
    await workbench.write(main)
    const facts = (run: string) =>
      terraform.facts(workbench.job({ hooks: { before: [hook(run)], after: [] } }))
    expect((await facts('a')).inputs).toBe((await facts('a')).inputs)
    expect((await facts('a')).inputs).not.toBe((await facts('b')).inputs)
  })
})
