import { messageOf } from '../../platform/errors.ts'
import { claim } from '../../platform/process/claim.ts'
import type { RunWatch } from './run-watch.ts'

/** A run's turn in a workspace's directory; how the run ends when it did not get one. */
export interface Turn {
  readonly refused:
    | { readonly kind: 'cancelled' }
    | { readonly kind: 'failed'; readonly reason: string }
    | undefined
  release(): Promise<void>
}

/**
 * Waits until no other run is at work in a workspace's directory. Held from reading the state to
 * recording it: a plan that had to wait must not be made from the state before it waited.
 */
export async function takeTurn(
  directory: string,
  watch: Pick<RunWatch, 'cancelled' | 'notice'>,
): Promise<Turn> {
  try {
    const held = await claim(directory, {
      signal: watch.cancelled,
      onWait: () => watch.notice('Waiting for another run that is at work in this workspace.'),
    })
    return { refused: undefined, release: () => held.release() }
  } catch (error) {
    const refused = watch.cancelled.aborted
      ? ({ kind: 'cancelled' } as const)
      : ({ kind: 'failed', reason: messageOf(error) } as const)
    return { refused, release: async () => undefined }
  }
}
