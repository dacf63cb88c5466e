import { CircleAlert } from 'lucide-react'

/** Why the newest commit could not be fetched or read, as it was said: with file, line and column. */
export function ManifestError({ error }: { error: string }) {
  return (
    <section
      aria-label="Error of the project"
      className="mb-6 rounded-lg border border-danger/40 bg-danger-soft px-4 py-3"
    >
      <h2 className="flex items-center gap-2 font-semibold">
        <CircleAlert aria-hidden className="size-4 text-danger" />
        The newest commit cannot be used
      </h2>
      <pre className="my-2 overflow-x-auto whitespace-pre-wrap break-words text-sm">{error}</pre>
      <p className="text-muted">
        What was known before counts on. Correct it, commit, and fetch again;{' '}
        <code>portolan validate</code> says the same on a laptop.
      </p>
    </section>
  )
}
