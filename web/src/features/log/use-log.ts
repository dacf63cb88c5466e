import { useState, useSyncExternalStore } from 'react'
import type { AppError } from '../../../../src/platform/errors.ts'
import { useEvents } from '../../lib/live.ts'
import type { LogPiece } from '../../lib/types.ts'
import { LogBuffer, type LogView } from './log-buffer.ts'

export interface Log {
  readonly buffer: LogBuffer
  readonly view: LogView
  /** Refused for good. */
  readonly error: AppError | undefined
}

/**
 * The log of a run as it comes, across breaks of the connection. Another run is another component: give it a
 * `key`.
 */
export function useLog(runId: number): Log {
  const [buffer] = useState(() => new LogBuffer())
  const [error, setError] = useState<AppError>()
  useEvents(`/runs/${runId}/log/stream`, {
    onEvent: (data) => {
      if (isPiece(data)) buffer.push(data)
    },
    onEnd: () => buffer.end(),
    onRefusal: setError,
  })
  const view = useSyncExternalStore(buffer.subscribe, buffer.view)
  return { buffer, view, error }
}

function isPiece(data: unknown): data is LogPiece {
  return (
    typeof data === 'object' &&
    data !== null &&
    'text' in data &&
    typeof data.text === 'string' &&
    'phase' in data &&
    (data.phase === 'plan' || data.phase === 'apply') &&
    'at' in data &&
    typeof data.at === 'string'
  )
}
