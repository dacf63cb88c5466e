import type { Logger } from 'pino'
import { messageOf } from '../../platform/errors.ts'
import { pause } from '../../platform/pause.ts'
import { makeSpares } from '../../projects/index.ts'
import { mirrorPlaces } from '../changes/committed-platform.ts'
import type { Context } from '../context.ts'

/** Does beforehand what somebody would have to wait for. */
export interface Preparing {
  /** Ends it; what is at work is waited for. */
  close(): Promise<void>
}

/** Milliseconds. */
const EVERY = 2000

/** Keeps a spare checkout of each project that is worked with on this machine. */
export function startPreparing(
  context: Pick<Context, 'config' | 'dataDirectory'>,
  log: Pick<Logger, 'warn'>,
): Preparing {
  const control = new AbortController()
  const { signal } = control
  const going = (async () => {
    for (;;) {
      await pause(EVERY, signal)
      if (signal.aborted) return
      await makeSpares(mirrorPlaces(context)).catch((error: unknown) => {
        log.warn({ reason: messageOf(error) }, 'no spare checkout was made')
      })
    }
  })()
  return {
    close: () => {
      control.abort()
      return going
    },
  }
}
