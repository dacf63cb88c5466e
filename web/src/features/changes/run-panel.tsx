import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, X } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useEffect, useId, useRef } from 'react'
import type { Result } from '../../lib/types.ts'
import { ActionButton } from '../../ui/action-button.tsx'
import { IconButton } from '../../ui/button.tsx'
import { Link } from '../../ui/link.tsx'
import { LongText, oneLine } from '../../ui/long-text.tsx'
import { SkeletonRows } from '../../ui/states.tsx'
import { Status } from '../../ui/status.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { Time } from '../../ui/time.tsx'
import { runQuery } from '../runs/run-queries.ts'
import { canApprove } from './actions.ts'
import { why } from './change-actions.tsx'
import type { ChangeAsk } from './dialogs/change-dialog.tsx'
import type { LiveChange, LiveNode } from './live-change.ts'
import { PlanCounts } from './plan-counts.tsx'
import { Requirements } from './requirements.tsx'
import { isPlanned } from './results.ts'
import { useShownPart } from './shown-part.ts'

const PlanViewer = lazy(async () => ({
  default: (await import('../plan/plan-viewer.tsx')).PlanViewer,
}))
const LogViewer = lazy(async () => ({
  default: (await import('../log/log-viewer.tsx')).LogViewer,
}))

const tabs = ['plan', 'log', 'requirements'] as const
type PanelTab = (typeof tabs)[number]

export interface RunPanelProps {
  readonly live: LiveChange
  readonly node: LiveNode
  readonly onAsk: (ask: ChangeAsk) => void
  readonly onSelect: (name: string) => void
  readonly onClose: () => void
}

/** The run of a workspace in a change: how it stands and why, its plan, its output, what it asks for. */
export function RunPanel({ live, node, onAsk, onSelect, onClose }: RunPanelProps) {
  const heading = useId()
  const {
    part: { tab },
    show,
  } = useShownPart()
  const active =
    tabs.find((one) => one === tab) ??
    (node.runId === undefined ? 'requirements' : usualTab[node.result])
  const details = useRunOf(node)
  const unmet = details.data?.requirements.filter(({ met }) => !met).length ?? 0
  return (
    <section aria-labelledby={heading} className="rounded-lg border border-line bg-surface">
      <PanelHead {...{ live, node, onAsk, onClose, heading }} />
      <div className="px-4 pt-1 pb-4">
        <Tabs
          label={`Run of ${oneLine(node.name, 60)}`}
          active={active}
          onSelect={(to: PanelTab) => show({ node: node.name, tab: to }, { replace: true })}
          tabs={[
            { name: 'plan', label: 'Plan' },
            { name: 'log', label: 'Log' },
            {
              name: 'requirements',
              label: 'Requirements',
              ...(unmet > 0 ? { count: unmet } : {}),
            },
          ]}
        >
          {active === 'requirements' ? (
            <Requirements node={node} details={details} onSelect={onSelect} />
          ) : (
            <OfRun node={node}>
              {(runId) =>
                active === 'plan' ? <PlanViewer runId={runId} /> : <LogViewer runId={runId} />
              }
            </OfRun>
          )}
        </Tabs>
      </div>
    </section>
  )
}

function OfRun({ node, children }: { node: LiveNode; children: (runId: number) => ReactNode }) {
  if (node.runId === undefined) {
    return <p className="text-muted">Nothing has run here in this change yet.</p>
  }
  return <Suspense fallback={<SkeletonRows rows={6} />}>{children(node.runId)}</Suspense>
}

type HeadProps = Omit<RunPanelProps, 'onSelect'> & { readonly heading: string }

function PanelHead({ live, node, onAsk, onClose, heading }: HeadProps) {
  const { summary, because, runId, since, environment } = node
  return (
    <header className="flex items-start justify-between gap-3 border-line border-b px-4 py-3">
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h3 id={heading} className="min-w-0 font-semibold text-lg [overflow-wrap:anywhere]">
            {oneLine(node.name, 200)}
          </h3>
          <Status kind="result" value={node.result} />
        </div>
        <p className="flex flex-wrap items-center gap-x-3 text-muted text-sm">
          {runId !== undefined && (
            <Link to="/runs/$id" params={{ id: String(runId) }}>
              run-{runId}
            </Link>
          )}
          {since !== undefined && <Time at={since} />}
          {summary !== undefined && <PlanCounts {...summary} />}
        </p>
        {node.result === 'unknown' && runId !== undefined && (
          <p className="mt-1">
            Until a person decides which state counts, nothing is applied here.{' '}
            <Link to="/runs/$id" params={{ id: String(runId) }} className="underline">
              Recover run-{runId}
            </Link>
          </p>
        )}
        {because !== undefined && (
          <p className="mt-1 [overflow-wrap:anywhere]">
            <LongText text={because} />
          </p>
        )}
      </div>
      <div className="flex shrink-0 items-center gap-1">
        {live.change.status === 'open' && isPlanned(node.result) && (
          <ActionButton
            icon={<Check aria-hidden className="size-3.5" />}
            because={why(canApprove(live, environment, node.name))}
            onClick={() => onAsk({ action: 'approve', environment, only: node.name })}
          >
            Approve
          </ActionButton>
        )}
        <IconButton label="Close the run" onClick={onClose}>
          <X aria-hidden className="size-4" />
        </IconButton>
      </div>
    </header>
  )
}

/** What whoever opens a workspace wants to see first. */
const usualTab = {
  pending: 'requirements',
  deferred: 'requirements',
  blocked: 'requirements',
  skipped: 'requirements',
  planning: 'log',
  applying: 'log',
  unchanged: 'log',
  failed: 'log',
  cancelled: 'log',
  unknown: 'log',
  planned: 'plan',
  provisional: 'plan',
  applied: 'plan',
} as const satisfies Record<Result, PanelTab>

/** Its details, read again whenever the change tells that it stands elsewhere. */
function useRunOf(node: LiveNode) {
  const { runId, result, runStatus, digest } = node
  const queries = useQueryClient()
  const standing = [runId, result, runStatus, digest].join(' ')
  const former = useRef(standing)
  useEffect(() => {
    if (former.current === standing) return
    former.current = standing
    queries.invalidateQueries({ queryKey: ['runs', String(runId)] }).catch(() => undefined)
  }, [standing, runId, queries])
  return useQuery({ ...runQuery(runId ?? 0), enabled: runId !== undefined })
}
