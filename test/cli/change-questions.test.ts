import { describe, expect } from 'vitest'
import { test } from './cli.ts'
import { commit, gated } from './platforms.ts'

const open = gated.replace(', gate: { approvals: 1 }', '')

describe('on a terminal', () => {
  test('each environment is asked for as it comes, and again for what became known', async ({
    cli,
  }) => {
    await commit(cli, open)
    const applied = await cli.onTerminal(['yes', 'yes', 'all'], 'apply')
    expect(applied.exitCode, applied.stdout).toBe(0)
    const asked = applied.stdout.match(/Apply .*\? \[.*?\]/g)
    expect(asked).toEqual([
      'Apply 2 plans to dev? [yes/no/all]',
      'Apply app@dev? [yes/no]',
      'Apply 2 plans to prod? [yes/no/all]',
    ])
    expect(applied.stdout).toMatch(/Applied change-1: 6 applied/)
  })

  test('no to the first question cancels; later it leaves the rest as it is', async ({ cli }) => {
    await commit(cli, open)
    const refused = await cli.onTerminal(['no'], 'apply')
    expect(refused.exitCode).toBe(1)
    expect(refused.stdout).toContain('Nothing was changed; change-1 is cancelled.')

    const stopped = await cli.onTerminal(['all', 'no'], 'apply')
    expect(stopped.exitCode).toBe(3)
    expect(stopped.stdout).toContain('change-2 stays as it is.')
    expect(stopped.stdout).toContain('→ portolan resume change-2')

    const resumed = await cli.onTerminal(['all'], 'resume')
    expect(resumed.exitCode, resumed.stdout).toBe(0)
  })

  test('what comes after an environment in which something failed is not asked for', async ({
    cli,
  }) => {
    await commit(cli, open.replace('echo extra', 'test -e ok'))
    const failed = await cli.onTerminal(['all'], 'apply')
    expect(failed.exitCode).toBe(1)
    expect(failed.stdout.match(/Apply .*\? \[.*?\]/g)).toEqual([
      'Apply 2 plans to dev? [yes/no/all]',
    ])
    expect(failed.stdout).toMatch(/2 applied, .*1 failed/)
  })

  test('a gate is not asked for by who applies, and approve asks', async ({ cli }) => {
    await commit(cli, gated)
    const applied = await cli.onTerminal(['all'], 'apply')
    expect(applied.exitCode, applied.stdout).toBe(3)
    expect(applied.stdout).toContain('→ portolan approve change-1 -e prod')

    const refused = await cli.onTerminal(['no'], 'approve', 'change-1')
    expect(refused.stdout).toContain('Nothing was approved.')
    const approved = await cli.onTerminal(['yes'], 'approve', 'change-1')
    expect(approved.stdout).toContain('Approved base@prod, extra@prod.')
  })

  test('of a workspace that was planned again the newest plan is shown, and no other', async ({
    cli,
  }) => {
    const resource = (input: string) => `resource "terraform_data" "it" { input = ${input} }\n`
    await cli.write('net/main.tf', `${resource('"net"')}output "name" { value = "net" }\n`)
    await cli.write('db/main.tf', `variable "net" { type = string }\n${resource('var.net')}`)
    await commit(
      cli,
      gated.slice(0, gated.indexOf('components:')).replace('after: dev, ', '') +
        'components:\n  net: { terraform: net }\n  db: { terraform: db, inputs: { net: "${{ outputs.net.name }}" } }\n',
    )
    await cli.run('plan', '-e', 'prod')
    await cli.run('approve', 'change-1', 'net', '--yes')
    expect((await cli.run('resume')).exitCode).toBe(3)

    const shown = await cli.onTerminal(['no'], 'approve', 'change-1')
    expect(shown.stdout.match(/terraform_data\.it will be created/g)).toHaveLength(1)
  })

  test('the end of an environment is asked for by its name', async ({ cli }) => {
    await commit(cli, open)
    await cli.run('apply', '-e', 'dev', '--auto-approve')
    expect((await cli.onTerminal(['yes'], 'destroy', '-e', 'dev')).exitCode).toBe(1)
    const ended = await cli.onTerminal(['dev'], 'destroy', '-e', 'dev')
    expect(ended.exitCode, ended.stdout).toBe(0)
    expect(ended.stdout).toContain('type the name of the environment')
    expect(ended.stdout).toMatch(/Destroyed change-3: 3 destroyed/)
  })
})
