import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { LayoutGrid, LoaderCircle } from 'lucide-react'
import { may } from '../../lib/access.ts'
import { projectQuery, useSession } from '../../lib/queries.ts'
import type { Project } from '../../lib/types.ts'
import { LinkButton } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Loaded } from '../../ui/states.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { PlanButton } from '../new-change/plan-button.tsx'
import { ProjectVariables } from '../variables/project-variables.tsx'
import { EnvironmentList } from './environment-list.tsx'
import { FetchButton } from './fetch-button.tsx'
import { HostTab } from './forge/host-tab.tsx'
import { ManifestError } from './manifest-error.tsx'
import { SourceDetails } from './source-details.tsx'

/** One project: where it comes from, where it runs, what its runs are given, and its host. */
export function ProjectPage() {
  const { project } = useParams({ from: '/projects/$project' })
  const query = useQuery({
    ...projectQuery(project),
    refetchInterval: ({ state }) => (isBeingFetched(state.data) ? 1500 : false),
  })
  return <Loaded query={query}>{(data) => <ShownProject project={data} />}</Loaded>
}

/** The first time: until then nothing is known of it, not even an error. */
function isBeingFetched(project: Project | undefined): boolean {
  return (
    project?.source !== undefined &&
    project.fetchedAt === undefined &&
    project.fetchError === undefined
  )
}

const parts = ['environments', 'variables', 'host'] as const
type Part = (typeof parts)[number]

function ShownProject({ project }: { project: Project }) {
  const { tab } = useSearch({ from: '/projects/$project' })
  const navigate = useNavigate({ from: '/projects/$project' })
  const active = parts.find((part) => part === tab) ?? 'environments'
  const writes = may(useSession(), 'project:write', { project: project.name })
  const select = (part: Part) => {
    navigate({ search: { tab: part === 'environments' ? undefined : part }, replace: true }).catch(
      () => undefined,
    )
  }
  return (
    <>
      <PageHeader
        title={project.name}
        actions={
          <>
            <LinkButton to="/" search={{ project: project.name }}>
              <LayoutGrid aria-hidden className="size-4" />
              Overview
            </LinkButton>
            {writes && project.source !== undefined && <FetchButton project={project.name} />}
            {project.source !== undefined && (
              <PlanButton
                look="primary"
                project={project.name}
                environments={project.environments.map(({ name }) => name)}
                because={
                  project.headCommit === undefined ? 'Nothing of it is fetched yet.' : undefined
                }
              />
            )}
          </>
        }
      />
      {project.fetchError !== undefined && <ManifestError project={project} />}
      {isBeingFetched(project) && (
        <p role="status" className="mb-6 flex items-center gap-2 rounded-lg bg-info-soft px-4 py-3">
          <LoaderCircle aria-hidden className="size-4 animate-spin text-info" />
          The repository is being fetched for the first time. This page shows what is in it as soon
          as it is there.
        </p>
      )}
      <SourceDetails project={project} mayEdit={writes} />
      <Tabs
        label="Parts of the project"
        tabs={[
          { name: 'environments', label: 'Environments', count: project.environments.length },
          { name: 'variables', label: 'Variables' },
          { name: 'host', label: 'Host' },
        ]}
        active={active}
        onSelect={select}
      >
        {active === 'environments' && <EnvironmentList project={project} />}
        {active === 'variables' && <ProjectVariables project={project} />}
        {active === 'host' && <HostTab project={project.name} />}
      </Tabs>
    </>
  )
}
