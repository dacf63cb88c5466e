import { useQuery } from '@tanstack/react-query'
import type { RunDetails } from '../../lib/types.ts'
import { LongText } from '../../ui/long-text.tsx'
import { Empty, ErrorState, Loaded, SkeletonRows } from '../../ui/states.tsx'
import { runQuery } from '../runs/run-queries.ts'
import { PlanContents } from './plan-contents.tsx'
import { usePlan } from './use-plan.ts'

/** What a run would do, resource by resource. */
export function PlanViewer({ runId }: { runId: number }) {
  const query = useQuery(runQuery(runId))
  return (
    <Loaded query={query}>
      {(details) =>
        details.digest === undefined ? (
          <NoPlan run={details.run} />
        ) : (
          <RecordedPlan details={details} digest={details.digest} />
        )
      }
    </Loaded>
  )
}

function RecordedPlan({ details, digest }: { details: RunDetails; digest: string }) {
  const plan = usePlan(details.run.id, digest)
  if (plan.status === 'loading') return <SkeletonRows rows={6} />
  if (plan.status === 'failed') return <ErrorState error={plan.error} onRetry={plan.retry} />
  return (
    <PlanContents key={digest} details={details} outline={plan.outline} session={plan.session} />
  )
}

function NoPlan({ run }: { run: RunDetails['run'] }) {
  switch (run.status) {
    case 'queued':
    case 'waiting':
    case 'planning':
      return (
        <Empty title="No plan yet">
          It is shown here as soon as it is made. What Terraform says meanwhile is in the log.
        </Empty>
      )
    case 'failed':
      return (
        <Empty title="It failed before there was a plan">
          The log says why. Nothing was changed by this run’s plan.
        </Empty>
      )
    default:
      return (
        <Empty title="There is no plan">
          <LongText
            text={run.reason ?? 'This run ended before it had one, or it is not kept any more.'}
          />
        </Empty>
      )
  }
}
