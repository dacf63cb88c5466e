import { Plus, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { may } from '../../lib/access.ts'
import { useProjects, useSession } from '../../lib/queries.ts'
import type { Project } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Commit, Mono } from '../../ui/copyable.tsx'
import { Link } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Loaded } from '../../ui/states.tsx'
import { Badge } from '../../ui/status.tsx'
import { Cell, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { AddProjectDialog } from './add-project.tsx'
import { FirstProject } from './first-project.tsx'

/** The repositories that are planned and applied here. */
export function ProjectsPage() {
  const projects = useProjects()
  return (
    <Loaded query={projects}>
      {(all) => (all.length === 0 ? <FirstProject /> : <ProjectList projects={all} />)}
    </Loaded>
  )
}

function ProjectList({ projects }: { projects: readonly Project[] }) {
  const [adding, setAdding] = useState(false)
  const session = useSession()
  return (
    <>
      <PageHeader
        title="Projects"
        actions={
          may(session, 'project:write') && (
            <Button
              look="primary"
              icon={<Plus aria-hidden className="size-4" />}
              onClick={() => setAdding(true)}
            >
              Add a project
            </Button>
          )
        }
      >
        Each is a git repository with a portolan.yaml that says what is in it and where it runs.
      </PageHeader>
      <Table
        stacks
        label="Projects"
        columns={['Name', 'Repository', 'Newest commit', 'Environments', 'Workspaces', 'Fetched']}
      >
        {projects.map((project) => (
          <ProjectRow key={project.id} project={project} />
        ))}
      </Table>
      {adding && <AddProjectDialog onClose={() => setAdding(false)} />}
    </>
  )
}

function ProjectRow({ project }: { project: Project }) {
  return (
    <tr>
      <Cell className="whitespace-nowrap font-medium">
        <Link to="/projects/$project" params={{ project: project.name }}>
          {project.name}
        </Link>
      </Cell>
      <Cell className="min-w-52 max-w-md">
        <Source project={project} />
      </Cell>
      <Cell className="min-w-52">
        {project.headCommit === undefined ? (
          <span className="text-muted">–</span>
        ) : (
          <>
            <span className="block max-w-72 truncate">{project.headSubject}</span>
            <span className="text-muted">
              <Commit commit={project.headCommit} />
            </span>
          </>
        )}
      </Cell>
      <Cell className="min-w-32">
        {project.environments.map(({ name }) => name).join(' → ') || '–'}
      </Cell>
      <Cell className="tabular-nums">{project.workspaces}</Cell>
      <Cell className="whitespace-nowrap">
        <Fetched project={project} />
      </Cell>
    </tr>
  )
}

function Source({ project: { source, branch } }: { project: Project }) {
  if (source === undefined) {
    return <span className="text-muted">known from laptops only</span>
  }
  return (
    <>
      <Mono className="block break-all">{source}</Mono>
      {branch !== undefined && <span className="text-muted">{branch}</span>}
    </>
  )
}

function Fetched({ project: { fetchedAt, fetchError } }: { project: Project }) {
  if (fetchError !== undefined) {
    return (
      <Badge tone="danger">
        <TriangleAlert aria-hidden className="size-3" />
        has an error
      </Badge>
    )
  }
  if (fetchedAt === undefined) return <span className="text-muted">never</span>
  return <Time at={fetchedAt} className="text-muted" />
}
