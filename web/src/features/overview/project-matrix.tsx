import { GitCommitHorizontal, TriangleAlert } from 'lucide-react'
import { useId, useMemo } from 'react'
import { useMedia } from '../../lib/media.ts'
import type { ProjectOverview } from '../../lib/types.ts'
import { Commit } from '../../ui/copyable.tsx'
import { LinkButton, PlainLink } from '../../ui/link.tsx'
import { LongText, oneLine } from '../../ui/long-text.tsx'
import { Empty } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { plural } from '../changes/results.ts'
import { PlanButton } from '../new-change/plan-button.tsx'
import { type MatrixFilter, matrixOf } from './matrix.ts'
import { MatrixGrid } from './matrix-grid.tsx'
import { MatrixList } from './matrix-list.tsx'

export interface ProjectMatrixProps {
  readonly project: ProjectOverview
  readonly filter: MatrixFilter
}

/** A project: what it is at, and how each of its workspaces stands. */
export function ProjectMatrix({ project, filter }: ProjectMatrixProps) {
  const heading = useId()
  const isWide = useMedia('(min-width: 48rem)')
  const { text, statuses } = filter
  const wanted = statuses?.join(',')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the filter is a new object each time
  const matrix = useMemo(() => matrixOf(project, filter), [project, text, wanted])
  return (
    <section aria-labelledby={heading} className="mb-8">
      <ProjectHead project={project} heading={heading} />
      {project.workspaces.length === 0 ? (
        <NoWorkspace project={project.project} />
      ) : matrix.rows.length === 0 ? (
        <p className="rounded-lg border border-line bg-surface px-4 py-3 text-muted">
          None of {plural(matrix.hidden, 'component')} matches the filter.
        </p>
      ) : (
        <>
          {isWide ? (
            <MatrixGrid
              label={`Workspaces of ${project.project}`}
              matrix={matrix}
              filter={filter}
            />
          ) : (
            <MatrixList matrix={matrix} filter={filter} />
          )}
          {matrix.hidden > 0 && (
            <p className="mt-2 text-muted text-sm">
              {plural(matrix.hidden, 'component')} without a match{' '}
              {matrix.hidden === 1 ? 'is' : 'are'} not shown.
            </p>
          )}
        </>
      )}
    </section>
  )
}

function ProjectHead({ project, heading }: { project: ProjectOverview; heading: string }) {
  const { headCommit, headSubject, fetchedAt, fetchError } = project
  return (
    <div className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1">
      <h2 id={heading} className="min-w-0 font-semibold text-lg [overflow-wrap:anywhere]">
        <PlainLink to="/projects/$project" params={{ project: project.project }}>
          {oneLine(project.project, 100)}
        </PlainLink>
      </h2>
      <p className="flex min-w-0 flex-wrap items-center gap-x-2 text-muted text-sm">
        {headCommit !== undefined && (
          <>
            <GitCommitHorizontal aria-hidden className="size-3.5 shrink-0" />
            <Commit commit={headCommit} />
          </>
        )}
        {headSubject !== undefined && (
          <bdi className="min-w-0 [overflow-wrap:anywhere]">{oneLine(headSubject, 80)}</bdi>
        )}
        {fetchedAt !== undefined && (
          <span className="whitespace-nowrap">
            fetched <Time at={fetchedAt} />
          </span>
        )}
      </p>
      {headCommit !== undefined && (
        <div className="ml-auto">
          <PlanButton project={project.project} environments={project.environments} />
        </div>
      )}
      {fetchError !== undefined && (
        <p className="flex w-full items-start gap-2 rounded-lg border border-danger/40 bg-danger-soft px-3 py-2 text-sm">
          <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0 text-danger" />
          <span className="min-w-0 [overflow-wrap:anywhere]">
            <strong className="font-medium">The repository could not be fetched:</strong>{' '}
            <LongText text={fetchError} />
          </span>
        </p>
      )}
    </div>
  )
}

function NoWorkspace({ project }: { project: string }) {
  return (
    <Empty
      title="No workspace yet"
      action={
        <LinkButton to="/projects/$project" params={{ project }}>
          Look at the project
        </LinkButton>
      }
    >
      Workspaces are what its <code>portolan.yaml</code> declares: components in environments. They
      appear when the server has read that file.
    </Empty>
  )
}
