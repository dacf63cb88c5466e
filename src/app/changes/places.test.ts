import { expect, test } from 'vitest'
import { createPlaces } from './places.ts'

const never = new AbortController().signal

test('there are never more at work than places, and whoever waited longest is next', async () => {
  const places = createPlaces(2)
  const order: number[] = []
  let atWork = 0
  let most = 0
  await Promise.all(
    Array.from({ length: 20 }, async (_, number) => {
      const leave = await places.take(never)
      order.push(number)
      most = Math.max(most, ++atWork)
      await new Promise((resolve) => setTimeout(resolve, number % 3))
      atWork -= 1
      leave()
      leave()
    }),
  )
  expect(most).toBe(2)
  expect(order).toEqual(order.toSorted((a, b) => a - b))
})

test('whoever is cancelled while waiting takes no place from those behind', async () => {
  const places = createPlaces(1)
  const leave = await places.take(never)
  const cancel = new AbortController()
  const cancelled = places.take(cancel.signal)
  const behind = places.take(never)

  cancel.abort()
  ;(await cancelled)()
  leave()

  expect(await behind).toEqual(expect.any(Function))
})
