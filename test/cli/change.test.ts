import { rm } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { aState } from '../support/state.ts'
import { test } from './cli.ts'
import { commit, gated, results } from './platforms.ts'

describe('a change', () => {
  test('is planned, applied as far as gates allow, approved and resumed', async ({ cli }) => {
    await commit(cli, gated)

    const planned = await cli.run('plan')
    expect(planned).toMatchObject({ exitCode: 0, stderr: '' })
    expect(planned.stdout).toContain('app@dev  deferred: waits for base.id')
    expect(planned.stdout).toContain('→ portolan apply change-1')

    // Nobody can be asked, and nothing is automatic.
    const asks = await cli.run('apply', 'change-1')
    expect(asks.exitCode).toBe(3)

    const dev = await cli.run('apply', 'change-1', '-e', 'dev', '--auto-approve', '--json')
    expect(dev.exitCode).toBe(0)
    expect(results(dev)).toMatchObject({
      'base@dev': 'applied',
      'app@dev': 'applied',
      'extra@dev': 'applied',
      'base@prod': 'planned',
    })

    const gate = await cli.run('apply', 'change-1', '--auto-approve')
    expect(gate.exitCode).toBe(3)
    expect(gate.stdout).toContain('portolan approve change-1 -e prod')

    const approved = await cli.run('approve', 'change-1', '-e', 'prod', '--yes')
    expect(approved.stdout).toContain('Approved base@prod, extra@prod.')
    expect(approved.stdout).toContain('app@prod cannot be planned before these are applied')

    // What was not known at the first approval asks for another one.
    expect((await cli.run('resume')).exitCode).toBe(3)
    await cli.run('approve', 'change-1', 'app@prod', '--yes')
    const done = await cli.run('resume', 'change-1')
    expect(done.exitCode).toBe(0)
    expect(done.stdout).toContain('app on base-3')

    const over = await cli.run('resume')
    expect(over.exitCode).toBe(1)
    expect(over.stderr).toContain('shop has no change that is open')
    expect((await cli.run('history')).stdout).toMatch(
      /change-1 +apply +done .* 6 applied · The shop/,
    )
  })

  test('exit codes: 2 for changes on demand, 0 when nothing is to do or affected', async ({
    cli,
  }) => {
    await commit(cli, gated)
    expect((await cli.run('plan', '-e', 'dev', '-detailed-exitcode')).exitCode).toBe(2)
    const applied = await cli.run('apply', '-e', 'dev', '--auto-approve', '-detailed-exitcode')
    expect(applied.exitCode).toBe(2)

    const again = await cli.run('apply', '-e', 'dev', '--auto-approve', '-detailed-exitcode')
    expect(again.exitCode).toBe(0)
    expect(again.stdout).toContain('3 unchanged')

    const affected = await cli.run('plan', '--affected')
    expect(affected.exitCode).toBe(0)
    expect(affected.stdout).toContain('Nothing is affected')
    expect((await cli.run('status')).stdout).not.toContain('Open changes')
  })

  test('only what a commit affects is planned, each with its reason', async ({ cli }) => {
    await commit(cli, gated)
    await cli.run('apply', '-e', 'dev', '--auto-approve')
    await commit(cli, gated.replace('echo extra', 'echo more'), 'More')

    const planned = await cli.run('plan', '--affected=HEAD~1', '-e', 'dev', '--json')
    expect(Object.keys(results(planned))).toEqual(['extra@dev'])
    expect((await cli.run('status', 'change-2', '--json')).events()).toMatchObject([
      {
        workspaces: [
          {
            workspace: 'extra@dev',
            reasons: [expect.stringContaining('"echo extra" → "echo more"')],
          },
        ],
      },
    ])
  })

  test('an environment that is automatic needs no question', async ({ cli }) => {
    await commit(cli, gated.replace('dev: {}', 'dev: { auto: true }'))

    const applied = await cli.run('apply', '--json')
    expect(applied.exitCode).toBe(3)
    expect(results(applied)).toMatchObject({ 'app@dev': 'applied', 'base@prod': 'planned' })
  })

  test('a failure blocks what needs it and nothing else; resume goes on at the failure', async ({
    cli,
  }) => {
    await commit(
      cli,
      gated.replace('run: echo "id', 'run: test -e ok || { echo "no ok" >&2; exit 1; }; echo "id'),
    )
    const failed = await cli.run('apply', '-e', 'dev', '--auto-approve')
    expect(failed.exitCode).toBe(1)
    expect(failed.stdout).toContain('no ok')
    expect(failed.stdout).toContain('blocked by base@dev: app@dev')
    expect(failed.stdout).toContain('→ portolan resume change-1')

    const status = await cli.run('status', 'change-1')
    expect(status.stdout).toMatch(
      /base@dev +failed[\s\S]*app@dev +blocked[\s\S]*extra@dev +applied/,
    )

    await cli.write('ok', '')
    const resumed = await cli.run('resume', '--auto-approve', '--json')
    expect(resumed.exitCode).toBe(0)
    expect(results(resumed)).toEqual({
      'base@dev': 'applied',
      'app@dev': 'applied',
      'extra@dev': 'applied',
    })
  })

  test('other files than those that were planned are not applied', async ({ cli }) => {
    await commit(cli, gated)
    await cli.run('plan', '-e', 'dev')
    await commit(cli, gated.replace('echo extra', 'echo more'), 'More')

    const refused = await cli.run('apply', 'change-1', '--auto-approve')
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('was planned with other files')
    expect(refused.stderr).toContain('extra@dev')
  })

  test('may be looked at and cancelled, whatever became of the manifest, and is over then', async ({
    cli,
  }) => {
    await commit(cli, gated)
    await cli.run('plan', '-e', 'dev')
    await cli.write('portolan.yaml', 'nonsense: [')
    expect((await cli.run('status', 'change-1')).stdout).toMatch(/base@dev +planned/)
    expect((await cli.run('history')).stdout).toContain('change-1')
    expect((await cli.run('cancel', 'change-1')).stdout).toContain('change-1 is cancelled.')
    await cli.write('portolan.yaml', gated)
    const over = await cli.run('apply', 'change-1', '--auto-approve')
    expect(over.exitCode).toBe(1)
    expect(over.stderr).toContain('change-1 is cancelled')
  })

  test('with --json every line is an event, a refusal too', async ({ cli }) => {
    await commit(cli, gated)
    const events = (await cli.run('plan', '-e', 'dev', '--json')).events()
    expect(events[0]).toMatchObject({ event: 'graph', change: 'change-1' })
    expect(events.at(-1)).toMatchObject({ event: 'end', counts: { planned: 2, deferred: 1 } })
    expect(events.every((event) => event['change'] === 'change-1')).toBe(true)
    expect((await cli.run('resume', 'change-99', '--json')).events()).toMatchObject([
      { event: 'error', code: 'not_found' },
    ])
  })
})

describe('the end', () => {
  test('has to be told what; it goes in reverse, and past a protection with a reason', async ({
    cli,
  }) => {
    await commit(cli, gated.replace('run: echo "id', 'protect: true\n    run: echo "id'))
    await cli.run('apply', '-e', 'dev', '--auto-approve')

    const everything = await cli.run('destroy', '--auto-approve')
    expect(everything.exitCode).toBe(1)
    expect(everything.stderr).toContain('→ portolan destroy -e dev')

    const needed = await cli.run('destroy', 'base@dev', '--auto-approve')
    expect(needed.exitCode).toBe(1)
    expect(needed.stderr).toContain('--with-dependents')

    const guarded = await cli.run('destroy', '-e', 'dev', '--auto-approve')
    expect(guarded.exitCode).toBe(3)
    // Whoever made the change cannot let it end what is protected.
    await cli.git('config', 'user.name', 'Bob')
    const ended = await cli.run('resume', '--auto-approve', '--override', 'it is over')
    expect(ended.exitCode).toBe(0)
    expect((await cli.run('status', '--json')).events()).toMatchObject([
      { workspaces: expect.not.arrayContaining([expect.objectContaining({ deployed: true })]) },
    ])
  })

  test('of what the manifest has no longer: shown, and destroyed from the commit that made it', async ({
    cli,
  }) => {
    await commit(cli, gated)
    await cli.run('apply', '-e', 'dev', '--auto-approve')
    await commit(cli, gated.slice(0, gated.indexOf('  extra:')), 'Less')

    const status = await cli.run('status')
    expect(status.stdout).toContain('extra@dev is deployed (1 resource)')
    expect(status.stdout).toContain('→ portolan destroy --orphan extra@dev')

    const ended = await cli.run('destroy', '--orphan', 'extra@dev', '--auto-approve')
    expect(ended.exitCode).toBe(0)
    expect((await cli.run('status')).stdout).not.toContain('extra@dev')
  })
})

test('a component is a workspace by its directory, and its outputs are at hand', async ({
  cli,
}) => {
  const terraform = gated.replace(/ {2}extra:[\s\S]*/, '  net: { terraform: infra/net }\n')
  await commit(cli, terraform)
  await cli.write(
    'infra/net/main.tf',
    'resource "terraform_data" "a" { input = "10.0.0.0/16" }\noutput "cidr" { value = terraform_data.a.output }\n',
  )
  const applied = await cli.run('-C', 'infra/net', 'apply', '-e', 'dev', '--auto-approve', '--json')
  expect(results(applied)).toEqual({ 'net@dev': 'applied' })

  expect((await cli.run('outputs', 'net@dev', '--env')).stdout).toBe("CIDR='10.0.0.0/16'\n")
  expect((await cli.run('-C', 'infra/net', 'outputs', '-e', 'dev', 'cidr')).stdout).toBe(
    '"10.0.0.0/16"\n',
  )
  const unclear = await cli.run('-C', 'infra/net', 'state', 'ls')
  expect(unclear.stderr).toContain('net is in dev, prod: in which of them?')
  await rm(path.join(cli.directory, 'infra'), { recursive: true })
})

test('a state that a component has already is taken over by the name of its workspace', async ({
  cli,
}) => {
  await cli.write('net/main.tf', 'resource "terraform_data" "a" {}\n')
  await cli.write('net/terraform.tfstate', aState({ serial: 1 }).toString())
  await commit(
    cli,
    'version: 1\nproject: shop\nenvironments: { dev: {}, prod: {} }\ncomponents: { net: { terraform: net } }\n',
  )

  const refused = await cli.run('plan', 'net@dev')
  expect(refused.exitCode).toBe(1)
  expect(refused.stdout).toContain('portolan state import net@dev')
  const taken = await cli.run('state', 'import', 'net@dev')
  expect(taken.stdout).toContain('net@dev: took over 1 resource')
  expect((await cli.run('plan', 'net@dev')).stdout).toContain('Nothing to change')
})
