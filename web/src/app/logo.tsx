/** The sign and the name. */
export function Logo() {
  return (
    <span className="flex items-center gap-2 font-semibold text-lg tracking-tight">
      <svg viewBox="0 0 32 32" aria-hidden="true" className="size-5">
        <rect width="32" height="32" rx="7" className="fill-accent" />
        <path
          d="M16 4l3.2 8.8L28 16l-8.8 3.2L16 28l-3.2-8.8L4 16l8.8-3.2z"
          className="fill-accent-ink"
        />
        <circle cx="16" cy="16" r="2.2" className="fill-accent" />
      </svg>
      Portolan
    </span>
  )
}
