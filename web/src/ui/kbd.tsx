/** A key of the keyboard. */
export function Kbd({ children }: { children: React.ReactNode }) {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded border border-strong bg-sunken px-1 text-muted text-xs">
      {children}
    </kbd>
  )
}
