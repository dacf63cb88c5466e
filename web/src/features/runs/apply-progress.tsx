import { useEffect, useState } from 'react'
import { useEvents } from '../../lib/live.ts'
import { duration } from '../../lib/time.ts'
import type { Run } from '../../lib/types.ts'
import { plainText } from '../log/plain-text.ts'
import { noProgress, withProgress } from './progress.ts'
import { operationsIn } from './run-words.ts'

/** How far an apply has come: what is done of what the plan says, and what it is at. */
export function ApplyProgress({ run }: { run: Run }) {
  const [progress, setProgress] = useState(noProgress)
  useEvents(run.changeId === undefined ? undefined : `/changes/${run.changeId}/events?after=0`, {
    onEvent: (data) => setProgress((before) => withProgress(before, data, run.id)),
  })
  const elapsed = useElapsed(run.applyingAt)
  const total = run.summary === undefined ? 0 : operationsIn(run.summary)
  const done = Math.min(progress.done, total)
  return (
    <section
      aria-label="Progress of the apply"
      className="rounded-lg border border-line bg-surface px-4 py-3"
    >
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <p className="font-medium tabular-nums">
          {progress.isKnown ? `${done} of ${total} operations done` : 'Applying'}
          {progress.failed > 0 && <span className="text-danger">, {progress.failed} failed</span>}
        </p>
        <p className="text-muted tabular-nums">{elapsed}</p>
      </div>
      <progress
        aria-label="Operations that are done"
        max={Math.max(total, 1)}
        value={progress.isKnown ? done : undefined}
        className="mt-2 h-1.5 w-full overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-info [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-info"
      />
      <p className="mt-1.5 h-5 truncate font-mono text-muted text-xs">
        {progress.active.slice(0, 3).map(plainText).join(', ')}
        {progress.active.length > 3 && ` and ${progress.active.length - 3} more`}
      </p>
    </section>
  )
}

/** Counts every second. */
function useElapsed(since: string | undefined): string {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return since === undefined ? '' : duration(now - Date.parse(since))
}
