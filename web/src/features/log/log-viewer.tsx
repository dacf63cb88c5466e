import { ScrollText } from 'lucide-react'
import { useEffect, useState } from 'react'
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
  const isPatient = useLater(CONNECTING)
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
  if (!isLive || !isPatient) return <SkeletonRows rows={8} />
  return (
    <Empty title="Nothing was said yet" icon={<ScrollText aria-hidden className="size-5" />}>
      Lines are shown here as they come.
    </Empty>
  )
}

/** Milliseconds in which the first lines usually are there. */
const CONNECTING = 1500

/** True after a while. */
function useLater(milliseconds: number): boolean {
  const [isLater, setLater] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), milliseconds)
    return () => clearTimeout(timer)
  }, [milliseconds])
  return isLater
}
