import { type ReactNode, useId } from 'react'

/** A word that is explained on hover and on focus, and aloud. */
export function Tooltip({ text, children }: { text: string; children: ReactNode }) {
  const id = useId()
  return (
    <span className="group relative inline-flex">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its explanation must be reachable by keyboard */}
      <span tabIndex={0} aria-describedby={id} className="rounded-sm">
        {children}
      </span>
      <span
        id={id}
        role="tooltip"
        className="pointer-events-none absolute bottom-full left-0 z-40 mb-1 hidden w-max max-w-72 rounded-md bg-surface px-2 py-1 text-sm shadow-floating group-focus-within:block group-hover:block"
      >
        {text}
      </span>
    </span>
  )
}
