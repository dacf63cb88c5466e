import { access, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { test } from './cli.ts'

test('a newcomer goes from root modules to a manifest that is right', async ({ cli }) => {
  await cli.write('infra/net/main.tf', 'output "vpc_id" {\n  value = 1\n}\n')
  await cli.write('infra/db/main.tf', 'variable "vpc_id" {}\n')

  const look = await cli.run('init', '--dry-run')
  expect(look).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('nothing was written'),
  })

  const written = await cli.run('init')
  expect(written.exitCode).toBe(0)
  expect(written.stdout).toMatch(
    /^Wrote portolan.yaml: 2 components in default\.\n\n→ portolan validate /,
  )
  expect(await readFile(path.join(cli.directory, 'portolan.yaml'), 'utf8')).toBe(look.stdout)

  const right = await cli.run('validate')
  expect(right).toMatchObject({
    exitCode: 0,
    stdout: 'portolan.yaml is right: 2 components, 1 environment, 2 workspaces.\n',
  })

  const again = await cli.run('init')
  expect(again).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('components:'),
    stderr: expect.stringContaining('already: nothing was written'),
  })
})

describe('validate', () => {
  test('shows everything that is wrong with its line and a caret', async ({ cli }) => {
    await cli.write(
      'portolan.yaml',
      'version: 1\ncomponents:\n  db:\n    terraform: infra/db\n    neds: [net]\n\tx: 1\n',
    )
    expect(await cli.run('validate')).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: [
        'error: portolan.yaml:6:1: a tab cannot indent a line',
        '      x: 1',
        '    ^',
        '  → Use spaces.',
        '',
      ].join('\n'),
    })
    await cli.write(
      'portolan.yaml',
      'version: 1\ncomponents:\n  db:\n    terraform: infra/db\n    neds: [net]\n    when: ${{ values.x }}\n',
    )
    expect((await cli.run('validate')).stderr).toBe(
      `error: 2 problems in portolan.yaml

  portolan.yaml:5:5: unknown key \`neds\`
        neds: [net]
        ^
  → Did you mean \`needs\`?

  portolan.yaml:6:11: \`when\` is an expression as a whole
        when: \${{ values.x }}
              ^
  → Leave the \`\${{ }}\` around it out.
`,
    )
  })

  test('tells programs the places', async ({ cli }) => {
    await cli.write('portolan.yaml', 'version: 1\nneds: 1\n')
    const ended = await cli.run('validate', '--json')
    expect(ended.exitCode).toBe(1)
    expect(ended.events()).toMatchObject([
      {
        event: 'error',
        code: 'invalid',
        details: {
          problems: [
            { at: { file: 'portolan.yaml', line: 2, column: 1 }, message: 'unknown key `neds`' },
          ],
        },
      },
    ])
    await cli.write('portolan.yaml', 'version: 1\ncomponents: { a: { run: "true" } }\n')
    expect((await cli.run('validate', '--json')).events()).toEqual([
      { files: ['portolan.yaml'], components: 1, environments: 1, workspaces: 1 },
    ])
  })

  test('looks for what the manifest names', async ({ cli }) => {
    await cli.write('infra/network/main.tf', '')
    await cli.write('infra/notes/readme.md', '')
    await cli.write(
      'portolan.yaml',
      `version: 1
components:
  net: { terraform: infra/netwrok }
  notes: { terraform: infra/notes }
  db: { terraform: infra/network, values: [db.yaml, more.yaml?], var_files: ["x.tfvars"] }
`,
    )
    const { exitCode, stderr } = await cli.run('validate')
    expect(exitCode).toBe(1)
    const said = stderr.split('\n').filter((line) => /^ *(portolan\.yaml:|→)/.test(line))
    expect(said.map((line) => line.trim())).toEqual([
      'portolan.yaml:3:21: there is no directory `infra/netwrok`',
      '→ Did you mean `infra/network`?',
      'portolan.yaml:4:23: `infra/notes` holds no configuration of Terraform',
      'portolan.yaml:5:44: there is no file `db.yaml`',
      '→ If it may be absent, write a `?` behind it. Paths begin at the root.',
      'portolan.yaml:5:78: there is no file `x.tfvars`',
      '→ If it may be absent, write a `?` behind it. Paths begin at the root.',
    ])
  })

  test('works below the root, and needs no database', async ({ cli }) => {
    await cli.write('portolan.yaml', 'version: 1\ncomponents: { a: { run: "true" } }\n')
    await cli.write('deep/er/x', '')
    expect((await cli.run('-C', 'deep/er', 'validate')).exitCode).toBe(0)
    await expect(access(cli.dataHome)).rejects.toThrow('ENOENT')
  })

  test('without a manifest says how to get one', async ({ cli }) => {
    await cli.write('a/main.tf', '')
    expect(await cli.run('validate')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /there is no portolan\.yaml in .*\n→ portolan init .* 1 root module below/,
      ),
    })
  })

  test('prints the schema that is in the repository', async ({ cli }) => {
    const file = new URL('../../schema/portolan.schema.json', import.meta.url)
    expect((await cli.run('validate', '--schema')).stdout).toBe(await readFile(file, 'utf8'))
  })
})
