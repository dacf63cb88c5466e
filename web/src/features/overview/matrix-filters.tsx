import { useTyped } from '../../lib/typed.ts'
import type { WorkspaceStatus } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/class-names.ts'
import { Input } from '../../ui/field.tsx'
import { Status } from '../../ui/status.tsx'

export interface Filter {
  readonly text: string
  readonly statuses: readonly WorkspaceStatus[]
}

export interface MatrixFiltersProps {
  readonly filter: Filter
  readonly counts: readonly (readonly [WorkspaceStatus, number])[]
  readonly onFilter: (filter: Filter) => void
}

/** By text and by status; how many stand where. */
export function MatrixFilters({ filter, counts, onFilter }: MatrixFiltersProps) {
  const [text, setText] = useTyped(filter.text, (typed) => onFilter({ ...filter, text: typed }))
  const toggle = (status: WorkspaceStatus) => {
    const others = filter.statuses.filter((one) => one !== status)
    const isOn = others.length < filter.statuses.length
    onFilter({ ...filter, statuses: isOn ? others : [...others, status] })
  }
  return (
    <div className="mb-4 flex flex-wrap items-center gap-2">
      <Input
        type="search"
        aria-label="Filter workspaces"
        placeholder="Filter by name, commit, person …"
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="max-w-72"
      />
      <fieldset className="flex flex-wrap gap-1.5">
        <legend className="sr-only">Filter by status</legend>
        {counts.map(([status, count]) => (
          <StatusToggle
            key={status}
            status={status}
            count={count}
            isOn={filter.statuses.includes(status)}
            onToggle={() => toggle(status)}
          />
        ))}
      </fieldset>
      {(text !== '' || filter.statuses.length > 0) && (
        <Button look="quiet" onClick={() => onFilter({ text: '', statuses: [] })}>
          Clear
        </Button>
      )}
    </div>
  )
}

interface StatusToggleProps {
  readonly status: WorkspaceStatus
  readonly count: number
  readonly isOn: boolean
  readonly onToggle: () => void
}

function StatusToggle({ status, count, isOn, onToggle }: StatusToggleProps) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onToggle}
      className={classes(
        'inline-flex h-8 items-center gap-1.5 rounded-md border px-2 hover:bg-hover',
        isOn ? 'border-accent bg-accent-soft' : 'border-line bg-surface',
      )}
    >
      <Status kind="workspace" value={status} as="text" />
      <span className="text-muted text-sm tabular-nums">{count}</span>
    </button>
  )
}
