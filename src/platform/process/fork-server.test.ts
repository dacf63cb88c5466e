import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ForkServer } from './fork-server.ts'
import { identityOf } from './identity.ts'
import { holdForkServer, runCommand, startCommand } from './process.ts'

const env = { PATH: process.env['PATH'] ?? '' }

let held: ReturnType<typeof holdForkServer>
beforeEach(() => {
  held = holdForkServer()
})
afterEach(() => held.release())

/** The process that starts programs now. */
async function starter(): Promise<number> {
  const { stdout } = await runCommand('/bin/sh', ['-c', 'echo $PPID'], { env })
  return Number(stdout)
}

test('it is another process, the same one for all, and knows nothing of the environment', async () => {
  const pid = await starter()
  expect(pid).not.toBe(process.pid)
  expect(await starter()).toBe(pid)
  const known = await readFile(`/proc/${pid}/environ`, 'utf8')
  expect(known.split('\0').filter((variable) => !variable.startsWith('NODE_CHANNEL_'))).toEqual([
    '',
  ])
})

test('a program starts where this process is, unless somebody says otherwise', async () => {
  const where = async (options: { cwd?: string }) =>
    (await runCommand('/bin/pwd', [], { env, ...options })).stdout.toString().trim()
  expect(await where({})).toBe(process.cwd())
  expect(await where({ cwd: '/' })).toBe('/')
})

test('who waits when it is lost is told so, and the next one has a new one', async () => {
  const pid = await starter()
  const waiting = runCommand('sleep', ['30'], { env })
  await expect.poll(() => childrenOf(pid)).toHaveLength(1)
  const [child = 0] = await childrenOf(pid)
  process.kill(pid, 'SIGKILL')
  await expect(waiting).rejects.toThrow('the process that starts programs has ended')
  expect(await starter()).not.toBe(pid)
  process.kill(child, 'SIGKILL')
})

test('a program that must outlive it has not ended before it is gone, and nobody says how', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'portolan-fork-'))
  const file = path.join(directory, 'out')
  const said: string[] = []
  const child = await startCommand(
    '/bin/sh',
    ['-c', 'echo begun; until [ -e go ]; do sleep 0.02; done; echo done'],
    {
      cwd: directory,
      env,
      files: { stdout: file, stderr: file },
      onOutput: (chunk) => void said.push(chunk.toString()),
    },
  )
  process.kill(await starter(), 'SIGKILL')
  let hasEnded = false
  const ended = child.exited.then((exit) => {
    hasEnded = true
    return exit
  })
  await expect.poll(() => starter().catch(() => undefined)).toBeDefined()
  expect(hasEnded).toBe(false)
  await writeFile(path.join(directory, 'go'), '')
  expect(await ended).toEqual({ exitCode: undefined, signal: undefined })
  expect(said.join('')).toBe('begun\ndone\n')
  await rm(directory, { recursive: true })
})

test('it ends when it is closed and nothing runs any more, and not before', async () => {
  const server = new ForkServer()
  const said: string[] = []
  const program = server.spawn(
    { command: '/bin/sh', args: ['-c', 'echo $PPID; sleep 0.2; echo done'], env },
    (chunk) => void said.push(chunk.toString()),
  )
  await program.pid
  server.close()
  await program.closed
  const [pid, done] = said.join('').split('\n')
  expect(done).toBe('done')
  await expect.poll(() => identityOf(Number(pid))).toBeUndefined()
})

test('it ends with the process that it is for', async () => {
  const source = `
    const { holdForkServer, runCommand } = await import(${JSON.stringify(path.join(import.meta.dirname, 'process.ts'))})
    holdForkServer()
    const { stdout } = await runCommand('/bin/sh', ['-c', 'echo $PPID'], { env: {} })
    process.stdout.write(stdout)
    process.kill(process.pid, 'SIGKILL')`
  const args = ['--input-type=module', '--eval', source]
  const { stdout, signal } = await runCommand(process.execPath, args, { env })
  expect(signal).toBe('SIGKILL')
  expect(Number(stdout)).toBeGreaterThan(1)
  await expect.poll(() => identityOf(Number(stdout))).toBeUndefined()
})

test('a process that started programs by it ends when it has nothing else to do', async () => {
  const source = `
    const { holdForkServer, runCommand } = await import(${JSON.stringify(path.join(import.meta.dirname, 'process.ts'))})
    holdForkServer()
    await runCommand('true', [], { env: { PATH: process.env.PATH } })`
  const args = ['--input-type=module', '--eval', source]
  const ended = await runCommand(process.execPath, args, { env, timeout: 20_000 })
  expect(ended).toMatchObject({ exitCode: 0, timedOut: false })
})

async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.trim().split(' ').filter(Boolean).map(Number)
}
