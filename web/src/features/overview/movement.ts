import type { Matrix } from './matrix.ts'

/** A place in the matrix. */
export interface Place {
  readonly row: number
  readonly column: number
}

export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
}

const PAGE = 10

const steps: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/** Where a key leads from a cell; undefined when it means nothing here. Empty cells are passed over. */
export function moved(
  matrix: Pick<Matrix, 'rows' | 'environments'>,
  from: Place,
  { key, ctrlKey }: KeyPress,
): Place | undefined {
  const step = steps[key]
  if (step !== undefined) return next(matrix, from, step) ?? from
  const height = matrix.rows.length
  const width = matrix.environments.length
  switch (key) {
    case 'Home':
      return first(matrix, ctrlKey ? 0 : from.row, 1)
    case 'End':
      return first(matrix, ctrlKey ? height - 1 : from.row, -1)
    case 'PageUp':
      return near(matrix, { ...from, row: Math.max(0, from.row - PAGE) }, width) ?? from
    case 'PageDown':
      return near(matrix, { ...from, row: Math.min(height - 1, from.row + PAGE) }, width) ?? from
    default:
      return undefined
  }
}

function isThere({ rows }: Pick<Matrix, 'rows'>, { row, column }: Place): boolean {
  return rows[row]?.cells[column] !== undefined
}

function next(
  matrix: Pick<Matrix, 'rows' | 'environments'>,
  from: Place,
  [rows, columns]: readonly [number, number],
): Place | undefined {
  let { row, column } = from
  for (;;) {
    row += rows
    column += columns
    if (row < 0 || column < 0) return undefined
    if (row >= matrix.rows.length || column >= matrix.environments.length) return undefined
    if (isThere(matrix, { row, column })) return { row, column }
  }
}

function first(matrix: Pick<Matrix, 'rows'>, row: number, direction: 1 | -1): Place | undefined {
  const cells = matrix.rows[row]?.cells ?? []
  const test = (cell: unknown) => cell !== undefined
  const column = direction === 1 ? cells.findIndex(test) : cells.findLastIndex(test)
  return column === -1 ? undefined : { row, column }
}

/** The cell at this place, or the nearest one in its row. */
function near(
  matrix: Pick<Matrix, 'rows'>,
  { row, column }: Place,
  width: number,
): Place | undefined {
  for (let distance = 0; distance < width; distance += 1) {
    for (const there of [column - distance, column + distance]) {
      if (isThere(matrix, { row, column: there })) return { row, column: there }
    }
  }
  return undefined
}
