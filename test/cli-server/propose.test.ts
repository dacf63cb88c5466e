import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { test as base, describe, expect } from 'vitest'
import { openSide, type Said, type Side } from './sides.ts'

const test = base.extend<{ side: Side }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern.
  side: async ({}, use) => {
    const side = await openSide('server')
    await use(side)
    await side.close()
  },
})

const shop = (size: number) => `version: 1
project: shop
environments: { dev: {} }
components:
  db: { run: "echo ${size}" }
`

async function commit(side: Side, size: number, message: string): Promise<void> {
  await side.write('portolan.yaml', shop(size))
  await side.git('add', '--all')
  await side.git('commit', '-q', '-m', message)
}

/** Runs until it says what it should. */
async function until(side: Side, pattern: RegExp, ...args: readonly string[]): Promise<Said> {
  for (;;) {
    const said = await side.run(...args)
    if (pattern.test(said.stdout)) return said
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

describe('portolan propose', { timeout: 300_000 }, () => {
  test('in a clone: pushed, planned, pushed again, applied and merged', async ({ side }) => {
    // The clone is where commands run; what the server fetches stands beside it.
    await commit(side, 1, 'The shop')
    const remote = path.join(path.dirname(side.directory), 'remote.git')
    await mkdir(remote)
    await side.git('clone', '-q', '--bare', '.', remote)
    await side.git('remote', 'add', 'origin', remote)
    await side.git('fetch', '-q', 'origin')
    await side.run('project', 'add', remote, '--name', 'shop')

    const nothing = await side.run('propose')
    expect(nothing).toMatchObject({ exitCode: 1 })
    expect(nothing.stderr).toContain('nothing here that origin/main lacks')
    await side.write('portolan.yaml', shop(2))
    const early = await side.run('propose')
    expect(early).toMatchObject({ exitCode: 1 })
    expect(early.stderr).toContain('portolan.yaml is not committed')

    await commit(side, 2, 'feat(db): A bigger database!')
    await side.write('notes.txt', 'mine')
    const proposed = await side.run('propose')
    expect(proposed.stderr).toContain('You are on the new branch a-bigger-database now.')
    expect(proposed.stderr).toContain('notes.txt')
    expect(proposed.stdout).toContain('#1  feat(db): A bigger database!')
    expect(proposed.stdout).toContain(`${side.url}/projects/shop/pull-requests/1`)
    expect(proposed.stdout).toMatch(/db@dev/)
    expect(proposed).toMatchObject({ exitCode: 0 })

    await side.git('rm', '-q', '--cached', '--ignore-unmatch', 'notes.txt')
    await side.write('portolan.yaml', shop(3))
    await side.git('commit', '-q', '-a', '-m', 'fix: Even bigger')
    const again = await side.run('propose', '--title', 'A database of 3')
    expect(again.stdout).toContain('#1  A database of 3')
    expect(again).toMatchObject({ exitCode: 0 })
    await side.write('portolan.yaml', shop(4))
    await side.git('commit', '-q', '-a', '-m', 'fix: Bigger than that')
    // What is shown is what was pushed just now.
    expect((await side.run('propose')).stdout).toContain('echo 4')
    await side.write('portolan.yaml', shop(5))
    await side.git('commit', '-q', '-a', '-m', 'fix: The biggest')
    await side.git('push', '-q')
    expect((await side.run('pr', 'plan', '1')).stdout).toContain('echo 5')
    await side.run('cancel', '--pr', '1')
    expect((await side.run('propose')).stderr).toContain('portolan pr plan 1')
    expect((await side.run('pr', 'plan', '1')).stdout).toContain('echo 5')
    await side.write('portolan.yaml', shop(6))
    await side.git('commit', '-q', '-a', '-m', 'fix: Bigger still')
    expect((await side.run('propose')).stderr).toContain('portolan apply --pr 1')
    expect((await side.run('pr', 'list')).stdout).toMatch(
      /^#1 {2}A database of 3 {2}ada .*waits to be applied in dev/,
    )

    expect((await side.run('status', '#1')).stdout).toMatch(/^change-\d+ /)
    const merging = await side.run('pr', 'merge', '1')
    expect(merging).toMatchObject({ exitCode: 1 })
    expect(merging.stderr).toContain('db@dev is not applied')
    expect(await side.run('apply', '--pr', '1', '--auto-approve')).toMatchObject({ exitCode: 0 })
    await until(side, /\n {2}merged/, 'pr', 'show', '1')
    await side.git('fetch', '-q', 'origin')
    expect((await side.git('show', 'origin/main:portolan.yaml')).stdout).toBe(shop(6))
    expect((await side.git('log', '-1', '--format=%s', 'origin/main')).stdout).toBe(
      'Merge #1: A database of 3\n',
    )
    expect((await side.run('pr', 'list')).stdout).toBe('')
    expect((await side.run('pr', 'list', '--status', 'all', '--json')).stdout).toContain('"merged"')
  })

  test('in the repository that the server fetches', async ({ side }) => {
    await commit(side, 1, 'The shop')
    await side.add()
    await side.git('switch', '-q', '-c', 'bigger')
    await commit(side, 2, 'feat: A bigger database')
    const unsure = await side.run('propose')
    expect(unsure.stderr).toContain('portolan project edit shop --branch main')
    await side.run('project', 'edit', 'shop', '--branch', 'main')
    expect(await side.run('propose', '--detach')).toMatchObject({ exitCode: 0 })
    const closed = await side.run('pr', 'close', '1')
    expect(closed.stdout).toMatch(/\n {2}closed/)
    expect((await side.run('pr', 'reopen', '1')).exitCode).toBe(0)
    const planned = await side.run('pr', 'plan', '#1')
    expect(planned.stdout).toMatch(/db@dev/)
    expect((await side.run('pr', 'comment', '1', 'looks', 'good')).stdout).toBe('Said in #1.\n')
    // The token is nobody's: nobody is asked what they may.
    const command = await side.run('pr', 'comment', '1', 'portolan', 'apply')
    expect(command).toMatchObject({ exitCode: 1 })
    expect((await side.run('pr', 'show', '1')).stdout).toContain('looks good')
    expect(await side.run('apply', '--pr', '1', '--auto-approve')).toMatchObject({ exitCode: 0 })
    await until(side, /\n {2}merged/, 'pr', 'show', '1')
    expect((await side.git('show', 'main:portolan.yaml')).stdout).toBe(shop(2))
  })

  test('without a server, of a hostile name or of nothing is refused in words', async ({
    side,
  }) => {
    await commit(side, 1, 'The shop')
    const alone = await side.runWith(
      { env: { PORTOLAN_URL: undefined, PORTOLAN_TOKEN: undefined } },
      'propose',
    )
    expect(alone).toMatchObject({ exitCode: 1 })
    expect(alone.stderr).toContain('this needs a server')
    expect((await side.run('propose')).stderr).toContain('no project of this repository')
    await side.add()
    await side.run('project', 'edit', 'shop', '--branch', 'main')
    await side.git('switch', '-q', '-c', 'bigger')
    await commit(side, 2, 'feat: A bigger database')
    for (const name of ['--upload-pack=x', '-x', 'refs/heads/../..', 'a\nb', 'a b', '../x']) {
      const said = await side.run('propose', '--detach', `--branch=${name}`)
      expect(said, name).toMatchObject({ exitCode: 1 })
      expect(said.stderr, name).toContain('is no name of a branch')
    }
    const host = ['project', 'host', 'shop', 'github', '--repository', 'acme/shop', '--token-stdin']
    expect(await side.runWith({ input: 'none' }, ...host)).toMatchObject({ exitCode: 0 })
    const elsewhere = await side.run('propose')
    expect(elsewhere).toMatchObject({ exitCode: 0 })
    expect(elsewhere.stdout).toContain('https://github.com/acme/shop/pull/new/bigger')
    expect((await side.run('pr', 'show', '9')).stderr).toContain('no pull request #9')
    expect((await side.run('approve', '--pr', 'x')).stderr).toContain('no number')
  })

  test('what would come to nothing is refused, and not left out', async ({ side }) => {
    for (const [said, ...args] of [
      ['two things at once', 'cancel', '--pr', '1', 'change-2'],
      ['two things at once', 'resume', '--pr', '1', 'db@dev'],
      ['which change?', 'approve'],
      ['which change or run?', 'cancel'],
      ['needs its kind', 'project', 'add', '.', '--installation', '5'],
      ['needs its kind', 'project', 'add', '.', '--host', 'git', '--api', 'https://example.com'],
      ['needs its kind', 'project', 'host', 'shop', '--role', 'write=applier'],
      ['--limit must be', 'webhooks', '--limit', 'x'],
      ['`portolan person --help`', 'person', 'frob'],
      ['`portolan webhooks show --help`', 'webhooks', 'show'],
    ] as const) {
      const refused = await side.run(...args)
      expect(refused, args.join(' ')).toMatchObject({ exitCode: 1, stdout: '' })
      expect(refused.stderr).toContain(said)
    }
  })
})
