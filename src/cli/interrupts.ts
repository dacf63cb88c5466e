/** A person's Ctrl-C, again and again, and the end of the terminal. */
export interface Interrupts {
  /** Aborted when the person cancels. */
  readonly cancelled: AbortSignal
  /** Aborted when the person forces the end. */
  readonly forced: AbortSignal
  /** Gives the signals back. */
  close(): void
}

/** What is said to the first, the second and the third Ctrl-C. */
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
} as const satisfies Record<string, readonly [string, string, string]>

/** Takes the signals of this process; `tell` gets the sentence for each. */
export function hearInterrupts(
  what: keyof typeof cancelSentences,
  tell: (sentence: string) => void,
): Interrupts {
  const cancelled = new AbortController()
  const forced = new AbortController()
  const sentences = cancelSentences[what]
  let interrupts = 0
  const cancel = () => {
    if (!cancelled.signal.aborted) cancelled.abort('cancel')
  }
  const onInterrupt = () => {
    tell(sentences[Math.min(interrupts, 2)] ?? sentences[2])
    interrupts += 1
    cancel()
    if (interrupts >= 3) forced.abort('force')
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
