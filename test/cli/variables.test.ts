import { describe, expect } from 'vitest'
import { sample, test } from './cli.ts'

const secret = 'correct horse battery staple'

describe('variables', () => {
  test('are written from standard input or typed unseen, listed without values, and removed', async ({
    cli,
  }) => {
    const early = await cli.pipe(secret, 'variable', 'set', 'CLOUD_TOKEN')
    expect(early.stderr).toContain('there is no project shop')
    await cli.write('main.tf', sample('shop:1'))
    await cli.run('plan')

    const piped = await cli.pipe(`${secret}\n`, 'variable', 'set', 'CLOUD_TOKEN', '-e', 'prod')
    const typed = await cli.onTerminal([secret], 'variable', 'set', 'CLOUD_TOKEN')
    const input = await cli.pipe('3', 'variable', 'set', 'size', '--kind', 'terraform', '-cdb')
    const list = await cli.run('variable', 'list')
    const effective = await cli.run('variable', 'list', 'db@prod', '--json')

    expect(piped.stdout).toBe('Set: the environment variable CLOUD_TOKEN (environment prod).\n')
    expect(typed.stdout).toContain('Set: the environment variable CLOUD_TOKEN (project).')
    expect(input.stdout).toBe('Set: the Terraform variable size (component db).\n')
    expect(list.stdout).toMatch(
      /^CLOUD_TOKEN +environment +project +plan and apply +set .*by Ada\n/,
    )
    expect(effective.events()[0]?.['variables']).toMatchObject([
      { name: 'CLOUD_TOKEN', environment: 'prod', hides: [{ name: 'CLOUD_TOKEN' }] },
      { name: 'size', component: 'db', hides: [] },
    ])
    expect(typed.stdout).not.toContain('battery')
    for (const shown of [piped, list, effective]) {
      expect(shown.stdout + shown.stderr).not.toContain('battery')
    }

    const removed = await cli.run('variable', 'remove', 'CLOUD_TOKEN', '-e', 'prod')
    expect(removed.stdout).toContain('Removed: the environment variable CLOUD_TOKEN')
    const again = await cli.run('variable', 'remove', 'CLOUD_TOKEN', '-e', 'prod')
    expect(again.stderr).toContain('there is no variable CLOUD_TOKEN at this place')
  })

  test('a call without a value, or with words that are none, writes nothing', async ({ cli }) => {
    await cli.write('main.tf', sample('shop:1'))
    await cli.run('plan')

    const none = await cli.run('variable', 'set', 'CLOUD_TOKEN')
    const kind = await cli.pipe('x', 'variable', 'set', 'CLOUD_TOKEN', '--kind', 'file')
    const name = await cli.pipe('x', 'variable', 'set', 'GIT_SSH_COMMAND')

    expect([none.exitCode, kind.exitCode, name.exitCode]).toEqual([1, 1, 1])
    expect(none.stderr).toContain('there is no value on standard input')
    expect(kind.stderr).toContain('--kind "file" is none of terraform, environment')
    expect(name.stderr).toContain('which program is run')
    expect((await cli.run('variable', 'list')).stderr).toContain('There are no variables')
  })
})
