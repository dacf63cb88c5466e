import { describe, expect } from 'vitest'
import { type Cli, sample, test } from './cli.ts'

/**
 * A client of the http door uploads the result of an apply that does not follow the recorded state.
 * @returns the id of what was rejected
 */
async function putAtRisk(
  cli: Cli,
  change: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const token = (await cli.run('token', 'create', 'ci')).stdout.trim()
  const current: object = JSON.parse((await cli.run('state', 'pull')).stdout)
  const server = cli.start('server', '--local', '--port', '0', '--json')
  await server.said(/"listening"/)
  const url = /"url":"([^"]+)"/.exec(server.output())?.[1] ?? ''
  const address = `${url}/state/shop/root@default`
  const headers = { authorization: `Basic ${btoa(`ci:${token}`)}` }
  const lock = JSON.stringify({ ID: 'a-lock', Operation: 'OperationTypeApply', Who: 'ci@host' })
  expect((await fetch(address, { method: 'LOCK', headers, body: lock })).status).toBe(200)
  const body = JSON.stringify({ ...current, outputs: {}, ...change })
  const posted = await fetch(`${address}?ID=a-lock`, { method: 'POST', headers, body })
  expect(posted.status).toBe(409)
  await fetch(address, { method: 'UNLOCK', headers, body: lock })
  server.kill('SIGTERM')
  await server.ended
  const listed = await cli.run('state', 'rescue')
  expect(listed.stdout).toContain('AT RISK')
  return /^ {2}([0-9a-f]{8}) /m.exec(listed.stdout)?.[1] ?? ''
}

describe('a state at risk: the result of an apply was rejected', () => {
  test('freezes plans and applies until a person promotes it', async ({ cli }) => {
    await cli.write('main.tf', sample('shop:1'))
    await cli.run('apply', '--auto-approve')
    await cli.write('main.tf', sample('shop:2'))
    expect((await cli.run('plan')).exitCode).toBe(0)
    const id = await putAtRisk(cli)

    expect((await cli.run('status')).stdout).toContain('→ portolan state rescue')
    for (const command of [['plan'], ['apply', '--auto-approve'], ['apply', 'run-2']]) {
      const refused = await cli.run(...command)
      expect(refused.exitCode).toBe(1)
      expect(refused.stderr).toMatch(/at risk[\s\S]*→ .*portolan state rescue/)
    }

    expect((await cli.run('state', 'rescue', '--promote', id)).stderr).toContain('Add --reason')
    const promoted = await cli.run('state', 'rescue', '--promote', id, '--reason', 'it did happen')
    expect(promoted.stdout, promoted.stderr).toContain('is the current state now, as version 2')
    expect((await cli.run('apply', '--auto-approve')).stdout).toContain('Applied run-3')
  })

  test('of another lineage can be looked at, pushed by force, and is settled then', async ({
    cli,
  }) => {
    await cli.write('main.tf', sample('shop:1'))
    await cli.run('apply', '--auto-approve')
    const id = await putAtRisk(cli, { lineage: 'another', resources: [] })
    const refused = await cli.run('state', 'rescue', '--promote', id, '--reason', 'it is right')
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain(`portolan state rescue --pull ${id} > rejected.tfstate`)

    const pulled = await cli.run('state', 'rescue', '--pull', id)
    expect(JSON.parse(pulled.stdout)).toMatchObject({ lineage: 'another' })
    await cli.write('rejected.tfstate', pulled.stdout)
    const pushed = await cli.run(
      ...['state', 'push', 'rejected.tfstate', '--force', '--reason', 'it is right'],
    )
    expect(pushed.exitCode, pushed.stderr).toBe(0)
    expect((await cli.run('plan')).stderr).toContain('at risk')
    await cli.run('state', 'rescue', '--dismiss', id, '--reason', 'pushed')
    expect((await cli.run('apply', '--auto-approve')).stdout).toContain('Applied run-2: 2 added')
  })

  test('or dismisses it: the plan that was kept can be applied', async ({ cli }) => {
    await cli.write('main.tf', sample('shop:1'))
    await cli.run('plan')
    await cli.run('apply', 'run-1')
    await cli.write('main.tf', sample('shop:2'))
    await cli.run('plan')
    const id = await putAtRisk(cli)
    const dismissed = await cli.run(
      'state',
      'rescue',
      '--dismiss',
      id,
      '--reason',
      'a stray client',
    )
    expect(dismissed.exitCode).toBe(0)
    expect((await cli.run('apply', 'run-2')).stdout).toContain('Applied run-2')
  })
})
