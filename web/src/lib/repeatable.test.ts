import { expect, test } from 'vitest'
import { conflict, invalid, unavailable } from '../../../src/platform/errors.ts'
import { repeatable } from './repeatable.ts'

/** Sends wishes one after the other, each of which ends so; answers the keys that they were sent with. */
async function keysOf(...wishes: readonly (readonly [wish: unknown, end?: Error])[]) {
  const send = repeatable()
  const keys: (string | undefined)[] = []
  for (const [wish, end] of wishes) {
    await send(wish, async ({ headers }) => {
      keys.push(headers['Idempotency-Key'])
      if (end !== undefined) throw end
    }).catch(() => undefined)
  }
  return keys
}

const breaks = unavailable('nobody answers')

test('what is sent again after a break is the same wish', async () => {
  const [first, second, third] = await keysOf(
    ['a', breaks],
    ['a', conflict('still at work')],
    ['a'],
  )
  expect(first).toMatch(/^[0-9a-f]{32}$/)
  expect([second, third]).toEqual([first, first])
})

test('what was refused is tried anew, not refused by the answer that is kept', async () => {
  for (const refusal of [invalid('no such branch'), conflict('#1 proposes it already')]) {
    const [first, second] = await keysOf(['a', refusal], ['a'])
    expect(second).not.toBe(first)
  }
})

test('what is wished again after it was done, and anything else, is another wish', async () => {
  expect(new Set(await keysOf(['a'], ['a'], ['b', breaks], ['c'])).size).toBe(4)
})
