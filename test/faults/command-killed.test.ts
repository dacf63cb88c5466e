import { describe, expect } from 'vitest'
import { test } from '../support/database.ts'
import { holdTable } from './database.ts'
import { chain, effects, holdPlan, names, openGate, reached, recorded } from './effects.ts'
import { eventually, kill, type Laptop, openLaptop } from './laptop.ts'
import { expectUsable, followTheWayOut } from './way-out.ts'

async function killCommand(running: ReturnType<Laptop['start']>): Promise<void> {
  running.kill('SIGKILL')
  await running.ended.catch(() => undefined)
}

describe('the command is killed', () => {
  test('while it plans: the run failed; the Terraform that it left is named, and ended as the message says', async ({
    connection,
  }) => {
    await using laptop = await openLaptop({ connection })
    await using held = await holdPlan()
    await laptop.write('main.tf', held.module)
    const plan = laptop.start('plan')
    await held.asked
    const terraform = await laptop.terraform()
    await killCommand(plan)

    const refused = await laptop.run('plan')
    expect(refused.exitCode).toBe(1)
    expect(refused.stdout + refused.stderr).toContain(
      `the plan of run-1 is still at work (process ${terraform})`,
    )
    expect((await laptop.run('history')).stdout).toMatch(/run-1 +apply +failed/)
    kill(terraform)
    held.answer()
    await expectUsable(laptop)
  })

  test('while it applies: Terraform goes on to its end, and all that it did is rescued', async ({
    connection,
  }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, 5, { gateAt: 3 }))
    const apply = laptop.start('apply', '--auto-approve')
    await reached(laptop)
    await killCommand(apply)
    await openGate(laptop)

    await followTheWayOut(laptop)

    expect(await recorded(laptop)).toEqual(names(5))
    await expectUsable(laptop)
    expect(await effects(laptop)).toEqual(names(5))
  })

  test('while it applies, and its Terraform too: what was finished is rescued', async ({
    connection,
  }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, 5, { gateAt: 3 }))
    const apply = laptop.start('apply', '--auto-approve')
    await reached(laptop)
    kill(-(await laptop.terraform()))
    await killCommand(apply)
    await eventually('the end of everything', async () => (await laptop.processes()).length === 0)

    await followTheWayOut(laptop)

    expect(await recorded(laptop)).toEqual(names(3))
    await laptop.write('main.tf', chain(laptop, 5))
    await expectUsable(laptop)
    expect(await effects(laptop)).toEqual(names(5))
  })

  test('while the end is being recorded: nothing half, and nothing is done again', async ({
    connection,
  }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, 4, { gateAt: 3 }))
    const apply = laptop.start('apply', '--auto-approve')
    await reached(laptop)
    await using table = await holdTable(connection, 'state_versions')
    await openGate(laptop)
    await table.waitedFor
    await killCommand(apply)
    await table.release()

    expect(await laptop.sql('select 1 from state_versions')).toEqual([])
    await followTheWayOut(laptop)

    expect(await recorded(laptop)).toEqual(names(4))
    await expectUsable(laptop)
    expect(await effects(laptop)).toEqual(names(4))
  })

  test('while a live state is being recorded: what was finished is rescued all the same', async ({
    connection,
  }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, 4))
    await using table = await holdTable(connection, 'live_states')
    const apply = laptop.start('apply', '--auto-approve')
    await table.waitedFor
    await killCommand(apply)
    await table.release()

    await followTheWayOut(laptop)

    expect(await recorded(laptop)).toEqual(names(4))
    await expectUsable(laptop)
    expect(await effects(laptop)).toEqual(names(4))
  })
})
