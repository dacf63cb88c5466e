import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import {
  appliedState,
  planned,
  readState,
  test,
  userVariables,
} from '../../test/support/runner-job.ts'
import { CapturingPort } from '../../test/support/runner-port.ts'
import { findTool } from '../engines/index.ts'
import { runKind } from './kinds/run/run-kind-runner.ts'
import { applyJob } from './kinds/terraform/apply-runner.ts'
import { planJob } from './kinds/terraform/plan-runner.ts'
import { inspectLeftover } from './leftover-file.ts'

const tool = await findTool(userVariables, import.meta.dirname)

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10))
}

test('terraform goes on when its runner is killed, and its state is found', async ({
  workbench,
  port,
  root,
}) => {
  await workbench.write({
    'main.tf': `
resource "terraform_data" "a" {
  provisioner "local-exec" { command = "for i in 1 2 3 4 5 6 7 8; do echo tick; sleep 0.2; done" }
}
resource "terraform_data" "b" { depends_on = [terraform_data.a] }`,
  })
  const job = workbench.job()
  const { file } = planned(await planJob(job, port, tool))
  await writeFile(path.join(root, 'plan'), file)
  await writeFile(path.join(root, 'job.json'), JSON.stringify({ job, tool }))
  const program = `
import { readFileSync } from 'node:fs'
import { applyJob } from ${JSON.stringify(path.join(import.meta.dirname, 'kinds/terraform/apply-runner.ts'))}
import { CapturingPort } from ${JSON.stringify(path.resolve('test/support/runner-port.ts'))}
const { job: given, tool } = JSON.parse(readFileSync(${JSON.stringify(path.join(root, 'job.json'))}, 'utf8'))
const job = { ...given, outputs: new Map() }
const port = new CapturingPort()
port.onLog = (text) => process.stdout.write(text)
await applyJob(job, port, tool, readFileSync(${JSON.stringify(path.join(root, 'plan'))}))
`
  const runner = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  runner.stdout.on('data', (chunk) => {
    said += chunk
  })
  await until(() => said.includes('tick'))
  runner.kill('SIGKILL')

  const leftover = await inspectLeftover(workbench.workDirectory)
  expect(leftover).toMatchObject({ runId: 1, phase: 'apply', alive: true })
  expect(await applyJob(job, port, tool, file)).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('is still at work'),
  })

  await until(async () => (await inspectLeftover(workbench.workDirectory))?.alive === false)
  const ended = await inspectLeftover(workbench.workDirectory)
  const state = ended?.state ?? Buffer.from('{}')
  expect(readState(state).resources.map((resource) => resource.name)).toEqual(['a', 'b'])

  const after = new CapturingPort()
  const again = planned(await planJob(workbench.job({ state }), after, tool))
  expect(again.changes).toBe(false)
  expect(await inspectLeftover(workbench.workDirectory)).toBeUndefined()
  appliedState(await applyJob(workbench.job({ state }), after, tool, again.file))
})

test('a command goes on when its runner is killed, and nothing is begun beside it', async ({
  workbench,
  port,
  root,
}) => {
  const command =
    'echo begun; for i in 1 2 3 4 5 6 7 8; do echo tick; sleep 0.2; done; echo end > done'
  const job = workbench.job({ kind: 'run', command })
  const { file } = planned(await runKind.plan(job, port))
  await writeFile(path.join(root, 'plan'), file)
  await writeFile(path.join(root, 'job.json'), JSON.stringify(job))
  const program = `
import { readFileSync } from 'node:fs'
import { runKind } from ${JSON.stringify(path.join(import.meta.dirname, 'kinds/run/run-kind-runner.ts'))}
import { CapturingPort } from ${JSON.stringify(path.resolve('test/support/runner-port.ts'))}
const job = JSON.parse(readFileSync(${JSON.stringify(path.join(root, 'job.json'))}, 'utf8'))
const port = new CapturingPort()
port.onLog = (text) => process.stdout.write(text)
const plan = readFileSync(${JSON.stringify(path.join(root, 'plan'))})
await runKind.apply({ ...job, outputs: new Map() }, port, plan)
`
  const runner = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  runner.stdout.on('data', (chunk) => {
    said += chunk
  })
  await until(() => said.includes('tick'))
  runner.kill('SIGKILL')

  const leftover = await inspectLeftover(workbench.workDirectory)
  expect(leftover).toMatchObject({ runId: 1, phase: 'apply', alive: true, state: undefined })
  expect(await runKind.apply(job, port, file)).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('is still at work'),
  })
  await until(async () => (await inspectLeftover(workbench.workDirectory))?.alive === false)
  expect(await readFile(path.join(workbench.directory, 'done'), 'utf8')).toBe('end\n')
  expect(planned(await runKind.plan({ ...job, unfinished: true }, port)).changes).toBe(true)
  expect(await inspectLeftover(workbench.workDirectory)).toBeUndefined()
})
