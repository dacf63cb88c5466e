import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { describeStarted } from '../../../test/support/fork-server.ts'
import { identityOf } from './identity.ts'
import { runCommand, startCommand } from './process.ts'

const env = { PATH: process.env['PATH'] ?? '' }

describeStarted('a program that is started', () => {
  test('has ended when it itself has, whoever keeps its pipes open', async () => {
    const output: string[] = []
    const child = await startCommand('/bin/sh', ['-c', 'sleep 60 & echo $!; exit 3'], {
      env,
      onOutput: (chunk) => void output.push(chunk.toString()),
    })
    expect(await child.exited).toEqual({ exitCode: 3, signal: undefined })
    const orphan = Number(output.join(''))
    expect(await identityOf(orphan)).toBeDefined()
    await child.killGroup()
    expect(await identityOf(orphan)).toBeUndefined()
  })

  test('gives all that it wrote before its end', async () => {
    let size = 0
    const child = await startCommand('/bin/sh', ['-c', 'head -c 20000000 /dev/zero'], {
      env,
      onOutput: async (chunk) => {
        size += chunk.length
        await new Promise((resolve) => setImmediate(resolve))
      },
    })
    await child.exited
    expect(size).toBe(20_000_000)
  })

  test('that writes to files is read as it writes, to the end', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'portolan-files-'))
    const seen = { stdout: '', stderr: '' }
    const child = await startCommand(
      '/bin/sh',
      ['-c', 'echo one; while [ ! -e go ]; do sleep 0.02; done; echo two >&2; printf three'],
      {
        cwd: directory,
        env,
        files: { stdout: path.join(directory, 'out'), stderr: path.join(directory, 'err') },
        onOutput: (chunk, stream) => {
          seen[stream] += chunk.toString()
          if (seen.stdout === 'one\n') void runCommand('touch', ['go'], { cwd: directory, env })
        },
      },
    )
    expect(await child.exited).toEqual({ exitCode: 0, signal: undefined })
    expect(seen).toEqual({ stdout: 'one\nthree', stderr: 'two\n' })
    await rm(directory, { recursive: true })
  })

  test('that is not there is an error that names it, with pipes and with files', async () => {
    const options = { env, onOutput: () => {} }
    const files = { stdout: '/dev/null', stderr: '/dev/null' }
    for (const more of [{}, { files }]) {
      await expect(startCommand('/no/such/program', [], { ...options, ...more })).rejects.toThrow(
        'the program /no/such/program was not found',
      )
    }
  })

  test('of which nobody takes the output that it wrote is an error, and no end', async () => {
    const child = await startCommand('/bin/sh', ['-c', 'echo one; echo two'], {
      env,
      onOutput: () => Promise.reject(new Error('the disk is full')),
    })
    await expect(child.exited).rejects.toThrow('the disk is full')
  })

  test('leads a group that is signalled as one', async () => {
    const said: string[] = []
    const child = await startCommand('/bin/sh', ['-c', 'sleep 60 & echo ready; wait'], {
      env,
      onOutput: (chunk) => void said.push(chunk.toString()),
    })
    await expect.poll(() => said).toEqual(['ready\n'])
    child.signalGroup('SIGTERM')
    expect(await child.exited).toEqual({ exitCode: undefined, signal: 'SIGTERM' })
  })
})
