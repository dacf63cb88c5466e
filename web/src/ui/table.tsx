import type { CSSProperties, ReactNode, TdHTMLAttributes, ThHTMLAttributes } from 'react'
import { classes } from './class-names.ts'

export interface TableProps {
  /** What the rows are: read aloud. */
  readonly label: string
  /** Names of the columns; an empty one is for buttons. */
  readonly columns: readonly string[]
  /** On a narrow screen each row is a block, its cells below each other under the names of their columns. */
  readonly stacks?: boolean
  readonly children: ReactNode
}

/** A dense table; the rows are `<tr>` of `Cell`. On a narrow screen it scrolls sideways by itself, or stacks. */
export function Table({ label, columns, stacks = false, children }: TableProps) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="relative overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table
        className={classes('w-full border-collapse text-left', stacks && 'stacks')}
        style={stacks ? columnNames(columns) : undefined}
      >
        <thead className="bg-sunken text-muted text-xs">
          <tr>
            {columns.map((column, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other identity
              <HeadCell key={index}>
                {column === '' ? <span className="sr-only">Actions</span> : column}
              </HeadCell>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </section>
  )
}

/** For `styles.css`: what stands above a cell whose head is not beside it. */
function columnNames(columns: readonly string[]): CSSProperties {
  return Object.fromEntries(
    columns.map((column, index) => [`--column-${index + 1}`, JSON.stringify(column)]),
  )
}

function HeadCell({ className, ...props }: ThHTMLAttributes<HTMLTableCellElement>) {
  return (
    <th
      scope="col"
      {...props}
      className={classes('whitespace-nowrap px-3 py-1.5 font-medium', className)}
    />
  )
}

export function Cell({ className, ...props }: TdHTMLAttributes<HTMLTableCellElement>) {
  return <td {...props} className={classes('px-3 py-2 align-middle', className)} />
}
