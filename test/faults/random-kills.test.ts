import { expect } from 'vitest'
import { test } from '../support/database.ts'
import { chain, effects, names, onDisk, recorded, streamed } from './effects.ts'
import { eventually, expectDone, kill, openLaptop } from './laptop.ts'
import { followTheWayOut } from './way-out.ts'

const LENGTH = 10
const ROUNDS = 20
const seed = Number(process.env['FAULTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

interface Moment {
  readonly victim: 'terraform' | 'command' | 'both'
  /** After so many effects … */
  readonly effects: number
  /** … and so many milliseconds more. */
  readonly later: number
}

function moments(): Moment[] {
  const next = randomFrom(seed)
  const victims = ['terraform', 'command', 'both'] as const
  return Array.from({ length: ROUNDS }, () => ({
    victim: victims[next(3)] ?? 'both',
    effects: next(LENGTH + 1),
    later: next(40),
  }))
}

/** mulberry32: small, and the same everywhere. */
function randomFrom(start: number): (below: number) => number {
  let state = start
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

test.concurrent.for(moments().map((moment, round) => ({ round, ...moment })))(
  `seed ${seed} (FAULTS_SEED), round $round: $victim killed $later ms after $effects effects`,
  async ({ victim, effects: count, later }, { connection }) => {
    await using laptop = await openLaptop({ connection })
    await laptop.write('main.tf', chain(laptop, LENGTH))
    const apply = laptop.start('apply', '--auto-approve')
    let over = false
    void apply.ended.then(() => {
      over = true
    })
    await eventually('Terraform', async () => over || (await laptop.terraformNow()) !== undefined)
    await eventually('the effects', async () => over || (await effects(laptop)).length >= count)
    await new Promise((resolve) => setTimeout(resolve, later))
    const terraform = await laptop.terraformNow()
    if (victim !== 'command' && terraform !== undefined) kill(terraform)
    if (victim !== 'terraform') apply.kill('SIGKILL')
    await apply.ended
    await eventually('the end of everything', async () => (await laptop.processes()).length === 0)
    const left = await onDisk(laptop)
    const seen = await streamed(laptop)

    await followTheWayOut(laptop)

    const done = await effects(laptop)
    const known = await recorded(laptop)
    expect(done).toEqual(names(done.length))
    expect(known).toEqual(names(known.length))
    expect(known.length).toBeGreaterThanOrEqual(seen.length)
    expect(known.length).toBeLessThanOrEqual(done.length)
    // Terraform writes its file in place: of one that it was killed over only what was streamed is known.
    if (left !== undefined) {
      expect(known.length).toBeGreaterThanOrEqual(left.length)
      expect(done.length - known.length).toBeLessThanOrEqual(victim === 'command' ? 0 : 1)
    }

    expectDone(await laptop.run('apply', '--auto-approve'))
    expect(await recorded(laptop)).toEqual(names(LENGTH))
    expect(await effects(laptop)).toEqual([...done, ...names(LENGTH).slice(known.length)])
    expect(await laptop.processes()).toEqual([])
    const open =
      "select id, status from runs where status not in ('applied', 'failed', 'unchanged')"
    expect(await laptop.sql(open)).toEqual([])
  },
)
