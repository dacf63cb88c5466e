import { describe, expect, test } from 'vitest'
import { holdTable } from './database.ts'
import {
  chain,
  closeGate,
  effects,
  holdPlan,
  names,
  openGate,
  reached,
  recorded,
} from './effects.ts'
import { expectDone, kill, type Laptop, openLaptop } from './laptop.ts'
import { expectUsable, followTheWayOut } from './way-out.ts'

async function killServer(laptop: Laptop): Promise<void> {
  kill(await laptop.postmaster())
}

const slow = { timeout: 180_000 }

describe('the embedded PostgreSQL is killed', () => {
  test(
    'while Terraform plans, while it applies, while the end is recorded: each run ends well',
    slow,
    async () => {
      await using laptop = await openLaptop()
      await using held = await holdPlan()
      await laptop.write('main.tf', held.module)
      const planning = laptop.start('plan')
      await held.asked
      await killServer(laptop)
      held.answer()
      expect(expectDone(await planning.ended).stdout).toContain('terraform_data.planned')
      expectDone(await laptop.run('apply', 'run-1'))
      const first = await laptop.run('state', 'pull')

      await laptop.write('main.tf', chain(laptop, 4, { gateAt: 2 }))
      const applying = laptop.start('apply', '--auto-approve')
      await reached(laptop)
      await killServer(laptop)
      await openGate(laptop)
      expect(expectDone(await applying.ended).stdout).toMatch(/^Applied run-/m)
      expect(await recorded(laptop)).toEqual(names(4))

      await closeGate(laptop)
      await laptop.write('main.tf', chain(laptop, 6, { gateAt: 5 }))
      const recording = laptop.start('apply', '--auto-approve')
      await reached(laptop)
      await using table = await holdTable(await laptop.address(), 'state_versions')
      await openGate(laptop)
      await table.waitedFor
      await killServer(laptop)
      expect(expectDone(await recording.ended).stdout).toMatch(/^Applied run-/m)

      expect((await laptop.run('state', 'pull', '1')).stdout).toBe(first.stdout)
      expect(await recorded(laptop)).toEqual(names(6))
      await expectUsable(laptop)
      expect(await effects(laptop)).toEqual(names(6))
    },
  )

  test('together with the command while it applies: the way out works', async () => {
    await using laptop = await openLaptop()
    await laptop.write('main.tf', chain(laptop, 4, { gateAt: 2 }))
    const applying = laptop.start('apply', '--auto-approve')
    await reached(laptop)
    applying.kill('SIGKILL')
    await killServer(laptop)
    await openGate(laptop)

    await followTheWayOut(laptop)

    expect(await recorded(laptop)).toEqual(names(4))
    await expectUsable(laptop)
    expect(await effects(laptop)).toEqual(names(4))
  })
})
