import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { slow, test } from './cli.ts'

describe('Ctrl-C, again and again', () => {
  test('is heard once by Terraform; the third time it is killed, and a person decides', async ({
    cli,
  }) => {
    await cli.write('main.tf', slow)
    const { stdout: real } = await cli.which('terraform')
    // A Terraform that does not listen: the shell is told, and the program below it is not.
    await cli.shadow('terraform', `trap '' INT\n"${real.trim()}" "$@"\nexit $?`)
    const apply = cli.start('apply', '--auto-approve')
    await apply.said(/begun/)
    apply.kill('SIGINT')
    await apply.said(/Cancelling: Terraform finishes what it has begun/)
    apply.kill('SIGINT')
    await apply.said(/Still cancelling\. A third Ctrl-C kills Terraform by force/)
    expect(apply.hasEnded()).toBe(false)
    apply.kill('SIGINT')
    const ended = await apply.ended
    expect(ended.exitCode).toBe(1)
    expect(ended.stderr).toContain('Killed by force.')
    expect(ended.stderr).toMatch(/run-1 ended unseen: .*SIGKILL, as it was asked to by force/)
    expect(ended.stderr).toContain('→ portolan state rescue')

    expect((await cli.run('plan')).stderr).toContain('nobody saw how the apply of run-1')
    const recovered = await cli.run('state', 'rescue', '--recover', 'run-1', '--reason', 'killed')
    expect(recovered.stdout).toContain('run-1 is ended as failed; the lock is released.')
    expect((await cli.run('state', 'ls')).stdout).toContain('terraform_data.first')
    await writeFile(path.join(cli.directory, 'go'), '')
    expect((await cli.run('apply', '--auto-approve')).stdout).toContain('Applied run-2: 1 added')
  })
})

describe('an output that nobody can write', () => {
  test('is one sentence, and the run goes on to its end', async ({ cli }) => {
    await cli.write('main.tf', 'resource "terraform_data" "one" {}\n')
    const full = await cli.runTo('/dev/full', 'apply', '--auto-approve')
    expect(full).toMatchObject({
      exitCode: 1,
      stderr: 'error: standard output cannot be written (ENOSPC)\n',
    })
    expect((await cli.run('history')).stdout).toMatch(/run-1 +apply +applied/)
  })
})

describe('the log of a run at work', () => {
  test('is followed to its end by somebody else', async ({ cli }) => {
    await cli.write('main.tf', slow)
    const apply = cli.start('apply', '--auto-approve')
    await apply.said(/begun/)
    const logs = cli.start('logs', '--follow')
    await logs.said(/begun/)
    expect(logs.hasEnded()).toBe(false)
    await writeFile(path.join(cli.directory, 'go'), '')
    expect((await apply.ended).exitCode).toBe(0)
    const followed = await logs.ended
    expect(followed.exitCode).toBe(0)
    expect(followed.stdout).toContain('Apply complete! Resources: 2 added')
  })
})
