import { ScrollText } from 'lucide-react'
import { useIsLive } from '../../lib/live.ts'
import { Empty, ErrorState, SkeletonRows } from '../../ui/states.tsx'
import { LogContents } from './log-contents.tsx'
import { useLog } from './use-log.ts'

/** What a run says, as it says it. */
export function LogViewer({ runId }: { runId: number }) {
  return <RunLog key={runId} runId={runId} />
}

function RunLog({ runId }: { runId: number }) {
  const { buffer, view, error } = useLog(runId)
  const isLive = useIsLive()
  if (error && view.count === 0) return <ErrorState error={error} />
  if (view.count > 0) {
    return (
      <>
        {error && <ErrorState error={error} as="box" />}
        <LogContents runId={runId} buffer={buffer} view={view} />
      </>
    )
  }
  if (view.isOver) {
    return (
      <Empty title="Nothing was said" icon={<ScrollText aria-hidden className="size-5" />}>
        This run ended before it printed anything. What happened to it is among its events.
      </Empty>
    )
  }
  if (!isLive) return <SkeletonRows rows={8} />
  return (
    <Empty title="Nothing was said yet" icon={<ScrollText aria-hidden className="size-5" />}>
      Lines are shown here as they come.
    </Empty>
  )
}
