import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { may } from '../../../lib/access.ts'
import { useSession } from '../../../lib/queries.ts'
import type { ProjectForge } from '../../../lib/types.ts'
import { Mono } from '../../../ui/copyable.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { forgeQuery } from './forge-queries.ts'
import { HostGuide } from './host-guide.tsx'
import { type Way, wayOf, ways } from './ways.ts'

/** Where pull requests of a project come from, and how that host is spoken to. */
export function HostTab({ project }: { project: string }) {
  if (!may(useSession(), 'project:write', { project })) {
    return (
      <Empty title="The host is set up by others">
        Who may edit the project sees here how its host is spoken to, and can connect it.
      </Empty>
    )
  }
  return <Host project={project} />
}

/** What arrives at the webhook nobody signals: while somebody looks, it is asked for. */
const LOOK_EVERY = 3000

function Host({ project }: { project: string }) {
  const query = useQuery({ ...forgeQuery(project), refetchInterval: LOOK_EVERY })
  return (
    <Loaded query={query}>
      {(forge) => <HostOf key={forge.kind} project={project} forge={forge} />}
    </Loaded>
  )
}

function HostOf({ project, forge }: { project: string; forge: ProjectForge }) {
  const { way: asked } = useSearch({ from: '/projects/$project' })
  const navigate = useNavigate({ from: '/projects/$project' })
  const known = wayOf(forge)
  const way = known ?? ways.find(({ id }) => id === asked)
  const choose = (id: Way['id'] | undefined) => {
    navigate({ search: (now) => ({ ...now, way: id }), replace: true, resetScroll: false }).catch(
      () => undefined,
    )
  }
  return (
    <>
      {known === undefined && <HostChoice chosen={way} onChoose={choose} />}
      {way !== undefined && <HostGuide key={way.id} project={project} way={way} forge={forge} />}
    </>
  )
}

interface HostChoiceProps {
  readonly chosen: Way | undefined
  readonly onChoose: (id: Way['id'] | undefined) => void
}

function HostChoice({ chosen, onChoose }: HostChoiceProps) {
  return (
    <fieldset className="mb-8">
      <legend className="mb-1 font-semibold text-lg">Where are its pull requests?</legend>
      <p className="mb-3 max-w-prose text-muted">
        Connected with a host, pull requests are planned as they are opened there, answered in one
        comment, and applied by commands in comments. Nothing is sent to a host before you say so.
      </p>
      <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-5">
        <Choice
          name="Plain git"
          summary="Portolan itself is the host: nothing to set up."
          isChosen={chosen === undefined}
          onChoose={() => onChoose(undefined)}
        />
        {ways.map(({ id, name, summary }) => (
          <Choice
            key={id}
            name={name}
            summary={summary}
            isChosen={chosen?.id === id}
            onChoose={() => onChoose(id)}
          />
        ))}
      </div>
      {chosen === undefined && (
        <p className="mt-4 max-w-prose">
          As it is now: in a clone, on a branch of yours, <Mono>portolan propose</Mono> pushes the
          branch and opens a pull request here. It is reviewed, approved, applied and merged on its
          page.
        </p>
      )}
    </fieldset>
  )
}

interface ChoiceProps {
  readonly name: string
  readonly summary: string
  readonly isChosen: boolean
  readonly onChoose: () => void
}

function Choice({ name, summary, isChosen, onChoose }: ChoiceProps) {
  return (
    <label className="flex cursor-pointer items-start gap-2.5 rounded-lg border border-control bg-surface px-3 py-2.5 has-checked:border-accent has-checked:bg-accent-soft">
      <input
        type="radio"
        name="way"
        checked={isChosen}
        onChange={onChoose}
        className="mt-1 accent-accent"
      />
      <span>
        <span className="font-medium">{name}</span>
        <span className="block text-muted text-sm">{summary}</span>
      </span>
    </label>
  )
}
