import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matrixOf } from './matrix.ts'
import { moved, type Place } from './movement.ts'
import { aProject, aWorkspace } from './overview-samples.ts'

// a: x x x
// b: x . x
// c: . x .
const matrix = matrixOf(
  aProject(
    ['a', 'b', 'c'],
    ['1', '2', '3'],
    ['a@1', 'a@2', 'a@3', 'b@1', 'b@3', 'c@2'].map((name) => aWorkspace(name)),
  ),
)

function go(row: number, column: number, key: string, ctrlKey = false) {
  const to = moved(matrix, { row, column }, { key, ctrlKey })
  return to === undefined ? undefined : [to.row, to.column]
}

describe('keys in the matrix', () => {
  test('arrows pass over what is not there, and stop at the edge', () => {
    expect(go(1, 0, 'ArrowRight')).toEqual([1, 2])
    expect(go(0, 1, 'ArrowDown')).toEqual([2, 1])
    expect(go(0, 2, 'ArrowRight')).toEqual([0, 2])
    expect(go(1, 0, 'ArrowDown')).toEqual([1, 0])
  })

  test('Home and End lead to the ends of the row, with Ctrl of the matrix', () => {
    expect(go(1, 2, 'Home')).toEqual([1, 0])
    expect(go(0, 0, 'End')).toEqual([0, 2])
    expect(go(2, 1, 'Home', true)).toEqual([0, 0])
    expect(go(0, 0, 'End', true)).toEqual([2, 1])
  })

  test('pages go to the nearest cell of the row they reach', () => {
    expect(go(0, 0, 'PageDown')).toEqual([2, 1])
    expect(go(2, 1, 'PageUp')).toEqual([0, 1])
  })

  test('other keys mean nothing', () => {
    expect(go(0, 0, 'x')).toBeUndefined()
  })

  test('no key ever leads to an empty cell or outside', () => {
    const key = fc.constantFrom(
      ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown'],
    )
    const press = fc.record({ key, ctrlKey: fc.boolean() })
    void fc.assert(
      fc.property(fc.array(press), (presses) => {
        let at: Place = { row: 0, column: 0 }
        for (const each of presses) at = moved(matrix, at, each) ?? at
        expect(matrix.rows[at.row]?.cells[at.column]).toBeDefined()
      }),
    )
  })
})
