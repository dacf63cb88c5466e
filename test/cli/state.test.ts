import { execFile } from 'node:child_process'
import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect } from 'vitest'
import { sample, test } from './cli.ts'

describe('recorded states', () => {
  test('history, difference and rollback: old content comes back as a new version', async ({
    cli,
  }) => {
    await cli.write('main.tf', sample('shop:1'))
    await cli.run('apply', '--auto-approve')
    await cli.write('main.tf', sample('shop:2'))
    await cli.run('apply', '--auto-approve')

    const diff = await cli.run('state', 'diff')
    expect(diff.stdout).toContain('version 1 → 2')
    expect(diff.stdout).toMatch(/~ terraform_data\.app[\s\S]*"shop:1" → "shop:2"/)
    const shown = await cli.run('state', 'show', 'terraform_data.admin')
    expect(shown.stdout).toContain('terraform_data.admin')
    expect(shown.stdout + diff.stdout).not.toContain('battery')

    const unreasoned = await cli.run('state', 'rollback', '1')
    expect(unreasoned.exitCode).toBe(1)
    expect(unreasoned.stderr).toContain('Rolling the configuration back')
    expect(unreasoned.stderr).toContain('→ Add --reason')
    const rolled = await cli.run('state', 'rollback', '1', '--reason', 'version 2 is wrong')
    expect(rolled.stdout).toContain('as version 3')
    expect((await cli.run('state', 'history')).stdout).toMatch(
      /^3 +rollback .*version 2 is wrong\n2 +apply/,
    )
  })

  test('raw bytes come out as they were, and go in again only as the next serial', async ({
    cli,
  }) => {
    await cli.write('main.tf', sample('shop:1'))
    await cli.run('apply', '--auto-approve')
    const pulled = await cli.run('state', 'pull')
    const state: { serial: number } = JSON.parse(pulled.stdout)
    await cli.write('same.tfstate', pulled.stdout)
    expect((await cli.run('state', 'push', 'same.tfstate')).stdout).toContain('current already')

    await cli.write('jump.tfstate', JSON.stringify({ ...state, serial: state.serial + 5 }))
    const refused = await cli.run('state', 'push', 'jump.tfstate')
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('error: the state was not recorded')
    const rescue = await cli.run('state', 'rescue', '--json')
    const [{ quarantined }] = rescue.events() as [{ quarantined: { id: string }[] }]
    const dismissed = await cli.run(
      'state',
      'rescue',
      '--dismiss',
      quarantined[0]?.id ?? '',
      '--reason',
      'a test',
    )
    expect(dismissed.exitCode).toBe(0)
    expect((await cli.run('state', 'rescue')).stdout).toContain('there is nothing to rescue')
  })

  test('a lock keeps others from applying until it is released', async ({ cli }) => {
    await cli.write('main.tf', sample('shop:1'))
    expect((await cli.run('lock', '--reason', 'by hand')).stdout).toContain(
      'root@default is locked',
    )
    expect((await cli.run('status')).stdout).toMatch(/Lock +held by Ada .*: by hand/)
    const refused = await cli.run('apply', '--auto-approve')
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('the workspace is locked')

    await cli.git('config', 'user.name', 'Bob')
    const foreign = await cli.run('unlock')
    expect(foreign.stderr).toContain('is locked by Ada')
    expect((await cli.run('unlock', '--force', '--reason', 'Ada left')).stdout).toContain(
      'is unlocked',
    )
    expect((await cli.run('apply', 'run-1')).exitCode).toBe(0)
  })
})

describe("a module's existing state", () => {
  test('is never planned as if it were new; taken over, the first plan shows no change', async ({
    cli,
  }) => {
    await cli.write(
      'main.tf',
      'resource "terraform_data" "kept" {\n  input = 9007199254740993\n}\n',
    )
    const env = {
      PATH: process.env['PATH'],
      TF_CLI_CONFIG_FILE: '/dev/null',
      CHECKPOINT_DISABLE: '1',
    }
    for (const args of [
      ['init', '-no-color'],
      ['apply', '-auto-approve', '-no-color'],
    ]) {
      await promisify(execFile)('terraform', args, { cwd: cli.directory, env })
    }
    const before = await readFile(path.join(cli.directory, 'terraform.tfstate'), 'utf8')

    const refused = await cli.run('plan')
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('already holds a state')
    expect(refused.stderr).toContain('→ Take it over first')

    const imported = await cli.run('state', 'import')
    expect(imported.stderr).not.toContain('error')
    expect(imported.stdout).toContain('took over 1 resource')
    expect((await cli.run('plan', '-detailed-exitcode')).stdout).toContain('Nothing to change.')
    // `terraform state pull` prints it with one more newline.
    expect((await cli.run('state', 'pull')).stdout).toBe(`${before}\n`)
    expect(await readFile(path.join(cli.directory, 'terraform.tfstate'), 'utf8')).toBe(before)
  })

  test('from a file', async ({ cli }) => {
    const state = {
      version: 4,
      terraform_version: '1.11.4',
      serial: 7,
      lineage: 'x',
      outputs: {},
      resources: [],
    }
    await cli.write('old.tfstate', JSON.stringify(state))
    expect((await cli.run('state', 'import', 'old.tfstate')).stdout).toContain(
      '0 resources (serial 7) as version 1',
    )
    const again = await cli.run('state', 'import', 'old.tfstate')
    expect(again.stderr).toContain('has a recorded state already')
  })
})

describe('the command line itself', () => {
  test('teaches: help, suggestions, what to do next', async ({ cli }) => {
    const help = await cli.run('--help')
    expect(help).toMatchObject({ exitCode: 0, stderr: '' })
    expect(help.stdout).toContain('plan [names]')
    expect((await cli.run('plan', '--help')).stdout).toMatch(
      /Examples:[\s\S]*Exit codes:[\s\S]*Next:/,
    )
    expect((await cli.run('aply')).stderr).toBe(
      "error: unknown command 'aply'\n→ Did you mean apply?\n",
    )
    expect((await cli.run('apply', '-auto-aprove')).stderr).toContain(
      'Did you mean --auto-approve?',
    )
    expect((await cli.run('history')).stderr).toMatch(
      /error: nothing is recorded of root@default yet\n→ Start with/,
    )
  })

  test('acts on another directory and environment, by flag and by name', async ({ cli }) => {
    await cli.write('infra/net work/main.tf', sample('shop:1'))
    await cli.run('-C', 'infra/net work', 'apply', '-auto-approve', '-e', 'prod')
    await cli.run('apply', '--auto-approve', 'infra/net work@dev')
    expect((await cli.run('status')).stdout).toMatch(/infra\/net work@dev .*\ninfra\/net work@prod/)
    expect((await cli.run('state', 'history', 'shop/infra/net work@prod')).stdout).toMatch(
      /^1 +apply/,
    )
    expect((await cli.run('apply', 'nowhere@prod')).stderr).toContain(
      'there is no directory for nowhere@prod',
    )
  })

  test('tokens are shown once, listed and revoked', async ({ cli }) => {
    const made = await cli.run(
      'token',
      'create',
      'ci',
      '--permission',
      'state:read',
      '--expires',
      '30d',
    )
    expect(made.stdout, made.stderr).toMatch(/^ptl_\S+\n$/)
    const listed = await cli.run('token', 'list')
    expect(listed.stdout).toMatch(/^ci +state:read +never used +until /)
    expect(listed.stdout).not.toContain(made.stdout.trim())
    expect((await cli.run('token', 'revoke', 'ci')).stdout).toContain('is revoked')
  })

  test('doctor says what is wrong and ends with 1', async ({ cli }) => {
    const well = await cli.run('doctor')
    expect(well.stdout).toContain('All is well.')
    expect(well.exitCode).toBe(0)
    await chmod(path.join(cli.dataHome, 'key'), 0o644)
    const ill = await cli.run('doctor')
    expect(ill.exitCode).toBe(1)
    expect(ill.stdout).toMatch(/✗ key .*may be read by others[^\n]*\n {2}→ Run: chmod 600/)
    expect(ill.stdout).toContain('There is 1 problem.')
  })

  test('doctor tries whether the data directory can be written', async ({ cli }) => {
    await rm(cli.dataHome, { recursive: true, force: true })
    await writeFile(cli.dataHome, 'a file where the directory should be')
    const ill = await cli.run('doctor')
    expect(ill.exitCode).toBe(1)
    expect(ill.stdout).toMatch(/✗ data .*cannot be written[^\n]*\n {2}→ .*PORTOLAN_DATA_DIR/)
    for (const line of ill.stdout.split('\n✗ ').slice(1)) expect(line).toContain('\n  → ')
  })

  test('server prints a block to copy, serves, and ends when told', async ({ cli }) => {
    const server = cli.start('server', '--local', '--port', '0')
    await server.said(/TF_HTTP_PASSWORD/)
    server.kill('SIGTERM')
    const ended = await server.ended
    expect(ended.exitCode).toBe(0)
    expect(ended.stdout).toMatch(
      /address += "http:\/\/127\.0\.0\.1:\d+\/state\/shop\/COMPONENT@ENVIRONMENT"/,
    )
  })
})
