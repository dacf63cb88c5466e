import { X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { IconButton } from './button.tsx'
import { classes } from './class-names.ts'

/** Where one begins: the first field, or the button that changes nothing. Not the cross. */
function firstOf(dialog: HTMLDialogElement): HTMLElement | null {
  return (
    dialog.querySelector<HTMLElement>('input:not([type=hidden]), select, textarea') ??
    dialog.querySelector<HTMLElement>('footer button')
  )
}

export interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  /** Buttons below; the one that goes on comes last. */
  readonly actions?: ReactNode
  readonly wide?: boolean
}

/**
 * A native modal dialog: the browser keeps the focus inside, closes it by Escape and gives the focus back.
 * Render it only while it is open: `{open && <Dialog …>}`.
 */
export function Dialog({ title, onClose, children, actions, wide = false }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const dialog = ref.current
    if (dialog === null) return
    const before = document.activeElement
    if (!dialog.open) {
      dialog.showModal()
      firstOf(dialog)?.focus()
    }
    // Who takes it away without closing it gets no focus back from the browser.
    return () => {
      if (before instanceof HTMLElement && document.activeElement === document.body) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={ref}
      aria-labelledby={heading}
      onClose={onClose}
      className={classes(
        'm-auto w-[calc(100vw-2rem)] rounded-xl bg-surface text-ink shadow-floating',
        wide ? 'max-w-3xl' : 'max-w-lg',
      )}
    >
      <header className="flex items-center justify-between gap-4 border-line border-b py-2.5 pr-2.5 pl-5">
        <h2 id={heading} className="font-semibold text-lg">
          {title}
        </h2>
        <IconButton label="Close" onClick={() => ref.current?.close()}>
          <X aria-hidden className="size-4" />
        </IconButton>
      </header>
      <div className="max-h-[70dvh] overflow-y-auto px-5 py-4">{children}</div>
      {actions !== undefined && (
        <footer className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-3">
          {actions}
        </footer>
      )}
    </dialog>
  )
}
