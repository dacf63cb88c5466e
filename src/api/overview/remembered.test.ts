import { expect, test } from 'vitest'
import type { Signals } from '../../platform/db/signals.ts'
import { remembered } from './remembered.ts'

function aSubject() {
  const listeners: (() => void)[] = []
  const signals: Signals = {
    listen: (_subject, listener) => {
      listeners.push(listener)
      return () => undefined
    },
    close: async () => undefined,
  }
  const move = () => {
    for (const listener of listeners) listener()
  }
  return { signals, move }
}

test('what did not move is read once, however many ask at once; what moved is read again', async () => {
  const { signals, move } = aSubject()
  let reads = 0
  const read = remembered(signals, 'overview', async (key) => `${key} ${++reads}`)

  expect(await Promise.all([read('a'), read('a'), read('b')])).toEqual(['a 1', 'a 1', 'b 2'])
  expect(await read('a')).toBe('a 1')
  move()
  expect(await read('a')).toBe('a 3')
})

test('what moved while it was being read is read again, and a failed reading is not kept', async () => {
  const { signals, move } = aSubject()
  const begun = Promise.withResolvers<void>()
  let reads = 0
  const read = remembered(signals, 'overview', async () => {
    reads += 1
    if (reads === 2) throw new Error('away')
    await begun.promise
    return reads
  })

  const early = read(undefined)
  move()
  await expect(read(undefined)).rejects.toThrow('away')
  const late = read(undefined)
  begun.resolve()
  await Promise.all([early, late])
  expect(reads).toBe(3)
})
