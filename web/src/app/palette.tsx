import { useRouter } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { classes } from '../ui/class-names.ts'
import { usePaletteEntries } from './palette-data.ts'
import { found, type PaletteEntry } from './palette-entries.ts'

/** Goes to anything by its name: pages, projects, pull requests, changes, workspaces. */
export function Palette({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [written, setWritten] = useState('')
  const [at, setAt] = useState(0)
  const { history } = useRouter()
  const id = useId()
  const entries = found(usePaletteEntries(), written)
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal()
  }, [])
  const go = ({ href }: PaletteEntry) => {
    dialog.current?.close()
    history.push(href)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by !== undefined && entries.length > 0) {
      event.preventDefault()
      setAt((at + by + entries.length) % entries.length)
    }
    const chosen = entries[at]
    if (event.key === 'Enter' && chosen !== undefined) {
      event.preventDefault()
      go(chosen)
    }
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside it; the keyboard has Escape
    <dialog
      ref={dialog}
      aria-label="Go to"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current.close()
      }}
      className="mx-auto mt-[12dvh] w-[calc(100vw-2rem)] max-w-xl overflow-hidden rounded-xl bg-surface text-ink shadow-floating"
    >
      <div className="flex items-center gap-3 border-line border-b px-4">
        <Search aria-hidden className="size-4 shrink-0 text-faint" />
        <input
          role="combobox"
          aria-label="Go to a page, project, pull request, change or workspace"
          aria-expanded={entries.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={entries.length > 0 ? `${id}-${at}` : undefined}
          aria-autocomplete="list"
          autoFocus
          value={written}
          placeholder="Go to a page, project, pull request, change or workspace"
          onChange={(event) => {
            setWritten(event.target.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
          className="h-12 w-full bg-transparent text-lg placeholder:text-faint focus:outline-none"
        />
      </div>
      <Results id={id} entries={entries} at={at} onGo={go} onPoint={setAt} />
    </dialog>
  )
}

interface ResultsProps {
  readonly id: string
  readonly entries: readonly PaletteEntry[]
  readonly at: number
  readonly onGo: (entry: PaletteEntry) => void
  readonly onPoint: (at: number) => void
}

function Results({ id, entries, at, onGo, onPoint }: ResultsProps) {
  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, at])
  if (entries.length === 0) {
    return <p className="px-4 py-6 text-center text-muted">Nothing is called so.</p>
  }
  return (
    <div
      id={`${id}-list`}
      role="listbox"
      aria-label="Found"
      className="max-h-[50dvh] overflow-y-auto p-1.5"
    >
      {entries.map((entry, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the input
        <div
          key={entry.key}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          onClick={() => onGo(entry)}
          onPointerMove={() => onPoint(index)}
          className={classes(
            'flex items-center gap-3 rounded-md px-2.5 py-1.5',
            index === at && 'bg-hover',
          )}
        >
          <span className="min-w-0 flex-1 truncate">{entry.label}</span>
          <span className="shrink-0 text-muted text-xs">
            {entry.group === 'Workspaces' ? entry.detail : entry.group}
          </span>
        </div>
      ))}
    </div>
  )
}
