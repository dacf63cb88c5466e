import { ChevronsDownUp, ChevronsUpDown } from 'lucide-react'
import { IconButton } from '../../ui/button.tsx'
import { classes } from '../../ui/class-names.ts'
import { Input } from '../../ui/field.tsx'
import { ActionMark } from './action-mark.tsx'
import { type PlanAction, rank } from './plan-actions.ts'
import { countActions, type PlanItem } from './plan-model.ts'
import { isChange } from './plan-rows.ts'
import type { usePlanView } from './use-plan-view.ts'

export interface PlanToolbarProps {
  readonly items: readonly PlanItem[]
  readonly view: ReturnType<typeof usePlanView>
}

/** What to look for in a plan. */
export function PlanToolbar({ items, view }: PlanToolbarProps) {
  const counts = countActions(items.filter(isChange))
  const actions = [...counts.keys()].toSorted((a, b) => rank(a) - rank(b))
  const isFiltered = view.actions.size > 0 || view.text !== ''
  return (
    <div className="z-20 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-t-lg border-line border-b bg-surface px-2.5 py-2 sm:sticky sm:top-[2.9rem] lg:top-0">
      <fieldset className="flex flex-wrap gap-1.5">
        <legend className="sr-only">Show only these actions</legend>
        {actions.map((action) => (
          <ActionFilter
            key={action}
            action={action}
            count={counts.get(action) ?? 0}
            isOn={view.actions.has(action)}
            onToggle={() => view.toggleAction(action)}
          />
        ))}
      </fieldset>
      <div className="flex min-w-0 flex-1 basis-64 items-center gap-1.5">
        <Input
          type="search"
          aria-label="Search in the plan"
          placeholder="Address, type, attribute or value"
          value={view.text}
          onChange={(event) => view.search(event.target.value)}
        />
        <span role="status" className="whitespace-nowrap text-muted text-sm tabular-nums">
          {isFiltered &&
            `${view.shown.toLocaleString('en')} of ${items.length.toLocaleString('en')}`}
        </span>
        <div className="flex">
          <IconButton label="Open all" onClick={() => view.toggleAll(true)}>
            <ChevronsUpDown aria-hidden className="size-4" />
          </IconButton>
          <IconButton label="Close all" onClick={() => view.toggleAll(false)}>
            <ChevronsDownUp aria-hidden className="size-4" />
          </IconButton>
        </div>
      </div>
    </div>
  )
}

function ActionFilter(props: {
  action: PlanAction
  count: number
  isOn: boolean
  onToggle: () => void
}) {
  const { action, count, isOn, onToggle } = props
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onToggle}
      className={classes(
        'inline-flex h-7 items-center gap-1.5 rounded-full border px-2.5 hover:bg-hover',
        isOn ? 'border-accent bg-accent-soft' : 'border-strong bg-surface',
      )}
    >
      <ActionMark action={action} />
      <span className="text-sm tabular-nums">{count.toLocaleString('en')}</span>
    </button>
  )
}
