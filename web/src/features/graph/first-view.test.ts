import { describe, expect, test } from 'vitest'
import type { GraphLayout } from './drawing.ts'
import { firstView } from './first-view.ts'

function drawing(width: number, height: number): GraphLayout {
  return {
    lanes: [{ name: 'dev', x: 0, y: 0, width, height }],
    places: { far: { x: width - 200, y: height - 60 } },
    ways: {},
  }
}

describe('what is seen of a graph first', () => {
  const room = { width: 1000, height: 500 }

  test('a small one stands in the middle, never enlarged', () => {
    expect(firstView(drawing(400, 200), room, undefined)).toEqual({ x: 300, y: 150, zoom: 1 })
  })

  test('one that is hardly too large is all there', () => {
    const { zoom } = firstView(drawing(1100, 550), room, undefined)

    expect(zoom).toBeLessThan(1)
    expect(550 * zoom).toBeLessThanOrEqual(500)
  })

  test('of one that would be unreadable the beginning is there', () => {
    expect(firstView(drawing(9000, 9000), room, undefined)).toEqual({ x: 16, y: 16, zoom: 0.7 })
  })

  test('or the node that is looked at', () => {
    const { x, y, zoom } = firstView(drawing(9000, 9000), room, 'far')

    expect(8800 * zoom + x).toBeGreaterThan(0)
    expect(8800 * zoom + x).toBeLessThan(1000)
    expect(8940 * zoom + y).toBeLessThan(500)
  })
})
