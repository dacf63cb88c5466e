import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import { test as base } from '../support/door.ts'
import type { Module } from '../support/terraform.ts'

/** Applying waits for the file `go` in the module's directory, after Terraform has read the state. */
const gated = `
variable "input" { default = "one" }
variable "wait" { default = false }
resource "terraform_data" "a" { input = var.input }
resource "terraform_data" "gate" {
  count            = var.wait ? 1 : 0
  triggers_replace = var.input
  provisioner "local-exec" { command = "touch waiting; while [ ! -e go ]; do sleep 0.02; done" }
}
`

interface Fixtures {
  readonly alice: Module
  readonly bob: Module
}

const test = base.extend<Fixtures>({
  alice: async ({ door, token, terraform }, use) => {
    const module = await terraform.module(gated, {
      address: `${door.url}/state/shop/app@prod`,
      token,
    })
    await module.ok('init')
    await module.ok('apply', '-auto-approve')
    await use(module)
  },
  bob: async ({ door, terraform }, use) => {
    const token = await door.token('state:read', 'state:write')
    const module = await terraform.module(gated, {
      address: `${door.url}/state/shop/app@prod`,
      token,
    })
    await module.ok('init')
    await use(module)
  },
})

const change = (input: string) => [
  'apply',
  '-auto-approve',
  `-var=input=${input}`,
  '-var=wait=true',
]
const isWaiting = (module: Module) =>
  expect
    .poll(
      () =>
        module.read('waiting').then(
          () => true,
          () => false,
        ),
      { timeout: 20_000 },
    )
    .toBe(true)
const go = (module: Module) => writeFile(path.join(module.directory, 'go'), '')

test('with locks the second fails and sees who is at work', async ({ door, alice, bob }) => {
  const first = await alice.start(...change('two'))
  await isWaiting(alice)

  const second = await bob.run('apply', '-auto-approve', '-var=input=three')
  await go(alice)

  expect(second.exitCode).toBe(1)
  expect(second.text).toMatch(/already locked: ID=terraform apply by token-1 \(\S+@\S+\), since 20/)
  expect(await first.ended).toMatchObject({ exitCode: 0 })
  expect(await door.state.quarantined(await door.workspace('shop/app@prod'))).toEqual([])
})

test('with locks and patience the second goes after the first', async ({ door, alice, bob }) => {
  const first = await alice.start(...change('two'))
  await isWaiting(alice)
  const second = await bob.start('apply', '-auto-approve', '-var=input=three', '-lock-timeout=60s')
  await expect
    .poll(() => door.log.some((line) => line['status'] === 423), { timeout: 20_000 })
    .toBe(true)
  await go(alice)

  expect(await first.ended).toMatchObject({ exitCode: 0 })
  expect(await second.ended).toMatchObject({ exitCode: 0 })
  const current = await door.state.currentBytes(await door.workspace('shop/app@prod'))
  expect(current?.bytes.toString()).toContain('"three"')
  expect(current?.version.actor).toMatch(/^token-2 /)
})

test('without locks exactly one wins; what the other made is kept', async ({
  door,
  alice,
  bob,
}) => {
  const workspace = await door.workspace('shop/app@prod')
  const before = (await door.state.history(workspace, { limit: 9 })).length
  const both = [
    await alice.start(...change('two'), '-lock=false'),
    await bob.start(...change('three'), '-lock=false'),
  ]
  await Promise.all([isWaiting(alice), isWaiting(bob)])
  await Promise.all([go(alice), go(bob)])

  const ends = await Promise.all(both.map((client) => client.ended))

  expect(ends.map((end) => end.exitCode).sort()).toEqual([0, 1])
  const loser = ends[0]?.exitCode === 1 ? 'two' : 'three'
  expect(ends.find((end) => end.exitCode === 1)?.text).toContain('HTTP error: 409')
  expect(await door.state.history(workspace, { limit: 9 })).toHaveLength(before + 1)
  const current = await door.state.currentBytes(workspace)
  expect(current?.bytes.toString()).toContain(loser === 'two' ? '"three"' : '"two"')
  const [kept] = await door.state.quarantined(workspace)
  expect(kept).toMatchObject({ code: 'serial', atRisk: false })
  expect((await door.state.quarantinedBytes(kept?.id ?? '')).toString()).toContain(`"${loser}"`)
})
