import { expect, test } from 'vitest'
import { describeStarted } from '../../../test/support/fork-server.ts'
import { runCommand, runCommandNow } from './run-command.ts'

const env = { PATH: process.env['PATH'] ?? '' }

describeStarted('a program that is started', (starter) => {
  test('has that for its parent', async () => {
    const { stdout } = await runCommand('/bin/sh', ['-c', 'echo $PPID'], { env })
    expect(Number(stdout) === process.pid).toBe(starter === 'process')
  })

  test('gives what a program wrote and how it ended, and takes nothing from this environment', async () => {
    const args = ['-c', 'cat; env | grep -c . >&2; exit 3']
    const result = await runCommand('/bin/sh', args, { env: { PATH: env.PATH }, input: 'hello' })
    expect(result).toMatchObject({ exitCode: 3, signal: undefined, timedOut: false })
    expect(result.stdout.toString()).toBe('hello')
    expect(Number(result.stderr)).toBeLessThan(6)
  })

  test('a program that does not read what it is given does no harm', async () => {
    const result = await runCommand('/bin/sh', ['-c', 'exit 0'], {
      env,
      input: 'x'.repeat(5_000_000),
    })
    expect(result.exitCode).toBe(0)
  })

  test('a program that takes too long is ended, and so it says', async () => {
    const options = { env, timeout: 50 }
    expect(await runCommand('sleep', ['20'], options)).toMatchObject({
      exitCode: undefined,
      signal: 'SIGTERM',
      timedOut: true,
    })
    expect(runCommandNow('sleep', ['20'], options)).toMatchObject({ timedOut: true })
  })

  test('a program that is not there is named', async () => {
    const told = 'the program /no/such/program was not found'
    await expect(runCommand('/no/such/program', [], { env })).rejects.toThrow(told)
    expect(() => runCommandNow('/no/such/program', [], { env })).toThrow(told)
    await expect(runCommand('/etc/passwd', [], { env })).rejects.toThrow('may not be executed')
    await expect(runCommand('echo', ['a\0b'], { env })).rejects.toThrow()
  })
})

test('the same in place', () => {
  expect(runCommandNow('/bin/sh', ['-c', 'echo out; echo err >&2; kill -9 $$'], { env })).toEqual({
    exitCode: undefined,
    signal: 'SIGKILL',
    timedOut: false,
    stdout: Buffer.from('out\n'),
    stderr: 'err\n',
  })
})
