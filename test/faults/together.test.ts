import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test as plain } from 'vitest'
import { test } from '../support/database.ts'
import { chain, effects, names, openGate, reached, recorded } from './effects.ts'
import { expectDone, openLaptop } from './laptop.ts'
import { expectUsable } from './way-out.ts'

// Ten commands on one core.
const slow = { timeout: 180_000 }

describe('in one workspace', () => {
  test('an apply that comes during an apply waits for it, says so, and sees what it did', async ({
    connection,
  }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, 4, { gateAt: 2 }))
    const first = laptop.start('apply', '--auto-approve')
    await reached(laptop)
    const second = laptop.start('apply', '--auto-approve')
    const plan = laptop.start('plan')
    for (const other of [second, plan]) {
      await other.complained('Waiting for another run that is at work in this workspace.')
    }
    const applying = "select id from runs where status = 'applying'"
    expect(await laptop.sql(applying)).toEqual([{ id: 1 }])
    await openGate(laptop)

    expectDone(await first.ended)
    expect(expectDone(await second.ended).stdout).toContain('Nothing to change.')
    expect(expectDone(await plan.ended).stdout).toContain('Nothing to change.')
    expect(await recorded(laptop)).toEqual(names(4))
    expect(await effects(laptop)).toEqual(names(4))
  })

  test('two applies at the same moment: everything happens once, both say what became of them', async ({
    connection,
  }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, 4))
    const both = [1, 2].map(() => laptop.start('apply', '--auto-approve'))
    const ended = await Promise.all(both.map((one) => one.ended))

    expect(await effects(laptop)).toEqual(names(4))
    expect(await recorded(laptop)).toEqual(names(4))
    const applied = ended.filter((one) => /^Applied run-/m.test(one.stdout))
    expect(applied).toHaveLength(1)
    const [other] = ended.filter((one) => !applied.includes(one))
    // It planned before the other one applied, or after.
    if (other?.exitCode === 0) expect(other.stdout).toContain('Nothing to change.')
    else expect(other?.stderr).toMatch(/^error: [\s\S]*\n→ /m)
    expect(other?.stderr).not.toMatch(/internal error|bug/)
    await expectUsable(laptop)
  })

  test('two kept plans: the one that is applied first closes the other', async ({ connection }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, 3))
    expectDone(await laptop.run('plan'))
    expectDone(await laptop.run('plan'))
    const ended = await Promise.all(
      ['run-1', 'run-2'].map((name) => laptop.start('apply', name).ended),
    )
    expect(ended.filter((one) => one.exitCode === 0)).toHaveLength(1)
    const refused = ended.find((one) => one.exitCode !== 0)
    expect(refused?.exitCode).toBe(1)
    expect(refused?.stderr).toMatch(/^error: [\s\S]*\n→ /m)
    expect(await effects(laptop)).toEqual(names(3))
    await expectUsable(laptop)
  })
})

plain('ten workspaces of one repository at once on one embedded database', slow, async () => {
  await using laptop = await openLaptop()
  const components = names(10)
  for (const name of components) {
    await mkdir(path.join(laptop.directory, name))
    await laptop.write(`${name}/main.tf`, `resource "terraform_data" "${name}" {}\n`)
  }
  const ended = await Promise.all(
    components.map((name) => laptop.start('apply', '--auto-approve', '-C', name).ended),
  )
  for (const one of ended) expect(expectDone(one).stdout).toMatch(/^Applied run-\d+: 1 added/m)
  const status = expectDone(await laptop.run('status', '--json'))
  const { workspaces } = JSON.parse(status.stdout)
  expect(workspaces).toHaveLength(10)
  for (const name of components) expect(status.stdout).toContain(`${name}@default`)
})
