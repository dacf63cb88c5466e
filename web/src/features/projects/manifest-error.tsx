import { CircleAlert } from 'lucide-react'
import type { Project } from '../../lib/types.ts'

/** Why the repository could not be fetched or read, as it was said: with file, line and column. */
export function ManifestError({ project }: { project: Project }) {
  const wasRead = project.environments.length > 0
  return (
    <section
      aria-label="Error of the project"
      className="mb-6 rounded-lg border border-danger/40 bg-danger-soft px-4 py-3"
    >
      <h2 className="flex items-center gap-2 font-semibold">
        <CircleAlert aria-hidden className="size-4 text-danger" />
        {wasRead ? 'The newest commit cannot be used' : 'Nothing could be read of it yet'}
      </h2>
      <pre className="my-2 overflow-x-auto whitespace-pre-wrap break-words text-sm">
        {project.fetchError}
      </pre>
      <p className="text-muted">
        {wasRead && 'What was known before counts on. '}
        Correct the address here, or what is in the repository, and fetch again.{' '}
        <code>portolan validate</code> says on a laptop what is wrong with a{' '}
        <code>portolan.yaml</code>.
      </p>
    </section>
  )
}
