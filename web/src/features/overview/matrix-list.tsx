import { PlainLink } from '../../ui/link.tsx'
import { oneLine } from '../../ui/long-text.tsx'
import { type Matrix, type MatrixFilter, matches } from './matrix.ts'
import { CellStatus, Release } from './workspace-cell.tsx'

/** The matrix where there is no room for columns: each component with its environments. */
export function MatrixList({ matrix, filter }: { matrix: Matrix; filter: MatrixFilter }) {
  return (
    <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
      {matrix.rows.map(({ component, cells }) => (
        <li
          key={component}
          className="px-4 py-3 [contain-intrinsic-height:auto_8rem] [content-visibility:auto]"
        >
          <h3 className="mb-1 font-medium [overflow-wrap:anywhere]">{oneLine(component, 120)}</h3>
          <ul>
            {cells.map(
              (cell) =>
                cell !== undefined && (
                  <li
                    key={cell.name}
                    className="grid grid-cols-[minmax(4rem,6rem)_minmax(0,1fr)] items-baseline gap-x-3 py-1"
                  >
                    <PlainLink
                      to="/projects/$project/workspaces/$workspace"
                      params={{ project: cell.project, workspace: cell.name }}
                      className="font-medium text-accent text-sm [overflow-wrap:anywhere]"
                    >
                      <span className="sr-only">{oneLine(component, 120)} in </span>
                      {oneLine(cell.environment, 60)}
                    </PlainLink>
                    <div className={matches(cell, filter) ? undefined : 'grayscale'}>
                      <CellStatus cell={cell} />
                      <Release cell={cell} />
                    </div>
                  </li>
                ),
            )}
          </ul>
        </li>
      ))}
    </ul>
  )
}
