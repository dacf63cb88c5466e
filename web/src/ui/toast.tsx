import { X } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { classes } from './class-names.ts'
import { toneText } from './status.tsx'

interface Toast {
  readonly id: number
  readonly message: string
  readonly tone: 'ok' | 'warn'
}

let toasts: readonly Toast[] = []
let nextId = 0
const readers = new Set<() => void>()

function set(next: readonly Toast[]): void {
  toasts = next
  for (const reader of readers) reader()
}

/** Says in a corner, and aloud, that something was done. Never for errors that need a decision. */
export function announce(message: string, tone: Toast['tone'] = 'ok'): void {
  nextId += 1
  const toast = { id: nextId, message, tone }
  set([...toasts.slice(-2), toast])
  setTimeout(() => dismiss(toast.id), 6000)
}

function dismiss(id: number): void {
  set(toasts.filter((toast) => toast.id !== id))
}

/** Where what was announced is shown: once in the page. */
export function Toasts() {
  const shown = useSyncExternalStore(
    (reader) => {
      readers.add(reader)
      return () => readers.delete(reader)
    },
    () => toasts,
  )
  return (
    <div
      role="status"
      aria-live="polite"
      className="fixed right-4 bottom-4 left-4 z-50 flex flex-col items-end gap-2 empty:hidden"
    >
      {shown.map((toast) => (
        <div
          key={toast.id}
          className="flex max-w-md items-start gap-3 rounded-lg bg-surface px-3 py-2 shadow-floating"
        >
          <p className={classes('font-medium', toast.tone === 'warn' && toneText.warn)}>
            {toast.message}
          </p>
          <button
            type="button"
            aria-label="Dismiss"
            onClick={() => dismiss(toast.id)}
            className="rounded p-0.5 text-faint hover:bg-hover hover:text-ink"
          >
            <X aria-hidden className="size-3.5" />
          </button>
        </div>
      ))}
    </div>
  )
}
