import { type ReactNode, useState } from 'react'
import type { Project } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Commit, Copyable } from '../../ui/copyable.tsx'
import { Time } from '../../ui/time.tsx'
import { EditProject } from './edit-project.tsx'

/** Where a project comes from, and how far it is known. */
export function SourceDetails({ project, mayEdit }: { project: Project; mayEdit: boolean }) {
  const [editing, setEditing] = useState(false)
  const { source, branch, headCommit, headSubject, fetchedAt } = project
  if (source === undefined) {
    return (
      <p className="mb-6 max-w-prose text-muted">
        This project is known from laptops only: its states and history are here, and it is planned
        and applied there. To do that here, add its repository as a project of the same name.
      </p>
    )
  }
  return (
    <>
      <div className="mb-6 flex flex-wrap items-center justify-between gap-x-8 gap-y-3 rounded-lg border border-line bg-surface px-4 py-3">
        <dl className="grid min-w-0 flex-1 basis-80 gap-x-8 gap-y-3 sm:grid-cols-2 xl:grid-cols-[minmax(0,3fr)_minmax(8rem,1fr)_minmax(0,3fr)_minmax(7rem,1fr)]">
          <Fact name="Repository">
            <Copyable value={source} what="address" />
          </Fact>
          <Fact name="Branch">{branch ?? 'its default branch'}</Fact>
          <Fact name="Newest commit">
            {headCommit === undefined ? (
              'none yet'
            ) : (
              <span className="flex min-w-0 flex-wrap items-center gap-x-2">
                <Commit commit={headCommit} />
                <span className="min-w-0 truncate">{headSubject}</span>
              </span>
            )}
          </Fact>
          <Fact name="Fetched">{fetchedAt === undefined ? 'never' : <Time at={fetchedAt} />}</Fact>
        </dl>
        {mayEdit && (
          <Button size="small" onClick={() => setEditing(true)}>
            Edit
          </Button>
        )}
      </div>
      {editing && <EditProject project={project} onClose={() => setEditing(false)} />}
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted text-sm">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  )
}
