import { Link as RouterLink } from '@tanstack/react-router'
import type { WorkspaceItem } from '../../lib/types.ts'
import { classes } from '../../ui/class-names.ts'
import { Mono } from '../../ui/copyable.tsx'
import { oneLine } from '../../ui/long-text.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import type { Cell } from './matrix.ts'

export interface WorkspaceCellProps {
  readonly cell: Cell
  readonly place: string
  readonly isActive: boolean
  /** The filter means it; the others of its row are there for comparison. */
  readonly isMeant: boolean
  readonly onFocus: () => void
}

/** A workspace in the matrix: how it stands, and what it runs. */
export function WorkspaceCell({ cell, place, isActive, isMeant, onFocus }: WorkspaceCellProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: the rows are no rows of a table
    // biome-ignore lint/a11y/useFocusableInteractive: the link in it is what is focused
    <div role="gridcell" className="border-line border-l">
      {cell !== undefined && (
        <RouterLink
          to="/projects/$project/workspaces/$workspace"
          params={{ project: cell.project, workspace: cell.name }}
          tabIndex={isActive ? 0 : -1}
          data-place={place}
          onFocus={onFocus}
          preload={false}
          title={cell.because === undefined ? undefined : oneLine(cell.because, 400)}
          className={classes(
            'block h-full px-3 py-1.5 hover:bg-hover focus-visible:outline-offset-[-2px]',
            !isMeant && 'grayscale',
          )}
        >
          <CellStatus cell={cell} />
          <Release cell={cell} />
        </RouterLink>
      )}
    </div>
  )
}

export function CellStatus({ cell }: { cell: WorkspaceItem }) {
  if (cell.skipped !== undefined) {
    const why = oneLine(cell.skipped, 400)
    return (
      <span title={why} className="line-clamp-1 text-muted text-sm [overflow-wrap:anywhere]">
        Left out: {why}
      </span>
    )
  }
  return (
    <span className="flex flex-wrap items-center gap-x-1.5">
      <Status kind="workspace" value={cell.status} as="text" />
      {cell.pullRequest !== undefined && (
        <span className="text-muted text-xs" title={oneLine(cell.pullRequest.title, 200)}>
          #{cell.pullRequest.number} {cell.pullRequest.status}
        </span>
      )}
      {!cell.declared && (
        <span className="text-warn text-xs" title="The manifest has it no more.">
          orphaned
        </span>
      )}
    </span>
  )
}

/** What it runs, and since when. */
export function Release({ cell }: { cell: WorkspaceItem }) {
  const { deployed } = cell
  if (deployed === undefined)
    return <div className="h-4.5 text-muted text-xs">nothing deployed</div>
  return (
    <div className="flex items-baseline gap-1.5 whitespace-nowrap text-muted text-xs">
      {deployed.commit !== undefined && <Mono>{oneLine(deployed.commit, 8).slice(0, 8)}</Mono>}
      <Time at={deployed.at} />
    </div>
  )
}
