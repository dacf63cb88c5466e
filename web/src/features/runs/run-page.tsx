import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { RunDetails } from '../../lib/types.ts'
import { Commit } from '../../ui/copyable.tsx'
import { Link, PlainLink } from '../../ui/link.tsx'
import { LongText } from '../../ui/long-text.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Loaded } from '../../ui/states.tsx'
import { Status } from '../../ui/status.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { Time } from '../../ui/time.tsx'
import { LogViewer } from '../log/log-viewer.tsx'
import { plainText } from '../log/plain-text.ts'
import { PlanViewer } from '../plan/plan-viewer.tsx'
import { ApplyProgress } from './apply-progress.tsx'
import { Approvals, Requirements } from './requirements.tsx'
import { RunActions } from './run-actions.tsx'
import { RunEvents } from './run-events.tsx'
import { runEventsQuery, runQuery } from './run-queries.ts'
import { RunStepper } from './run-stepper.tsx'
import { stepsOf } from './run-steps.ts'
import { operationWord, unusualOptions, workspaceOf } from './run-words.ts'

/** One run: where it stands, what it would do or did, and what can be decided. */
export function RunPage() {
  const { id } = useParams({ from: '/runs/$id' })
  const query = useQuery(runQuery(Number(id)))
  return (
    <>
      {query.data === undefined && <PageHeader title={`Run ${id}`} />}
      <Loaded query={query}>{(details) => <RunOf key={id} details={details} />}</Loaded>
    </>
  )
}

function RunOf({ details }: { details: RunDetails }) {
  const { run, requirements, approvals } = details
  const events = useQuery(runEventsQuery(run.id, run.status))
  return (
    <>
      <RunHeader details={details} />
      {run.status === 'unknown' && <UnknownEnd />}
      <div className="mb-5">
        <RunStepper steps={stepsOf(run, events.data ?? [])} expected={details.expectedSeconds} />
      </div>
      {run.status === 'applying' && (
        <div className="mb-5">
          <ApplyProgress run={run} />
        </div>
      )}
      {run.status === 'planned' && (
        <div className="mb-6 flex flex-wrap gap-x-10 gap-y-5 rounded-lg border border-line bg-surface px-4 py-3">
          <Requirements requirements={requirements} />
          <Approvals approvals={approvals} />
        </div>
      )}
      <RunTabs details={details} />
    </>
  )
}

function RunHeader({ details }: { details: RunDetails }) {
  const { run, tool } = details
  const workspace = workspaceOf(run)
  const unusual = unusualOptions(run)
  return (
    <PageHeader
      name={`Run ${run.id} of ${workspace}`}
      title={
        <PlainLink
          to="/projects/$project/workspaces/$workspace"
          params={{ project: run.project, workspace }}
        >
          {plainText(workspace)}
        </PlainLink>
      }
      marks={<Status kind="run" value={run.status} />}
      actions={<RunActions details={details} />}
    >
      <p className="flex flex-wrap items-center gap-x-3">
        <span>
          {operationWord(run)} by run {run.id}
          {run.changeId !== undefined && (
            <>
              {' of '}
              <Link className="underline" to="/changes/$id" params={{ id: String(run.changeId) }}>
                change {run.changeId}
              </Link>
            </>
          )}
          , asked for by <span className="text-ink">{plainText(run.actor)}</span>{' '}
          <Time at={run.createdAt} />
        </span>
        <Source details={details} />
        {tool !== undefined && <span>planned by {plainText(tool)}</span>}
      </p>
      {unusual.length > 0 && (
        <p className="text-warn">
          <LongText text={unusual.join(' · ')} />
        </p>
      )}
      {run.reason !== undefined && (
        <p className={run.status === 'failed' ? 'text-danger' : 'text-ink'}>
          <LongText text={run.reason} />
        </p>
      )}
      {run.cancelRequestedBy !== undefined && run.finishedAt === undefined && (
        <p className="text-warn">{plainText(run.cancelRequestedBy)} asked for its end.</p>
      )}
    </PageHeader>
  )
}

function Source({ details: { run } }: { details: RunDetails }) {
  const { commit, branch, directory } = run.source
  return (
    <span className="inline-flex min-w-0 items-center gap-1">
      from{' '}
      {commit === undefined ? (
        <code className="min-w-0 truncate" title={directory}>
          {plainText(directory)}
        </code>
      ) : (
        <Commit commit={plainText(commit)} />
      )}
      {branch !== undefined && <span className="truncate">on {plainText(branch)}</span>}
    </span>
  )
}

function UnknownEnd() {
  return (
    <div role="alert" className="mb-5 rounded-lg border border-danger/50 bg-danger-soft px-4 py-3">
      <p className="font-semibold">Nobody saw how this apply ended.</p>
      <p className="max-w-prose">
        The runner was lost while it was at work. The workspace is held until somebody says which
        state is true: nothing is guessed, and nothing is applied on top of it.
      </p>
    </div>
  )
}

const tabs = [
  { name: 'plan', label: 'Plan' },
  { name: 'log', label: 'Log' },
  { name: 'events', label: 'Events' },
] as const

type TabName = (typeof tabs)[number]['name']

function RunTabs({ details: { run } }: { details: RunDetails }) {
  const { tab } = useSearch({ from: '/runs/$id' })
  const navigate = useNavigate({ from: '/runs/$id' })
  // Who reads the log goes on reading it when the run comes to stand elsewhere.
  const [first] = useState(() => firstTab(run.status))
  const active: TabName = tabs.find(({ name }) => name === tab)?.name ?? first
  return (
    <Tabs
      label="About the run"
      tabs={tabs}
      active={active}
      onSelect={(name) => {
        navigate({ search: { tab: name }, replace: true, resetScroll: false }).catch(
          () => undefined,
        )
      }}
    >
      {active === 'plan' && <PlanViewer runId={run.id} />}
      {active === 'log' && <LogViewer runId={run.id} />}
      {active === 'events' && <RunEvents run={run} />}
    </Tabs>
  )
}

/** What somebody who comes here wants to see. */
function firstTab(status: RunDetails['run']['status']): TabName {
  const speaks = ['planning', 'applying', 'failed', 'unknown', 'cancelled'].includes(status)
  return speaks ? 'log' : 'plan'
}
