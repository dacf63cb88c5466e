import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { test } from '../support/database.ts'
import { chain, effects, names, recorded } from './effects.ts'
import { eventually, expectDone, type Laptop, openLaptop } from './laptop.ts'
import { instead } from './tool.ts'
import { expectUsable, followTheWayOut } from './way-out.ts'

function version(number: string): string {
  const answer = JSON.stringify({ terraform_version: number, platform: 'linux_amd64' })
  return `if [ "$1" = version ]; then echo '${answer}'; exit 0; fi`
}

/** A PATH with git and a shell, and nothing else. */
async function bare(laptop: Laptop): Promise<string> {
  const directory = path.join(laptop.root, 'bare')
  await mkdir(directory)
  for (const name of ['git', 'sh']) {
    const { stdout } = await laptop.shell(`command -v ${name}`)
    await symlink(stdout.trim(), path.join(directory, name))
  }
  return directory
}

describe('the Terraform of a machine', () => {
  test('is not there, may not be executed, does not say what it is: said, and nothing recorded', async ({
    connection,
  }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, 1))
    const whole = laptop.environment['PATH'] ?? ''
    const directory = await bare(laptop)
    laptop.environment['PATH'] = directory
    const missing = await laptop.run('apply', '--auto-approve')
    expect(missing.exitCode).toBe(1)
    expect(missing.stderr).toContain('neither terraform nor tofu was found on PATH')
    expect(missing.stderr).toContain('Install Terraform')

    const file = path.join(directory, 'terraform')
    await writeFile(file, '#!/bin/sh\necho hello\n', { mode: 0o644 })
    const closed = await laptop.run('apply', '--auto-approve')
    expect(closed.exitCode).toBe(1)
    expect(closed.stderr).toContain(`${file} may not be executed`)

    await chmod(file, 0o755)
    const foreign = await laptop.run('apply', '--auto-approve')
    expect(foreign.exitCode).toBe(1)
    expect(foreign.stderr).toContain(`${file} does not tell its version`)

    laptop.environment['PATH'] = whole
    expect(await laptop.sql('select 1 from runs')).toEqual([])
    await expectUsable(laptop)
  })

  test('is too old: refused with the version that is needed', async ({ connection }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, 1))
    await instead(laptop, version('1.4.7'))
    const old = await laptop.run('apply', '--auto-approve')
    expect(old.exitCode).toBe(1)
    expect(old.stderr).toMatch(/terraform 1\.4\.7 at .* is too old/)
    expect(old.stderr).toContain('Install terraform 1.5.0 or later.')
    expect(await laptop.sql('select 1 from runs')).toEqual([])
  })

  test('is newer than any that is known: it works as long as it speaks the same language', async ({
    connection,
  }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, 2))
    await instead(laptop, version('99.0.0'))
    expectDone(await laptop.run('apply', '--auto-approve'))
    expect(await recorded(laptop)).toEqual(names(2))
  })

  test('speaks a plan of another format: the plan failed, nothing is applied', async ({
    connection,
  }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, 1))
    await instead(
      laptop,
      `${version('99.0.0')}\nif [ "$1" = show ]; then echo '{"format_version":"9.0","steps":[]}'; exit 0; fi`,
    )
    const foreign = await laptop.run('apply', '--auto-approve')
    expect(foreign.exitCode).toBe(1)
    expect(foreign.stderr).toMatch(/run-1 failed: .*plan/)
    expect(await effects(laptop)).toEqual([])
  })

  test('crashes half-way: unknown, its last words are kept, what it finished is rescued', async ({
    connection,
  }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, 2))
    await instead(
      laptop,
      'if [ "$1" = apply ]; then "$REAL" "$@"; echo "panic: runtime error: index out of range [7]" >&2; exit 11; fi',
    )
    const crashed = await laptop.run('apply', '--auto-approve')
    expect(crashed.exitCode).toBe(1)
    expect(crashed.stderr).toContain('apply crashed with exit code 11')
    expect((await laptop.run('logs', 'run-1')).stdout).toContain('panic: runtime error')

    await instead(laptop, '')
    await followTheWayOut(laptop)
    expect(await recorded(laptop)).toEqual(names(2))
    await expectUsable(laptop)
    expect(await effects(laptop)).toEqual(names(2))
  })

  test('says garbage where JSON is due: the log has it, the state is what counts', async ({
    connection,
  }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, 2))
    await instead(
      laptop,
      `if [ "$1" = apply ]; then "$REAL" "$@" > /dev/null; printf '{"@message":7}\\n[[[[\\n\\377\\376\\000 not json\\n{"type":"apply_complete"}\\nnull\\n'; exit 0; fi`,
    )
    expectDone(await laptop.run('apply', '--auto-approve'))
    expect((await laptop.run('logs', 'run-1')).stdout).toContain('not json')
    expect(await recorded(laptop)).toEqual(names(2))
    await expectUsable(laptop)
  })

  test('ends well without having done anything: never recorded as applied', async ({
    connection,
  }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, 2))
    await instead(laptop, 'if [ "$1" = apply ]; then echo nonsense; exit 0; fi')
    const ended = await laptop.run('apply', '--auto-approve')
    expect(ended.exitCode).toBe(1)
    expect(ended.stdout).not.toMatch(/^Applied/m)
  })

  test('ignores every signal and leaves children: cancelled in vain, then ended by force, nothing lives on', async ({
    connection,
  }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, 2))
    await instead(
      laptop,
      'if [ "$1" = apply ]; then trap "" INT TERM HUP; sleep 1000 & (trap "" INT TERM; sleep 1000) & echo working; touch ../working; wait; sleep 1000; fi',
    )
    const apply = laptop.start('apply', '--auto-approve')
    await eventually('a stubborn Terraform', async () => {
      return (await laptop.shell('test -e ../working')).exitCode === 0
    })
    for (const sentence of ['Cancelling', 'Still cancelling', 'Killed by force']) {
      apply.kill('SIGINT')
      await apply.complained(sentence)
    }
    const ended = await apply.ended
    expect(ended.exitCode).toBe(1)
    expect(ended.stderr).toContain('as it was asked to by force')
    expect(await laptop.processes()).toEqual([])

    await instead(laptop, '')
    await followTheWayOut(laptop)
    await expectUsable(laptop)
    expect(await effects(laptop)).toEqual(names(2))
  })
})
