import type { ReactNode } from 'react'
import { type KeyboardEvent, useId } from 'react'
import { classes } from './class-names.ts'

export interface Tab<Name extends string> {
  readonly name: Name
  readonly label: ReactNode
  /** How many there are of what it shows. */
  readonly count?: number
}

export interface TabsProps<Name extends string> {
  readonly label: string
  readonly tabs: readonly Tab<Name>[]
  readonly active: Name
  /** Keep it in the address: `navigate({ search: { tab } })`. */
  readonly onSelect: (name: Name) => void
  readonly children: ReactNode
}

/** Parts of a page, one at a time; arrows move between them. */
export function Tabs<Name extends string>(props: TabsProps<Name>) {
  const { label, tabs, active, onSelect, children } = props
  const id = useId()
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (by === undefined) return
    const at = tabs.findIndex(({ name }) => name === active)
    const next = tabs[(at + by + tabs.length) % tabs.length]
    if (next === undefined) return
    onSelect(next.name)
    document.getElementById(`${id}-${next.name}`)?.focus()
  }
  return (
    <>
      <div className="overflow-x-auto border-line border-b">
        <div role="tablist" aria-label={label} onKeyDown={onKeyDown} className="flex gap-1">
          {tabs.map((tab) => (
            <TabButton
              key={tab.name}
              id={`${id}-${tab.name}`}
              panel={`${id}-panel`}
              tab={tab}
              active={tab.name === active}
              onSelect={() => onSelect(tab.name)}
            />
          ))}
        </div>
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${active}`} className="pt-4">
        {children}
      </div>
    </>
  )
}

interface TabButtonProps {
  readonly id: string
  readonly panel: string
  readonly tab: Tab<string>
  readonly active: boolean
  readonly onSelect: () => void
}

function TabButton({ id, panel, tab, active, onSelect }: TabButtonProps) {
  return (
    <button
      id={id}
      type="button"
      role="tab"
      aria-selected={active}
      aria-controls={active ? panel : undefined}
      tabIndex={active ? 0 : -1}
      onClick={onSelect}
      className={classes(
        '-mb-px whitespace-nowrap border-b-2 px-2.5 py-2 font-medium focus-visible:outline-offset-[-2px]',
        active ? 'border-accent text-ink' : 'border-transparent text-muted hover:text-ink',
      )}
    >
      {tab.label}
      {tab.count !== undefined && (
        <span className="ml-1.5 rounded-full bg-sunken px-1.5 text-muted text-xs tabular-nums">
          {tab.count}
        </span>
      )}
    </button>
  )
}
