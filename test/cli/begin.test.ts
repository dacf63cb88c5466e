import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { sample, test } from './cli.ts'

const inS3 =
  'terraform {\n  backend "s3" {\n    bucket = "b"\n    key    = "k"\n    region = "eu-west-1"\n  }\n}\n'

describe('a first run that is refused', () => {
  test('leaves no workspace behind', async ({ cli }) => {
    for (const command of [['plan'], ['apply'], ['destroy'], ['lock']]) {
      const refused = await cli.run(...command)
      expect(refused.exitCode).toBe(1)
      expect(refused.stderr).toContain('there is no Terraform configuration in ')
    }
    await cli.write('main.tf', inS3 + sample('shop:1'))
    expect((await cli.run('plan')).stderr).toContain('keeps its state in its own backend "s3"')
    expect((await cli.run('plan', '-var', 'nonsense')).stderr).toContain('not written name=value')
    expect((await cli.run('state', 'import', 'nothing.tfstate')).exitCode).toBe(1)
    expect((await cli.run('status')).stdout).toContain('Nothing is recorded of shop yet.')
  })
})

describe('a new module with a backend that nobody can ask', () => {
  test('is begun empty when a person says that nothing was ever applied', async ({ cli }) => {
    await cli.write('main.tf', inS3 + sample('shop:1'))
    const refused = await cli.run('plan')
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('portolan state import FILE')
    expect(refused.stderr).toContain('portolan state import --empty')

    const begun = await cli.run('state', 'import', '--empty')
    expect(begun.stderr).toBe('')
    expect(begun.stdout).toContain('there is nothing to take over')
    expect((await cli.run('apply', '--auto-approve')).stdout).toMatch(/Applied run-1: 2 added/)
    expect((await cli.run('state', 'history')).stdout).toMatch(/1 +import .*begun empty/)
  })

  test('is not begun empty twice, nor over a state that lies there, nor with a file', async ({
    cli,
  }) => {
    await cli.write('main.tf', sample('shop:1'))
    const file = path.join(cli.directory, 'terraform.tfstate')
    await cli.write('terraform.tfstate', '{"version":4,"resources":[{}],"outputs":{}}')
    const local = await cli.run('state', 'import', '--empty')
    expect(local.exitCode).toBe(1)
    expect(local.stderr).toContain(`there is something to take over: ${file} holds a state`)
    expect((await cli.run('state', 'import', '--empty', file)).stderr).toContain('a file is named')

    await cli.write('terraform.tfstate', '')
    expect((await cli.run('state', 'import', '--empty')).exitCode).toBe(0)
    const again = await cli.run('state', 'import', '--empty')
    expect(again.exitCode).toBe(1)
    expect(again.stderr).toContain('has a recorded state already (version 1)')
  })
})

describe('an override file of a person', () => {
  test("that would undo Portolan's is named, with what to do", async ({ cli }) => {
    await cli.write('main.tf', sample('shop:1'))
    await cli.write('zzzzz_override.tf', 'terraform {\n  backend "local" {}\n}\n')
    const refused = await cli.run('plan')
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('zzzzz_override.tf sets a backend')
    expect(refused.stderr).toContain('Rename it')
    expect(refused.stderr).not.toContain('terraform init')

    await cli.write('zzzzz_override.tf', 'terraform {\n  required_version = ">= 1"\n}\n')
    expect((await cli.run('plan')).exitCode).toBe(0)
  })
})

describe('a machine that does not let Portolan work', () => {
  test('is no bug: the directory that cannot be used is named', async ({ cli }) => {
    await cli.write('main.tf', sample('shop:1'))
    await writeFile(cli.dataHome, 'a file where the directory should be')
    const refused = await cli.run('plan')
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toMatch(/^error: the data directory .*\n→ Set PORTOLAN_DATA_DIR/)
  })
})
