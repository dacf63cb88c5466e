/** A person's Ctrl-C, again and again, and the end of the terminal. */
export interface Interrupts {
  /** Aborted when the person cancels. */
  readonly cancelled: AbortSignal
  /** Aborted when the person forces the end. */
  readonly forced: AbortSignal
  /** Gives the signals back. */
  close(): void
}

/** What is said to the first Ctrl-C, to the second, …; what follows the last one is as the last one. */
export type CancelSentences = readonly [first: string, ...more: string[]]

/** What is said where the work is done in this process. */
export const cancelSentences = {
  run: [
    'Cancelling: Terraform finishes what it has begun, then stops. This can take a while.',
    'Still cancelling. A third Ctrl-C kills Terraform by force: what it is doing would not be recorded.',
    'Killed by force.',
  ],
  change: [
    'Cancelling: what has begun is finished, nothing new starts. This can take a while.',
    'Still cancelling. A third Ctrl-C kills what runs by force: what it is doing would not be recorded.',
    'Killed by force.',
  ],
} as const satisfies Record<string, CancelSentences>

/** Takes the signals of this process; `tell` gets the sentence for each. At the last one it is forced. */
export function hearInterrupts(
  sentences: CancelSentences,
  tell: (sentence: string) => void,
): Interrupts {
  const cancelled = new AbortController()
  const forced = new AbortController()
  let interrupts = 0
  const cancel = () => {
    if (!cancelled.signal.aborted) cancelled.abort('cancel')
  }
  const onInterrupt = () => {
    tell(sentences[Math.min(interrupts, sentences.length - 1)] ?? sentences[0])
    interrupts += 1
    cancel()
    if (interrupts >= sentences.length) forced.abort('force')
  }
  // A terminal that closes, or a supervisor: once gracefully, and never more than that.
  const onEnd = () => {
    if (interrupts === 0 && !cancelled.signal.aborted) tell(sentences[0])
    cancel()
  }
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onEnd)
  process.on('SIGHUP', onEnd)
  return {
    cancelled: cancelled.signal,
    forced: forced.signal,
    close: () => {
      process.off('SIGINT', onInterrupt)
      process.off('SIGTERM', onEnd)
      process.off('SIGHUP', onEnd)
    },
  }
}
