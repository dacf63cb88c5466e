import { type KeyboardEvent, memo, useMemo, useRef, useState } from 'react'
import { classes } from '../../ui/class-names.ts'
import { oneLine } from '../../ui/long-text.tsx'
import { type Matrix, type MatrixFilter, type MatrixRow, matches } from './matrix.ts'
import { moved, type Place } from './movement.ts'
import { WorkspaceCell } from './workspace-cell.tsx'

/** With more rows it scrolls by itself, so that its head stays in sight. */
const MOST_AT_LENGTH = 20

export interface MatrixGridProps {
  readonly label: string
  readonly matrix: Matrix
  readonly filter: MatrixFilter
}

/**
 * Components in rows, environments in columns. One stop for the tab key; arrows go from cell to cell. Rows
 * out of sight cost nothing, though they are there: for the browser's search and for screen readers.
 */
export function MatrixGrid({ label, matrix, filter }: MatrixGridProps) {
  const [active, setActive] = useState<Place>()
  const grid = useRef<HTMLDivElement>(null)
  const current = isCell(matrix, active) ? active : firstCell(matrix)
  const onKeyDown = (event: KeyboardEvent) => {
    const to = current && moved(matrix, current, event)
    if (to === undefined || event.altKey || event.metaKey) return
    event.preventDefault()
    setActive(to)
    grid.current?.querySelector<HTMLElement>(`[data-place="${to.row}-${to.column}"]`)?.focus()
  }
  const columns = useMemo(
    () => ({
      gridTemplateColumns: `minmax(11rem, 1.2fr) repeat(${matrix.environments.length}, minmax(10.5rem, 1fr))`,
    }),
    [matrix.environments.length],
  )
  return (
    <div
      className={classes(
        'overflow-auto rounded-lg border border-line bg-surface',
        matrix.rows.length > MOST_AT_LENGTH && 'max-h-[88dvh]',
      )}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: rows of a table cannot be left out of the layout */}
      <div
        ref={grid}
        role="grid"
        aria-label={label}
        aria-rowcount={matrix.rows.length + 1}
        aria-colcount={matrix.environments.length + 1}
        onKeyDown={onKeyDown}
        tabIndex={-1}
        className="min-w-fit"
      >
        <HeadRow environments={matrix.environments} columns={columns} />
        {matrix.rows.map((row, index) => (
          <Row
            key={row.component}
            row={row}
            index={index}
            columns={columns}
            filter={filter}
            active={current?.row === index ? current.column : undefined}
            onActive={setActive}
          />
        ))}
      </div>
    </div>
  )
}

type Columns = { readonly gridTemplateColumns: string }

function HeadRow({ environments, columns }: { environments: readonly string[]; columns: Columns }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above
    // biome-ignore lint/a11y/useFocusableInteractive: the cells are what is focused
    <div role="row" className="sticky top-0 z-20 grid bg-sunken text-muted text-xs" style={columns}>
      <HeadCell isFirst>Component</HeadCell>
      {environments.map((name) => (
        <HeadCell key={name}>{oneLine(name, 60)}</HeadCell>
      ))}
    </div>
  )
}

function HeadCell({ children, isFirst }: { children: string; isFirst?: boolean }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above
    // biome-ignore lint/a11y/useFocusableInteractive: the cells are what is focused
    <div
      role="columnheader"
      className={classes(
        'bg-sunken px-3 py-1.5 font-medium [overflow-wrap:anywhere]',
        isFirst && 'sticky left-0 z-10',
      )}
    >
      {children}
    </div>
  )
}

interface RowProps {
  readonly row: MatrixRow
  readonly index: number
  readonly columns: Columns
  readonly filter: MatrixFilter
  readonly active: number | undefined
  readonly onActive: (place: Place) => void
}

const Row = memo(function Row({ row, index, columns, filter, active, onActive }: RowProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above
    // biome-ignore lint/a11y/useFocusableInteractive: the cells are what is focused
    <div
      role="row"
      aria-rowindex={index + 2}
      style={columns}
      className="grid border-line border-t [contain-intrinsic-height:auto_3.25rem] [content-visibility:auto]"
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the cells are what is focused */}
      <div
        role="rowheader"
        className="sticky left-0 z-10 flex min-h-13 items-center bg-surface px-3 py-1.5 font-medium"
      >
        <bdi className="[overflow-wrap:anywhere]">{oneLine(row.component, 120)}</bdi>
      </div>
      {row.cells.map((cell, column) => (
        <WorkspaceCell
          key={cell?.name ?? column}
          cell={cell}
          place={`${index}-${column}`}
          isActive={active === column}
          isMeant={matches(cell, filter)}
          onFocus={() => onActive({ row: index, column })}
        />
      ))}
    </div>
  )
})

function isCell(matrix: Matrix, place: Place | undefined): place is Place {
  return place !== undefined && matrix.rows[place.row]?.cells[place.column] !== undefined
}

function firstCell({ rows }: Matrix): Place | undefined {
  const row = rows.findIndex(({ cells }) => cells.some((cell) => cell !== undefined))
  const column = rows[row]?.cells.findIndex((cell) => cell !== undefined)
  return column === undefined ? undefined : { row, column }
}
