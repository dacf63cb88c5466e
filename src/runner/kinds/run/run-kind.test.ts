import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { appliedState, planned, test } from '../../../../test/support/runner-job.ts'
import { CapturingPort } from '../../../../test/support/runner-port.ts'
import { identityOf } from '../../../platform/process/identity.ts'
import type { ApplyOutcome, Job, RunnerPort } from '../../job.ts'
import { kindOf } from '../registry.ts'
import { runKind } from './run-kind-runner.ts'

const at = { file: 'portolan.yaml', line: 1, column: 1 }

function job(workbench: { job(changes?: Partial<Job>): Job }, changes: Partial<Job>): Job {
  return workbench.job({ kind: 'run', sourceDigest: 'files-1', ...changes })
}

async function apply(one: Job, port: RunnerPort): Promise<ApplyOutcome> {
  return runKind.apply(one, port, planned(await runKind.plan(one, new CapturingPort())).file)
}

function outputsIn(state: Buffer): Record<string, { value: unknown; sensitive?: boolean }> {
  return JSON.parse(state.toString('utf8')).outputs
}

describe('a command', () => {
  test('runs by the shell in the root of the repository, and is recorded with what it gave', async ({
    workbench,
    port,
  }) => {
    const one = job(workbench, {
      command: 'pwd; echo "to stderr" >&2; echo "id=$((6 * 7))" >> "$PORTOLAN_OUTPUTS"',
    })
    const state = appliedState(await apply(one, port))
    expect(port.text).toBe(`${workbench.directory}\nto stderr\n`)
    expect(outputsIn(state)).toEqual({ id: { value: '42', type: 'string' } })
    const parsed = JSON.parse(state.toString('utf8'))
    expect(parsed).toMatchObject({ version: 4, serial: 1 })
    expect(parsed.resources).toMatchObject([
      { type: 'portolan_run', name: 'job', instances: [{ attributes: { source: 'files-1' } }] },
    ])
    const again = job(workbench, { command: 'true', force: true, state })
    const next = JSON.parse(appliedState(await apply(again, port)).toString('utf8'))
    expect(next).toMatchObject({ lineage: parsed.lineage, serial: 2 })
    expect(port.events.map(({ address, status }) => [address, status])).toEqual([
      ['portolan_run.job', 'started'],
      ['portolan_run.job', 'done'],
      ['portolan_run.job', 'started'],
      ['portolan_run.job', 'done'],
    ])
  })

  test('has its inputs as environment variables: text as it is, the rest as JSON', async ({
    workbench,
    port,
  }) => {
    const inputs = {
      TEXT: 'a "b" $c\n${d}',
      NUMBER: 18446744073709551617n,
      LIST: [1, 'x', { y: null }],
      NOTHING: null,
    }
    const command = 'printf "%s|%s|%s|%s" "$TEXT" "$NUMBER" "$LIST" "${NOTHING-unset}"'
    appliedState(await apply(job(workbench, { command, inputs }), port))
    expect(port.text).toBe('a "b" $c\n${d}|18446744073709551617|[1,"x",{"y":null}]|unset\n')
  })

  test('knows what it runs for', async ({ workbench, port }) => {
    const command = 'echo $PORTOLAN_COMPONENT $PORTOLAN_ENVIRONMENT $PORTOLAN_OPERATION'
    const workspace = { component: 'seed', environment: 'dev' }
    appliedState(await apply(job(workbench, { command, workspace }), port))
    expect(port.text).toBe('seed dev apply\n')
  })

  test('takes no input that no environment can have', async ({ workbench, port }) => {
    for (const name of ['9LIVES', 'MY-NAME', 'a=b', 'PORTOLAN_OUTPUTS', '']) {
      const one = job(workbench, { command: 'true', inputs: { [name]: '1' } })
      expect(await runKind.plan(one, port)).toMatchObject({
        kind: 'failed',
        reason: expect.stringContaining('module@default has the input'),
      })
    }
  })

  test('that fails makes the run fail with its last words, and leaves no record', async ({
    workbench,
    port,
  }) => {
    const command = 'echo one; echo two; echo three; echo "four" >&2; exit 3'
    expect(await apply(job(workbench, { command }), port)).toEqual({
      kind: 'failed',
      reason: `${command} exited with 3: two | three | four`,
      state: undefined,
    })
    expect(port.events.at(-1)).toMatchObject({ status: 'failed' })
  })

  test('leaves neither its text nor its outputs nor a process behind', async ({
    workbench,
    port,
  }) => {
    const command = 'sleep 60 & echo $! > child; echo a=b >> "$PORTOLAN_OUTPUTS"'
    appliedState(await apply(job(workbench, { command }), port))
    expect((await readdir(workbench.workDirectory)).sort()).toEqual(['claims', 'salt'])
    const child = Number(await readFile(path.join(workbench.directory, 'child'), 'utf8'))
    expect(await identityOf(child)).toBeUndefined()
  })
})

describe('the plan of a command', () => {
  const command = 'echo "tenant=$TENANT" >> "$PORTOLAN_OUTPUTS"'
  const inputs = { TENANT: 'acme', TOKEN: 'hunter22hunter22' }
  const secrets = ['hunter22hunter22']
  const outputs = new Map([['tenant', { type: 'string', sensitive: false, at }]])
  const parts = { command, inputs, secrets, outputs }

  test('says what will run and why, and what it will give is not known', async ({
    workbench,
    port,
  }) => {
    const outcome = planned(await runKind.plan(job(workbench, parts), port))
    expect(outcome).toMatchObject({
      changes: true,
      applicable: true,
      summary: { create: 1, outputs: ['tenant'] },
      outputs: { tenant: { value: null, unknown: [[]], sensitive: false, changes: true } },
    })
    expect(port.text).toBe(`Will run:\n  ${command}\nBecause it never ran here.\n`)
    expect(await runKind.facts(job(workbench, parts))).toEqual({
      ...outcome.facts,
      planFile: undefined,
    })
  })

  test('finds nothing to do until command, files or inputs change', async ({ workbench, port }) => {
    const state = appliedState(await apply(job(workbench, parts), port))
    const because = async (changes: Partial<Job>) => {
      const one = new CapturingPort()
      const outcome = planned(
        await runKind.plan(job(workbench, { ...parts, state, ...changes }), one),
      )
      return [outcome.changes, one.text]
    }
    expect(await because({})).toEqual([
      false,
      expect.stringMatching(
        /^Nothing to run: command, files and inputs are as they were when it ran at 20/,
      ),
    ])
    expect(await because({ command: `${command} # new` })).toEqual([
      true,
      expect.stringContaining('Because its command changed.\n'),
    ])
    expect(await because({ sourceDigest: 'files-2' })).toEqual([
      true,
      expect.stringContaining('Because its files changed.\n'),
    ])
    const changed = { TENANT: 'globex', TOKEN: 'new-secret-value', MORE: '1' }
    expect(await because({ inputs: changed, secrets: ['new-secret-value'] })).toEqual([
      true,
      expect.stringContaining(
        'Because input MORE is new, input TENANT changed, input TOKEN changed.\n  MORE: (none) → "1"\n  TENANT: "acme" → "globex"\n  TOKEN: (sensitive value)\n',
      ),
    ])
    expect(await because({ force: true })).toEqual([
      true,
      expect.stringContaining('Because it is forced.'),
    ])
    expect(await because({ unfinished: true })).toEqual([
      true,
      expect.stringContaining('the last run did not end well'),
    ])
    expect(await because({ once: true, command: 'echo other' })).toEqual([
      false,
      expect.stringContaining('it runs once'),
    ])
    expect(await because({ operation: 'refresh', command: 'echo other' })).toEqual([
      false,
      expect.stringContaining('Nothing to run'),
    ])
  })

  test('that changes nothing keeps the outputs as they are', async ({ workbench, port }) => {
    const state = appliedState(await apply(job(workbench, parts), port))
    const outcome = planned(await runKind.plan(job(workbench, { ...parts, state }), port))
    expect(outcome.outputs).toEqual({
      tenant: { value: 'acme', unknown: [], sensitive: false, changes: false },
    })
    expect(outcome.summary).toMatchObject({ create: 0, update: 0, outputs: [] })
  })

  test('holds no secret, and neither does what is recorded', async ({ workbench, port }) => {
    const secret = 'hunter22hunter22'
    const one = job(workbench, { ...parts, command: `${command}; : ${secret}` })
    const outcome = planned(await runKind.plan(one, port))
    const state = appliedState(await apply(one, port))
    for (const text of [outcome.json, state.toString('utf8'), port.text]) {
      expect(text).not.toContain(secret)
      expect(text).toContain('(sensitive value)')
    }
    expect(outcome.json).toContain('acme')
  })

  test('that is provisional has no file', async ({ workbench, port }) => {
    const outcome = await runKind.plan(job(workbench, { ...parts, provisional: true }), port)
    expect(outcome).toMatchObject({ kind: 'planned', file: undefined, applicable: false })
  })

  test('is not applied to another command', async ({ workbench, port }) => {
    const { file } = planned(await runKind.plan(job(workbench, parts), port))
    const other = job(workbench, { ...parts, command: 'touch done' })
    expect(await runKind.apply(other, port, file)).toMatchObject({
      kind: 'failed',
      reason: 'the plan was made for another command or other inputs. Plan again.',
    })
    expect(await readdir(workbench.directory)).toEqual([])
  })

  test('to destroy deletes the record, and runs nothing but hooks', async ({ workbench, port }) => {
    const state = appliedState(await apply(job(workbench, parts), port))
    const hooks = {
      before: [{ run: 'touch hooked', env: {}, on: ['destroy' as const] }],
      after: [],
    }
    const destroy = job(workbench, { ...parts, state, operation: 'destroy', hooks })
    expect(planned(await runKind.plan(destroy, port)).summary).toMatchObject({ delete: 1 })
    const left = appliedState(await apply(destroy, port))
    expect(JSON.parse(left.toString('utf8'))).toMatchObject({
      serial: 2,
      resources: [],
      outputs: {},
    })
    expect(await readdir(workbench.directory)).toEqual(['hooked'])
    const again = { ...destroy, state: left }
    expect(planned(await runKind.plan(again, port)).changes).toBe(false)
    const orphan = job(workbench, { operation: 'destroy', state })
    appliedState(await apply(orphan, port))
    const anew = job(workbench, { ...parts, state: left })
    expect(planned(await runKind.plan(anew, port)).summary).toMatchObject({ create: 1 })
  })
})

test('a component of another kind does not take its place over', async ({ workbench, port }) => {
  const state = appliedState(await apply(job(workbench, { command: 'true' }), port))
  await workbench.write({ 'main.tf': 'resource "terraform_data" "a" {}' })
  const terraform = kindOf('terraform')
  const other = workbench.job({ state })
  expect(await terraform.plan(other, port)).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('is that of a `run` component'),
  })
  const { file } = planned(await terraform.plan(workbench.job(), port))
  const made = appliedState(await terraform.apply(workbench.job(), port, file))
  expect(await runKind.plan(job(workbench, { command: 'true', state: made }), port)).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('is not that of a `run` component'),
  })
})

test('a server gives a command nothing but what the job names', async ({ workbench, port }) => {
  const command = 'env | sort; cd'
  const environment = { kind: 'clean', variables: { NAMED: 'yes' } } as const
  appliedState(await apply(job(workbench, { command, environment }), port))
  const names = port.text
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0])
  expect(names.filter((name) => name !== '_' && name !== 'OLDPWD' && name !== 'SHLVL')).toEqual([
    'HOME',
    'NAMED',
    'PATH',
    'PORTOLAN_COMPONENT',
    'PORTOLAN_ENVIRONMENT',
    'PORTOLAN_OPERATION',
    'PORTOLAN_OUTPUTS',
    'PWD',
    'TMPDIR',
  ])
})

describe('what a command gives', () => {
  const declared = (types: Readonly<Record<string, string>>, sensitive = false) =>
    new Map(Object.entries(types).map(([name, type]) => [name, { type, sensitive, at }]))

  test('has the type that is declared', async ({ workbench, port }) => {
    const outputs = declared({ name: 'string', count: 'number', list: 'list(string)', on: 'bool' })
    const command = `cat >> "$PORTOLAN_OUTPUTS" <<'EOT'
name=007
count=18446744073709551617
list<<END
["a",
 "b"]
END

on=true
EOT`
    const state = appliedState(await apply(job(workbench, { command, outputs }), port))
    expect(state.toString('utf8')).toContain('18446744073709551617')
    expect(outputsIn(state)).toMatchObject({
      name: { value: '007', type: 'string' },
      list: { value: ['a', 'b'] },
      on: { value: true, type: 'bool' },
    })
  })

  test('that is sensitive is marked, and masked in what comes after', async ({
    workbench,
    port,
  }) => {
    const hooks = { before: [], after: [{ run: 'cat pw', env: {}, on: ['apply' as const] }] }
    const outputs = declared({ password: 'string' }, true)
    const command = 'echo s3cr3t-s3cr3t > pw; echo "password=$(cat pw)" >> "$PORTOLAN_OUTPUTS"'
    const state = appliedState(await apply(job(workbench, { command, outputs, hooks }), port))
    expect(outputsIn(state)['password']).toMatchObject({ sensitive: true, value: 's3cr3t-s3cr3t' })
    expect(port.text).toBe('▸ after: cat pw\n(sensitive value)\n')
  })

  test('fails the run when it is not what was promised', async ({ workbench, port }) => {
    const broken = [
      ['true', 'it did not give the output id'],
      [
        'echo id=1 > $PORTOLAN_OUTPUTS; echo x=1 >> $PORTOLAN_OUTPUTS',
        'it gave the output x, which is not declared',
      ],
      ['echo id=one-two > $PORTOLAN_OUTPUTS', 'the output id is no JSON, and number is declared'],
      ['echo hello > $PORTOLAN_OUTPUTS', 'line 1 of $PORTOLAN_OUTPUTS is no output'],
      ['printf "id<<E\\n1\\n" > $PORTOLAN_OUTPUTS', 'the output id, which begins on line 1'],
    ]
    for (const [command, reason] of broken) {
      const one = job(workbench, { command, outputs: declared({ id: 'number' }) })
      expect(await apply(one, port)).toMatchObject({
        kind: 'failed',
        reason: expect.stringContaining(`went well, but ${reason}`),
        state: undefined,
      })
    }
  })
})

describe('a command that is to end', () => {
  const slow = 'trap "echo stopping; exit 4" INT; echo begun; while :; do sleep 0.05; done'

  test('gets one SIGINT with all that it started, and the run is cancelled', async ({
    workbench,
    port,
  }) => {
    const one = job(workbench, {
      command: `node -e 'process.on("SIGINT",()=>{console.log("child too");process.exit(0)});setInterval(()=>{},1000);console.log("begun")'; exit 4`,
    })
    const running = apply(one, port)
    port.onLog = (text) => {
      if (text.includes('begun')) port.cancel()
    }
    expect(await running).toEqual({ kind: 'cancelled', state: undefined })
    expect(port.text).toContain('child too')
  })

  test('may end well all the same', async ({ workbench, port }) => {
    const command = 'trap "echo finishing; exit 0" INT; echo begun; while :; do sleep 0.05; done'
    const running = apply(job(workbench, { command }), port)
    port.onLog = (text) => {
      if (text.includes('begun')) port.cancel()
    }
    expect((await running).kind).toBe('applied')
    expect(port.text).toContain('finishing')
  })

  test('by force is killed, and nobody knows what it did', async ({ workbench, port }) => {
    const command = 'trap "" INT TERM; echo begun; while :; do sleep 0.05; done'
    const running = apply(job(workbench, { command }), port)
    port.onLog = (text) => {
      if (text.includes('begun')) port.force()
    }
    expect(await running).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('was ended by force'),
    })
  })

  test('after its time is told to, and the run fails', async ({ workbench, port }) => {
    const command = 'trap "echo tidied up; exit 1" TERM; while :; do sleep 0.05; done'
    expect(await apply(job(workbench, { command, timeoutSeconds: 1 }), port)).toMatchObject({
      kind: 'failed',
      reason: `${command} timed out after 1 s`,
    })
    expect(port.text).toContain('tidied up\n')
  })

  test('may say so', async ({ workbench, port }) => {
    const running = apply(job(workbench, { command: slow }), port)
    port.onLog = (text) => {
      if (text.includes('begun')) port.cancel()
    }
    expect(await running).toEqual({ kind: 'cancelled', state: undefined })
    expect(port.text).toBe('begun\nstopping\n')
  })
})

describe('trying again', () => {
  const flaky =
    'n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) > n; [ $n = 1 ] || { echo "$SAID"; exit 1; }'

  test('happens when the failure is one that passes', async ({ workbench, port }) => {
    const inputs = { SAID: 'read tcp: connection reset by peer' }
    const one = job(workbench, { command: flaky, inputs, retry: { attempts: 2, on: [] } })
    expect((await apply(one, port)).kind).toBe('applied')
    expect(port.text).toContain(
      '▸ It may have failed in passing: tried again in 1 s, 2 times at most.',
    )
  })

  test('does not happen otherwise, or without being wished', async ({ workbench, port }) => {
    const inputs = { SAID: 'no such table' }
    const one = job(workbench, { command: flaky, inputs, retry: { attempts: 2, on: [] } })
    expect(await apply(one, port)).toMatchObject({ kind: 'failed' })
    const passing = { SAID: 'connection reset by peer' }
    const bare = job(workbench, { command: 'echo "$SAID"; exit 1', inputs: passing })
    expect(await apply(bare, port)).toMatchObject({ kind: 'failed' })
    expect(port.text).toBe('no such table\nconnection reset by peer\n')
  })

  test('happens for words of the person, and as often as they say', async ({ workbench, port }) => {
    const retry = { attempts: 1, on: ['not ready: \\d+'] }
    const command = 'echo not; echo "ready: 7"; exit 1'
    expect(await apply(job(workbench, { command, retry }), port)).toMatchObject({ kind: 'failed' })
    expect(port.text.match(/ready: 7/g)).toHaveLength(2)
    const wrong = job(workbench, { command, retry: { attempts: 1, on: ['('] } })
    expect(await apply(wrong, port)).toMatchObject({
      reason: expect.stringContaining('which is no regular expression'),
    })
  })
})
