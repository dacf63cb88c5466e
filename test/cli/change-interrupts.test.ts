import { describe, expect } from 'vitest'
import { test } from './cli.ts'
import { commit, results, slowJobs } from './platforms.ts'

describe('a change that is interrupted', () => {
  test('Ctrl-C: what has begun ends, nothing new starts, no lock stays; resume goes on', async ({
    cli,
  }) => {
    await commit(cli, slowJobs)
    const apply = cli.start('apply', '--auto-approve', '--parallel', '1', '--json')
    await apply.said(/begun/)
    apply.kill('SIGINT')
    const ended = await apply.ended
    expect(ended.exitCode).toBe(1)
    expect(results(ended)).toMatchObject({ 'slow@dev': 'cancelled' })
    expect(results(ended)['after@dev']).not.toBe('applied')

    const [status] = (await cli.run('status', '--json')).events()
    expect(status).toMatchObject({
      changes: [{ change: 'change-1', status: 'open' }],
      workspaces: expect.not.arrayContaining([expect.objectContaining({ lockedBy: 'Ada' })]),
    })
    await cli.write('go', '')
    const resumed = await cli.run('resume', '--auto-approve', '--json')
    expect(resumed.exitCode, resumed.stdout).toBe(0)
    expect(results(resumed)).toMatchObject({ 'slow@dev': 'applied', 'after@dev': 'applied' })
  })

  test('somebody else cancels it: it ends, and is over', async ({ cli }) => {
    await commit(cli, slowJobs)
    const apply = cli.start('apply', '--auto-approve', '--json')
    await apply.said(/begun/)
    await apply.said(/"beside@dev","result":"applied"/)
    const cancelled = await cli.run('cancel', 'change-1')
    expect(cancelled.stdout).toContain('change-1 is cancelled; slow@dev')
    expect((await apply.ended).exitCode).toBe(1)
    expect((await cli.run('status', 'change-1')).stdout).toMatch(/slow@dev +cancelled/)
    expect((await cli.run('resume', 'change-1')).stderr).toContain('change-1 is cancelled')
  })

  test('the command is killed: the run is unknown, and a person leads out of it', async ({
    cli,
  }) => {
    await commit(cli, slowJobs)
    const apply = cli.start('apply', '--auto-approve', '--json')
    await apply.said(/begun/)
    await apply.said(/"beside@dev","result":"applied"/)
    apply.kill('SIGKILL')
    await apply.ended

    const status = await cli.run('status')
    expect(status.stdout).toMatch(/slow +run-\d+ unknown/)
    expect(status.stdout).toContain('slow@dev needs you: portolan status slow@dev')
    expect((await cli.run('status', 'slow@dev')).stdout).toContain('→ portolan state rescue')
    expect((await cli.run('state', 'rescue')).stdout).toContain('nobody saw how its apply ended')
    const refused = await cli.run('resume', '--auto-approve')
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toMatch(/nobody saw how run-\d+ of change-1 ended/)

    await cli.write('go', '')
    const run = /run-\d+(?= unknown)/.exec(status.stdout)?.[0] ?? ''
    const recover = ['state', 'rescue', '--recover', run, '--reason', 'killed']
    await expect
      .poll(async () => (await cli.run(...recover)).stdout, { timeout: 60_000, interval: 200 })
      .toContain('is ended as failed')
    const resumed = await cli.run('resume', '--auto-approve', '--json')
    expect(resumed.exitCode, resumed.stdout).toBe(0)
    expect(results(resumed)).toMatchObject({ 'slow@dev': 'applied', 'after@dev': 'applied' })
  })
})
