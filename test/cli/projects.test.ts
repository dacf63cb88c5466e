import path from 'node:path'
import { describe, expect } from 'vitest'
import { gitOverHttp } from '../support/git-http.ts'
import { platformFiles } from '../support/projects.ts'
import { aRepository } from '../support/repository.ts'
import { test } from './cli.ts'

describe('projects', () => {
  test('are added, listed, fetched and changed', async ({ cli }) => {
    const repository = await aRepository(platformFiles)
    const address = repository.root
    const none = await cli.run('project', 'list')
    const added = await cli.run('project', 'add', address, '--name', 'platform')
    const again = await cli.run('project', 'add', address)
    await repository.git('checkout', '--quiet', '-b', 'release')
    await repository.write({ 'portolan.yaml': 'version: 1\nenvironments: { qa: {} }\n' })
    await repository.commit('qa only')
    const fetched = await cli.run('project', 'fetch', 'platform', '--json')
    const edited = await cli.run('project', 'edit', 'platform', '--branch', 'main')
    const list = await cli.run('project', 'list')
    const unknown = await cli.run('project', 'fetch', 'nothing')
    await repository.dispose()

    expect(none.stderr).toContain('There are no projects.')
    expect(added.stdout).toMatch(/^platform {2}\//)
    expect(added.stdout).toMatch(/at [0-9a-f]{8} first \(fetched /)
    expect(added.stdout).toContain('3 components in 2 environments (dev → prod): 5 workspaces')
    expect(added.exitCode).toBe(0)
    expect(again.stderr).toContain(`this repository is here already: the project platform`)
    expect(fetched.events()[0]).toMatchObject({ project: { headSubject: 'qa only' } })
    expect(edited.stdout).toMatch(/at main [0-9a-f]{8} first/)
    expect(list.stdout).toBe(
      edited.stdout.replace(/fetched .*\)/, list.stdout.match(/fetched .*\)/)?.[0] ?? ''),
    )
    expect(unknown.stderr).toContain('there is no project nothing')
  })

  test('take a password from standard input, and none from the command line', async ({ cli }) => {
    const repository = await aRepository(platformFiles)
    const server = await gitOverHttp({ root: path.dirname(repository.root), login: 'git:s3cret' })
    const address = `${server.url}/${path.basename(repository.root)}/.git`
    const typed = await cli.run('project', 'add', address.replace('://', '://git:s3cret@'))
    const without = await cli.run('project', 'add', address)
    const piped = await cli.pipe(
      's3cret\n',
      'project',
      'add',
      address,
      '--password-stdin',
      '--name',
      'a',
    )
    const ssh = await cli.pipe('x', 'project', 'add', 'git@host:x', '--password-stdin')
    await server.close()
    await repository.dispose()

    expect(typed.exitCode).toBe(1)
    expect(typed.stderr).toContain(`portolan project add ${address} --password-stdin < token`)
    expect(without.stderr).toContain('--password-stdin')
    expect(piped.exitCode).toBe(0)
    expect(piped.stdout).toContain(address)
    expect(ssh.stderr).toContain('is of no use')
    for (const { stdout, stderr } of [typed, without, piped]) {
      expect(stdout + stderr).not.toContain('s3cret')
    }
  })

  test('that are the directory where one stands are what is recorded of it', async ({ cli }) => {
    for (const [name, content] of Object.entries(platformFiles)) await cli.write(name, content)
    await cli.git('add', '--all')
    await cli.git('commit', '--quiet', '-m', 'first')
    await cli.pipe('x', 'variable', 'set', 'A')
    const added = await cli.run('project', 'add', '.')
    const planned = await cli.run('plan', '-e', 'dev', '--json')
    const wrong = 'version: 1\ncomponents: { a: { teraform: a } }\n'
    await cli.write('portolan.yaml', wrong)
    await cli.git('commit', '--quiet', '-am', 'wrong')
    const failed = await cli.run('project', 'fetch', 'shop')
    const list = await cli.run('project', 'list')

    expect(added.stdout).toMatch(/^shop {2}/)
    expect(planned.stderr).toBe('')
    expect(failed.exitCode).toBe(1)
    expect(failed.stderr).toContain('teraform')
    expect(list.stdout.match(/^\S+ {2}\//gm)).toHaveLength(1)
    expect(list.stdout).toContain('first')
    expect(list.stdout).toContain('teraform')
  })
})
