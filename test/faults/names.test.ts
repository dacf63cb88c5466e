import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { test } from '../support/database.ts'
import { expectDone, type Laptop, openLaptop } from './laptop.ts'

const trap = 'touch ../pwned; touch pwned'

async function expectNothingExecuted(laptop: Laptop): Promise<void> {
  const all = await readdir(laptop.root, { recursive: true })
  expect(all.filter((name) => path.basename(name).startsWith('pwned'))).toEqual([])
  expect(existsSync(path.join(laptop.root, 'pwned'))).toBe(false)
}

const slow = { timeout: 180_000 }

describe('hostile names', () => {
  test(
    'of directories: each is its own workspace, nothing is executed',
    slow,
    async ({ connection }) => {
      await using laptop = await openLaptop({ connection })
      const directories = [
        'a b',
        'a\tb',
        'ä/日本',
        `it's "quoted"`,
        '$(touch pwned)',
        '`touch pwned`',
        'two\nlines',
        '-auto-approve',
        '--help',
        'back\\slash',
        'percent%2Fslash',
        'at@prod',
        '\u001b[31mred',
        '; touch pwned #',
      ]
      const applied: (readonly [number, string])[] = []
      const apply = async (at: number, name: string) => {
        await laptop.write(
          `${name}/main.tf`,
          `resource "terraform_data" "only" { input = "${at}" }\noutput "at" { value = terraform_data.only.output }\n`,
        )
        const ended = await laptop.run('apply', '--auto-approve', '-C', `./${name}`)
        // Whatever cannot be a workspace is refused before anything happens.
        if (ended.exitCode === 0) applied.push([at, name] as const)
        else expect(ended.stderr).toMatch(/^error: .*\n→ /m)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what this is about.
        expect(ended.stdout + ended.stderr).not.toMatch(/\x1b\[31m/)
      }
      await Promise.all(directories.map((name, at) => apply(at, name)))
      expect(applied.length).toBeGreaterThanOrEqual(10)
      const rows = await laptop.sql<{ content: string }>(
        'select distinct workspace_id from state_versions',
      )
      expect(rows).toHaveLength(applied.length)
      for (const [at, name] of applied.slice(0, 8)) {
        const shown = expectDone(await laptop.run('outputs', '--json', '-C', `./${name}`))
        expect(shown.stdout).toContain(`"${at}"`)
      }
      expectDone(await laptop.run('status'))
      await expectNothingExecuted(laptop)
    },
  )

  test('of environments are refused, or stand for themselves', async ({ connection }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', 'resource "terraform_data" "only" {}\n')
    for (const name of ['../up', `$(${trap})`, '`x`', 'a b', '', 'two\nlines', '..']) {
      const ended = await laptop.run('plan', '-e', name)
      expect(ended.exitCode, name).toBe(1)
      expect(ended.stderr, name).toMatch(/^error: /m)
      expect(ended.stderr, name).not.toMatch(/bug|internal/)
    }
    expect(await laptop.sql("select 1 from runs where status = 'planned'")).toEqual([])
    await expectNothingExecuted(laptop)
  })

  test('of instances: shown, found and targeted as they are', async ({ connection }) => {
    await using laptop = await openLaptop({ connection })
    const keys = [
      'a b',
      `$(${trap})`,
      '`touch pwned`',
      'it\'s "x"',
      'two\nlines',
      '-rf',
      'ü',
      '${x}',
    ]
    const list = keys.map((key) => JSON.stringify(key).replaceAll('${', () => '$${')).join(', ')
    await laptop.write(
      'main.tf',
      `
resource "terraform_data" "größe" {
  for_each = toset([${list}])
  input    = each.key
}
output "ausgabe_ü" { value = { for key, one in terraform_data.größe : key => one.output } }
`,
    )
    expectDone(await laptop.run('apply', '--auto-approve'))
    const listed = JSON.parse(expectDone(await laptop.run('state', 'ls', '--json')).stdout)
    const addresses: string[] = listed.resources.map((one: { address: string }) => one.address)
    expect(addresses).toHaveLength(keys.length)
    for (const address of addresses.slice(0, 4)) {
      const shown = await laptop.run('state', 'show', address, '--json')
      expect(expectDone(shown).stdout).toContain(JSON.stringify(address))
    }
    const [first = ''] = addresses
    const targeted = expectDone(await laptop.run('plan', '-destroy', `-target=${first}`))
    expect(targeted.stdout).toContain('1 to destroy')
    expectDone(await laptop.run('outputs'))
    await expectNothingExecuted(laptop)
  })
})
