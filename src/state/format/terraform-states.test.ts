import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test as base, expect } from 'vitest'
import { runCommand } from '../../platform/process/process.ts'
import { diffStates } from '../compare/diff.ts'
import { maskState, sensitiveValues } from './mask.ts'
import { parseState } from './parsed-state.ts'

interface Directory {
  write(name: string, content: string): Promise<void>
  terraform(...args: string[]): Promise<string>
  state(): Promise<Buffer>
}

const test = base.extend<{ directory: Directory }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern.
  directory: async ({}, use) => {
    const root = await mkdtemp(path.join(tmpdir(), 'portolan-states-'))
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: root,
      TF_CLI_CONFIG_FILE: '/dev/null',
      TF_IN_AUTOMATION: '1',
      CHECKPOINT_DISABLE: '1',
    }
    await use({
      write: async (name, content) => {
        await mkdir(path.dirname(path.join(root, name)), { recursive: true })
        await writeFile(path.join(root, name), content)
      },
      terraform: async (...args) => {
        const { exitCode, stdout, stderr } = await runCommand('terraform', args, { cwd: root, env })
        if (exitCode !== 0) throw new Error(`terraform ${args.join(' ')}: ${stderr}`)
        return stdout.toString()
      },
      state: () => readFile(path.join(root, 'terraform.tfstate')),
    })
    await rm(root, { recursive: true, force: true })
  },
})

const secret = 'correct-horse-battery'

const main = `
variable "password" {
  default   = "${secret}"
  sensitive = true
}
resource "terraform_data" "secret" {
  input = { password = var.password, user = "u", big = 12345678901234567890 }
}
resource "terraform_data" "list" {
  input = ["open", var.password]
}
resource "terraform_data" "leak" {
  input = nonsensitive("postgres://u:\${var.password}@h")
}
resource "terraform_data" "each" {
  for_each = toset(["plain", "a.b", "quote\\"d", "dollar$\${x}", "ünï"])
  input    = each.key
}
module "net" {
  source   = "./net"
  for_each = toset(["x/y"])
}
output "password" {
  value     = { deep = [var.password] }
  sensitive = true
}
output "copy" {
  value = terraform_data.leak.output
}
`
const net = `
resource "terraform_data" "count" {
  count = 2
  input = count.index
}
`

test('a real state: addresses are Terraform’s, secrets are nowhere, digits survive', async ({
  directory,
}) => {
  await directory.write('main.tf', main)
  await directory.write('net/main.tf', net)
  await directory.terraform('init')
  await directory.terraform('apply', '-auto-approve')
  const listed = (await directory.terraform('state', 'list')).trim().split('\n')

  const state = parseState(await directory.state())

  expect(state.resources.map(({ address }) => address).sort()).toEqual(listed.sort())
  expect(sensitiveValues(state)).toContain(secret)
  const shown = JSON.stringify(maskState(state))
  expect(shown).not.toContain(secret)
  expect(shown).toContain('12345678901234567890')
  expect(shown).toContain('postgres://u:')
})

test('two real states: what changed, moved, was tainted, and no secret', async ({ directory }) => {
  await directory.write('main.tf', main)
  await directory.write('net/main.tf', net)
  await directory.terraform('init')
  await directory.terraform('apply', '-auto-approve')
  const before = await directory.state()
  const changed = main
    .replaceAll(secret, `${secret}-2`)
    .replace('terraform_data" "list"', 'terraform_data" "renamed"')
    .replace('"plain", ', '')
  await directory.write(
    'main.tf',
    `${changed}\nmoved {\n  from = terraform_data.list\n  to = terraform_data.renamed\n}\n`,
  )
  await directory.terraform('apply', '-auto-approve')
  await directory.terraform('taint', 'module.net["x/y"].terraform_data.count[1]')

  const diff = diffStates(parseState(before), parseState(await directory.state()))

  const kinds = Object.fromEntries(diff.resources.map(({ address, kind }) => [address, kind]))
  expect(kinds).toMatchObject({
    'terraform_data.secret': 'updated',
    'terraform_data.leak': 'updated',
    'terraform_data.each["plain"]': 'removed',
    'module.net["x/y"].terraform_data.count[1]': 'taint',
  })
  expect(kinds).not.toHaveProperty('terraform_data.each["a.b"]')
  expect(diff.outputs.map(({ name, kind }) => [name, kind])).toEqual([
    ['copy', 'changed'],
    ['password', 'changed'],
  ])
  expect(JSON.stringify(diff)).not.toContain(secret)
})

test('a real move is a move', async ({ directory }) => {
  const data = (name: string) => `resource "terraform_data" "${name}" {\n  input = "i"\n}\n`
  await directory.write('main.tf', data('a'))
  await directory.terraform('init')
  await directory.terraform('apply', '-auto-approve')
  const before = await directory.state()
  await directory.terraform('state', 'mv', 'terraform_data.a', 'terraform_data.b')

  expect(
    diffStates(parseState(before), parseState(await directory.state())).resources,
  ).toMatchObject([
    { kind: 'moved', address: 'terraform_data.b', previousAddress: 'terraform_data.a' },
  ])
})
