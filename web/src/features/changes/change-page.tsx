import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { LinkButton } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { ChangeBoard } from './change-board.tsx'
import { ChangeHeader } from './change-header.tsx'
import { changeQuery } from './change-queries.ts'
import { type ChangeAsk, ChangeDialog } from './dialogs/change-dialog.tsx'
import { lanesOf } from './lanes.ts'
import type { LiveChange } from './live-change.ts'
import { PullRequestStrip } from './pull-request-strip.tsx'
import { HISTORY_AT_ONCE, TimelineView } from './timeline-view.tsx'
import { useChangeEvents } from './use-change-events.ts'

const route = getRouteApi('/changes/$id')

/** A change: what is proposed, where it stands, what it waits for, and what may be done about it. */
export function ChangePage() {
  const { id } = route.useParams()
  const query = useQuery(changeQuery(id))
  if (query.data !== undefined) return <ShownChange key={id} live={query.data} />
  if (query.error !== null) {
    return (
      <>
        <PageHeader title={`change-${id.slice(0, 20)}`} />
        <ErrorState error={query.error} onRetry={query.refetch} />
        <div className="flex justify-center">
          <LinkButton to="/changes">All changes</LinkButton>
        </div>
      </>
    )
  }
  return <Loading />
}

function ShownChange({ live }: { live: LiveChange }) {
  const [wantsHistory, setWantsHistory] = useState(live.nodes.length <= HISTORY_AT_ONCE)
  const [ask, setAsk] = useState<ChangeAsk>()
  const timeline = useChangeEvents(live, wantsHistory)
  const lanes = lanesOf(live)
  return (
    <>
      <ChangeHeader live={live} onAsk={setAsk} />
      <PullRequestStrip change={live.change} />
      <ChangeBoard live={live} lanes={lanes} onAsk={setAsk} />
      <TimelineView
        timeline={timeline}
        isWanted={wantsHistory}
        isLoading={live.lastEvent > timeline.lastEvent}
        onWant={() => setWantsHistory(true)}
      />
      {ask !== undefined && (
        <ChangeDialog live={live} lanes={lanes} ask={ask} onClose={() => setAsk(undefined)} />
      )}
    </>
  )
}

function Loading() {
  return (
    <div role="status" aria-label="Loading">
      <Skeleton className="mb-2 h-7 w-96 max-w-full" />
      <Skeleton className="mb-5 h-5 w-72 max-w-full" />
      <div className="mb-6 grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        <Skeleton className="h-32" />
        <Skeleton className="h-32" />
      </div>
      <Skeleton className="h-96 w-full" />
    </div>
  )
}
