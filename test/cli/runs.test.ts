import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { sample, slow, test } from './cli.ts'

describe('plan and apply', () => {
  test('a plan is kept, and applied later exactly as it was shown', async ({ cli }) => {
    await cli.write('main.tf', sample('shop:1'))

    const planned = await cli.run('plan')
    expect(planned).toMatchObject({ exitCode: 0 })
    expect(planned.stdout).toContain('Plan  2 to add, 2 outputs change')
    expect(planned.stdout).toContain('→ portolan apply run-1')

    const applied = await cli.run('apply', 'run-1')
    expect(applied.stderr).toBe('')
    expect(applied.exitCode).toBe(0)
    expect(applied.stdout).toMatch(
      /Applied run-1: 2 added, 2 outputs changed in .*, state version 1/,
    )

    const again = await cli.run('apply', 'run-1')
    expect(again.exitCode).toBe(1)
    expect(again.stderr).toContain('error: run-1 is applied: there is no plan to apply')

    const unchanged = await cli.run('plan', '-detailed-exitcode')
    expect(unchanged).toMatchObject({ exitCode: 0 })
    expect(unchanged.stdout).toContain('Nothing to change. run-2')
  })

  test('exit codes: 2 for changes on demand, 3 where nobody can be asked, 1 for errors', async ({
    cli,
  }) => {
    await cli.write('main.tf', sample('shop:1'))
    expect((await cli.run('plan', '-detailed-exitcode')).exitCode).toBe(2)

    const waits = await cli.run('apply')
    expect(waits.exitCode).toBe(3)
    expect(waits.stderr).toContain('run-2 waits for approval')
    expect(waits.stderr).toContain('→ portolan apply run-2')

    await cli.write('main.tf', 'resource "nonsense" {')
    const failed = await cli.run('plan')
    expect(failed.exitCode).toBe(1)
    expect(failed.stderr).toMatch(/^error: run-3 failed: /m)
  })

  test('a configuration that changed after the plan is not applied', async ({ cli }) => {
    await cli.write('main.tf', sample('shop:1'))
    await cli.run('plan')
    await cli.write('main.tf', sample('shop:2'))

    const refused = await cli.run('apply', 'run-1')
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('the configuration changed since the plan was made')
    expect((await cli.run('state', 'ls')).stdout).toBe('')
  })

  test('a directory without configuration is refused, not taken for one where all was removed', async ({
    cli,
  }) => {
    const refused = await cli.run('plan')
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('error: there is no Terraform configuration in ')
  })

  test('variables are given again to the apply, and their values are nowhere in clear text', async ({
    cli,
    db,
  }) => {
    await cli.write('main.tf', sample('shop:1'))
    const secret = 'hunter2-hunter2'
    await cli.run('plan', '-var', `password=${secret}`)
    const applied = await cli.run('apply', 'run-1')
    expect(applied.exitCode).toBe(0)
    expect((await cli.run('outputs', '--raw', 'password')).stdout).toBe(secret)
    const shown = await cli.run('outputs')
    expect(shown.stdout + applied.stdout).not.toContain(secret)
    const { rows } = await import('kysely').then(({ sql }) =>
      sql<{ text: string }>`
        select row_to_json(r)::text || coalesce((select string_agg(text, '') from run_logs), '')
          || coalesce((select string_agg(data::text, '') from run_events), '')
          || coalesce((select string_agg(details::text, '') from audit_log), '') as text
        from runs r`.execute(db),
    )
    expect(rows.map((row) => row.text).join('')).not.toContain(secret)
  })

  test('files of variables that Terraform loads by itself are named, ignored ones as such', async ({
    cli,
  }) => {
    await cli.write('main.tf', sample('shop:1'))
    await cli.write('.gitignore', '*.tfvars\n')
    await cli.write('terraform.tfvars', 'password = "from the file of variables"\n')
    const planned = await cli.run('plan')
    expect(planned.stdout).toContain('Uses  terraform.tfvars (ignored by git)')
  })

  test('with --json every event is one line of one shape', async ({ cli }) => {
    await cli.write('main.tf', sample('shop:1'))
    const events = (await cli.run('apply', '--auto-approve', '--json')).events()
    const names = events.map((event) => event['event'])
    for (const name of [
      'created',
      'planning',
      'log',
      'planned',
      'applying',
      'progress',
      'applied',
    ]) {
      expect(names).toContain(name)
    }
    expect(events.every((event) => event['workspace'] === 'root@default')).toBe(true)
    expect(events.find((event) => event['event'] === 'planned')).toMatchObject({
      run: 'run-1',
      summary: { create: 2 },
    })
    const error = (await cli.run('cancel', 'run-99', '--json')).events()
    expect(error).toMatchObject([{ event: 'error', code: 'not_found' }])
  })

  test('destroy ends everything and keeps the history', async ({ cli }) => {
    await cli.write('main.tf', sample('shop:1'))
    await cli.run('apply', '--auto-approve')
    const destroyed = await cli.run('destroy', '-auto-approve')
    expect(destroyed.stdout).toMatch(/Applied run-2: 2 destroyed/)
    expect((await cli.run('history')).stdout).toMatch(
      /run-2 +destroy +applied[\s\S]*run-1 +apply +applied/,
    )
    expect((await cli.run('state', 'ls', '--json')).events()).toMatchObject([{ resources: [] }])
  })
})

describe('ending a run that is at work', () => {
  test('Ctrl-C cancels gracefully: what was finished is recorded', async ({ cli }) => {
    await cli.write('main.tf', slow)
    const apply = cli.start('apply', '--auto-approve')
    await apply.said(/begun/)
    apply.kill('SIGINT')
    const ended = await apply.ended
    expect(ended.exitCode).toBe(1)
    expect(ended.stderr).toContain('Cancelling: Terraform finishes what it has begun')
    expect(ended.stderr).toContain('Cancelled run-1')
    expect((await cli.run('state', 'ls')).stdout).toContain('terraform_data.first')
    expect((await cli.run('status')).stdout).toMatch(/Lock +free/)
  })

  test('somebody else may cancel it', async ({ cli }) => {
    await cli.write('main.tf', slow)
    const apply = cli.start('apply', '--auto-approve')
    await apply.said(/begun/)
    expect((await cli.run('cancel', 'run-1')).stdout).toContain('run-1 is asked to end')
    expect((await apply.ended).stderr).toContain('Cancelled run-1')
  })

  test('a killed command leaves an unknown run: frozen, shown, recovered by a person', async ({
    cli,
  }) => {
    await cli.write('main.tf', slow)
    const apply = cli.start('apply', '--auto-approve')
    await apply.said(/begun/)
    apply.kill('SIGKILL')
    await apply.ended

    const status = await cli.run('status')
    expect(status.stdout).toMatch(/Last run +run-1 apply unknown/)
    expect(status.stdout).toContain('→ portolan state rescue')

    const refused = await cli.run('apply', '--auto-approve')
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('nobody saw how the apply of run-1')

    const early = await cli.run('state', 'rescue', '--recover', 'run-1', '--reason', 'killed')
    expect(early.stderr).toContain('is still at work')

    await writeFile(path.join(cli.directory, 'go'), '')
    await expect
      .poll(async () => (await cli.run('state', 'rescue')).stdout, {
        timeout: 20_000,
        interval: 200,
      })
      .not.toContain('still at work')
    const recovered = await cli.run('state', 'rescue', '--recover', 'run-1', '--reason', 'killed')
    expect(recovered.stdout).toContain('run-1 is ended as failed; the lock is released.')

    const plan = await cli.run('plan')
    expect(plan.stdout).toContain('Nothing to change.')
  })
})
