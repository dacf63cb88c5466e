import type { WorkspaceDetails, WorkspaceItem } from '../../lib/types.ts'
import { Commit } from '../../ui/copyable.tsx'
import { Link } from '../../ui/link.tsx'
import { LongText } from '../../ui/long-text.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Badge, Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { plainText } from '../log/plain-text.ts'
import { PlanButton } from '../new-change/plan-button.tsx'
import { LockPanel } from './lock-panel.tsx'
import type { WorkspacePlace } from './workspace-queries.ts'

export interface WorkspaceHeaderProps {
  readonly place: WorkspacePlace
  readonly details: WorkspaceDetails
}

/** How the workspace stands, what is deployed, and who holds it. */
export function WorkspaceHeader({ place, details }: WorkspaceHeaderProps) {
  const { workspace, lock, may } = details
  return (
    <>
      <PageHeader
        name={workspace.name}
        title={plainText(workspace.name)}
        actions={
          workspace.declared && (
            <PlanButton
              project={place.project}
              environments={[workspace.environment]}
              component={workspace.component}
            />
          )
        }
        marks={
          <>
            <Status kind="workspace" value={workspace.status} />
            {!workspace.declared && <Badge tone="warn">not in the manifest any more</Badge>}
            {workspace.kind === 'run' && <Badge>a command</Badge>}
          </>
        }
      >
        {workspace.because !== undefined && (
          <p className="text-ink">
            <LongText text={workspace.because} />
          </p>
        )}
        {workspace.skipped !== undefined && workspace.skipped !== workspace.because && (
          <p>
            Left out: <LongText text={workspace.skipped} />
          </p>
        )}
        <p className="flex flex-wrap gap-x-3">
          <span>
            in{' '}
            <Link className="underline" to="/projects/$project" params={{ project: place.project }}>
              {plainText(place.project)}
            </Link>
          </span>
          {workspace.needs.length > 0 && <Needs place={place} needs={workspace.needs} />}
        </p>
      </PageHeader>
      <div className="mb-6 flex flex-col gap-3">
        {lock && <LockPanel place={place} lock={lock} may={may} />}
        <Deployed workspace={workspace} />
      </div>
    </>
  )
}

const MOST_NEEDS = 8

function Needs({ place, needs }: { place: WorkspacePlace; needs: readonly string[] }) {
  return (
    <span className="min-w-0 [overflow-wrap:anywhere]">
      takes from{' '}
      {needs.slice(0, MOST_NEEDS).map((name, index) => (
        <span key={name}>
          {index > 0 && ', '}
          <Link
            className="underline"
            to="/projects/$project/workspaces/$workspace"
            params={{ project: place.project, workspace: name }}
          >
            {plainText(name)}
          </Link>
        </span>
      ))}
      {needs.length > MOST_NEEDS && ` and ${needs.length - MOST_NEEDS} more`}
    </span>
  )
}

/** What runs here now: the release, by whom, since when. */
function Deployed({
  workspace: { project, deployed, resources, stateVersion, run, pullRequest },
}: {
  workspace: WorkspaceItem
}) {
  return (
    <dl className="flex flex-wrap gap-x-10 gap-y-3 rounded-lg border border-line bg-surface px-4 py-3">
      <Fact name="Deployed now">
        {deployed === undefined ? (
          <span className="text-muted">nothing</span>
        ) : (
          <>
            <span className="inline-flex flex-wrap items-center gap-x-2">
              {deployed.commit !== undefined && <Commit commit={plainText(deployed.commit)} />}
              <Link className="underline" to="/runs/$id" params={{ id: String(deployed.runId) }}>
                run {deployed.runId}
              </Link>
              {deployed.changeId !== undefined && (
                <Link
                  className="underline"
                  to="/changes/$id"
                  params={{ id: String(deployed.changeId) }}
                >
                  change {deployed.changeId}
                </Link>
              )}
            </span>
            <span className="block text-muted">
              by {plainText(deployed.actor)} <Time at={deployed.at} />
            </span>
            {deployed.reason !== undefined && (
              <span className="block max-w-prose break-words text-muted">
                <LongText text={deployed.reason} longest={160} />
              </span>
            )}
          </>
        )}
      </Fact>
      {pullRequest !== undefined && (
        <Fact
          name={pullRequest.status === 'merged' ? 'Merged, not applied' : 'Applied, not merged'}
        >
          <Link
            className="underline"
            to="/projects/$project/pull-requests/$number"
            params={{ project, number: String(pullRequest.number) }}
          >
            #{pullRequest.number}
          </Link>{' '}
          <Status kind="pull-request" value={pullRequest.status} as="text" />
          <span className="block max-w-prose break-words text-muted">
            <LongText text={pullRequest.title} longest={160} />
          </span>
        </Fact>
      )}
      {run !== undefined && (
        <Fact name="Newest run">
          <Link className="underline" to="/runs/$id" params={{ id: String(run.id) }}>
            run {run.id}
          </Link>{' '}
          <Status kind="run" value={run.status} as="text" />
          <span className="block text-muted">
            <Time at={run.at} />
          </span>
        </Fact>
      )}
      <Fact name="State">
        {stateVersion === undefined ? (
          <span className="text-muted">none yet</span>
        ) : (
          <>
            version {stateVersion}
            {resources !== undefined && (
              <span className="block text-muted">
                {resources.toLocaleString('en')} {resources === 1 ? 'resource' : 'resources'}
              </span>
            )}
          </>
        )}
      </Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="mb-0.5 text-muted text-sm">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
