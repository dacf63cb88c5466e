import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { may, maySomewhere } from '../../lib/access.ts'
import { api, json, segment } from '../../lib/api.ts'
import { fieldError, formError, optional, submitted } from '../../lib/form.ts'
import { useProjects, useSession } from '../../lib/queries.ts'
import { useRepeatable } from '../../lib/repeatable.ts'
import type { NewProposal, Project, ProjectForge } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Mono } from '../../ui/copyable.tsx'
import { Field, Input, Select } from '../../ui/field.tsx'
import { LinkButton, OuterLink } from '../../ui/link.tsx'
import { oneLine } from '../../ui/long-text.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Empty, ErrorState, Loaded, Skeleton } from '../../ui/states.tsx'
import { announce } from '../../ui/toast.tsx'
import { forgeQuery } from '../projects/forge/forge-queries.ts'
import { ProposalFields } from './edit-proposal.tsx'
import { reloadPullRequests } from './pull-request-queries.ts'
import { forgeNames, repositoryPage } from './pull-request-words.ts'

const route = getRouteApi('/pull-requests/new')

/** Opens a pull request of a branch, where Portolan itself is the host. */
export function NewProposalPage() {
  const { project: asked } = route.useSearch()
  const session = useSession()
  const projects = useProjects()
  return (
    <>
      <PageHeader title="New pull request">
        Of a branch that is pushed already. From a clone, <Mono>portolan propose</Mono> does all of
        it: it pushes your branch and opens the pull request.
      </PageHeader>
      <Loaded query={projects} loading={<Skeleton className="h-96 max-w-3xl" />}>
        {(all) => {
          const possible = all.filter(
            ({ name, source }) =>
              source !== undefined && maySomewhere(session, 'change:plan', name),
          )
          return possible.length === 0 ? (
            <NoProject />
          ) : (
            <ChosenProject projects={possible} asked={asked} />
          )
        }}
      </Loaded>
    </>
  )
}

function NoProject() {
  return (
    <Empty
      title="No project to propose to"
      action={<LinkButton to="/projects">Projects</LinkButton>}
    >
      It takes a project whose repository the server fetches, and a role in it that permits
      planning.
    </Empty>
  )
}

interface ChosenProjectProps {
  readonly projects: readonly Project[]
  readonly asked: string | undefined
}

function ChosenProject({ projects, asked }: ChosenProjectProps) {
  const navigate = route.useNavigate()
  const chosen = projects.find(({ name }) => name === asked) ?? projects[0]
  if (chosen === undefined) return null
  return (
    <div className="flex max-w-3xl flex-col gap-4 rounded-lg border border-line bg-surface p-4 sm:p-5">
      <Field label="Project">
        {(control) => (
          <Select
            {...control}
            value={chosen.name}
            onChange={({ target }) => {
              navigate({
                search: (now) => ({ ...now, project: target.value }),
                replace: true,
              }).catch(() => undefined)
            }}
          >
            {projects.map(({ name }) => (
              <option key={name} value={name}>
                {oneLine(name, 60)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Proposing key={chosen.name} project={chosen} />
    </div>
  )
}

/** Of a project with a host, who may know it is told to go there; others the server tells. */
function Proposing({ project }: { project: Project }) {
  const seesHost = may(useSession(), 'project:write', { project: project.name })
  return seesHost ? <OnItsHost project={project} /> : <ProposalForm project={project} />
}

/** A project with a host has its pull requests there. */
function OnItsHost({ project }: { project: Project }) {
  const query = useQuery(forgeQuery(project.name))
  return (
    <Loaded query={query} loading={<Skeleton className="h-80" />}>
      {(forge) =>
        forge.kind === 'git' ? (
          <ProposalForm project={project} />
        ) : (
          <ToItsHost project={project} forge={forge} />
        )
      }
    </Loaded>
  )
}

function ToItsHost({ project, forge }: { project: Project; forge: ProjectForge }) {
  const page = repositoryPage(forge)
  return (
    <p className="rounded-lg bg-info-soft px-4 py-3 [overflow-wrap:anywhere]">
      Pull requests of {oneLine(project.name, 60)} are opened on {forgeNames[forge.kind]}
      {page !== undefined && (
        <>
          {': '}
          <OuterLink href={page} className="underline">
            {oneLine(page.replace(/^https?:\/\//, ''), 100)}
          </OuterLink>
        </>
      )}
      . They appear here by themselves.
    </p>
  )
}

function ProposalForm({ project }: { project: Project }) {
  const { branch, base, title } = route.useSearch()
  const navigate = useNavigate()
  const once = useRepeatable()
  const open = useMutation({
    mutationFn: async (proposal: NewProposal) => {
      const request = { param: { project: segment(project.name) }, json: proposal }
      return once(request, (options) =>
        json(api.projects[':project']['pull-requests'].$post(request, options)),
      )
    },
    onSuccess: async ({ number }) => {
      announce(`#${number} is open, and is being planned.`)
      await reloadPullRequests()
      await navigate({
        to: '/projects/$project/pull-requests/$number',
        params: { project: project.name, number: String(number) },
      })
    },
  })
  const error = formError(open.error, ['branch', 'base', 'title', 'body'])
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={submitted((value) =>
        open.mutate({
          branch: value('branch').trim(),
          ...optional('base', value('base')),
          title: value('title').trim(),
          body: value('body'),
          draft: value('draft') === 'on',
        }),
      )}
    >
      {error !== undefined && (
        <ErrorState as="box" title="The pull request was not opened" error={error} />
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Branch"
          hint="What is to be merged, as it is called in the repository."
          error={fieldError(open.error, 'branch')}
        >
          {(control) => (
            <Input
              {...control}
              mono
              name="branch"
              required
              maxLength={250}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              defaultValue={branch}
              placeholder="larger-network"
            />
          )}
        </Field>
        <Field
          label="Into"
          optional
          hint="The branch of the project otherwise."
          error={fieldError(open.error, 'base')}
        >
          {(control) => (
            <Input
              {...control}
              mono
              name="base"
              maxLength={250}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              defaultValue={base}
              placeholder={project.branch ?? 'main'}
            />
          )}
        </Field>
      </div>
      <ProposalFields title={title ?? ''} body="" isDraft={false} error={open.error} />
      <div>
        <Button type="submit" look="primary" busy={open.isPending}>
          Open the pull request
        </Button>
      </div>
    </form>
  )
}
