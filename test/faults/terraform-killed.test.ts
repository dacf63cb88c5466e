import { describe, expect } from 'vitest'
import { test } from '../support/database.ts'
import { chain, effects, holdPlan, names, reached, recorded } from './effects.ts'
import { eventually, expectDone, kill, openLaptop } from './laptop.ts'
import { commandsIn, expectUsable, followTheWayOut } from './way-out.ts'

describe('Terraform is killed', () => {
  test('while it plans: the run failed, nothing is in the way of the next', async ({
    connection,
  }) => {
    await using laptop = await openLaptop({ connection })
    await using held = await holdPlan()
    await laptop.write('main.tf', held.module)
    const plan = laptop.start('plan')
    await held.asked
    kill(await laptop.terraform())

    const ended = await plan.ended
    expect(ended.exitCode).toBe(1)
    expect(ended.stderr).toMatch(/run-1 failed: .*SIGKILL/)
    expect((await laptop.run('status')).stdout).toMatch(/Last run +run-1 apply failed/)
    held.answer()
    await expectUsable(laptop)
  })

  test('while it applies: unknown, what was finished is rescued, the way out works as it says', async ({
    connection,
  }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, 2))
    expectDone(await laptop.run('apply', '--auto-approve'))
    const before = await laptop.run('state', 'pull')
    await laptop.write('main.tf', chain(laptop, 6, { gateAt: 4 }))
    const apply = laptop.start('apply', '--auto-approve')
    await reached(laptop)
    kill(await laptop.terraform())

    const ended = await apply.ended
    expect(ended.exitCode).toBe(1)
    expect(ended.stderr).toContain('run-2 ended unseen')
    expect(commandsIn(ended.stderr)).toContain('portolan state rescue')
    await eventually('the end of what Terraform started', async () => {
      return (await laptop.processes()).length === 0
    })
    expect(await effects(laptop)).toEqual(names(4))
    for (const command of ['plan', 'apply']) {
      const refused = await laptop.run(command)
      expect(refused.exitCode).toBe(1)
      expect(commandsIn(refused.stderr)).toEqual(['portolan state rescue'])
    }

    expect(await followTheWayOut(laptop)).toHaveLength(2)

    expect(await recorded(laptop)).toEqual(names(4))
    expect((await laptop.run('state', 'pull', '1')).stdout).toBe(before.stdout)
    await laptop.write('main.tf', chain(laptop, 6))
    await expectUsable(laptop)
    expect(await effects(laptop)).toEqual(names(6))
  })
})
