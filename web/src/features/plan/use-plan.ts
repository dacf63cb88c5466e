import { useEffect, useState } from 'react'
import { answered, attempted } from '../../../../src/api/client/client.ts'
import type { PlanOutline } from './plan-model.ts'
import { PlanSession } from './plan-session.ts'

export type PlanState =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly error: unknown; readonly retry: () => void }
  | { readonly status: 'ready'; readonly outline: PlanOutline; readonly session: PlanSession }

/**
 * The plan of a run, read in a worker: again when it is planned again (another digest), while the former one is
 * shown no more.
 */
export function usePlan(runId: number, digest: string): PlanState {
  const [attempt, setAttempt] = useState(0)
  const [state, setState] = useState<PlanState>({ status: 'loading' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another digest or attempt reads it again
  useEffect(() => {
    const session = new PlanSession()
    const stop = new AbortController()
    setState({ status: 'loading' })
    load(runId, session, stop.signal).then(
      (outline) => {
        if (!stop.signal.aborted) setState({ status: 'ready', outline, session })
      },
      (error: unknown) => {
        const retry = () => setAttempt((count) => count + 1)
        if (!stop.signal.aborted) setState({ status: 'failed', error, retry })
      },
    )
    return () => {
      stop.abort()
      session.close()
    }
  }, [runId, digest, attempt])
  return state
}

async function load(
  runId: number,
  session: PlanSession,
  signal: AbortSignal,
): Promise<PlanOutline> {
  const send = () => fetch(`/api/v1/runs/${runId}/plan`, { signal })
  // As bytes: numbers must not pass through a parser that rounds them.
  const response = await answered(await attempted(send, location.origin))
  return session.open(await response.arrayBuffer())
}
