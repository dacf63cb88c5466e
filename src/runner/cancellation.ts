import type { Child } from '../platform/process/process.ts'
import type { RunnerPort } from './job.ts'

export type CancelRequest = 'cancel' | 'force'

// A Terraform that says nothing at its start must not escape its cancel.
const startPatience = 3000

/**
 * Passes a person's cancel on to the program that is running. A cancel is one SIGINT for the
 * program alone: after a second one Terraform exits at once without saving. Force is SIGKILL for
 * its whole process group.
 */
export class Cancellation {
  readonly #port: RunnerPort

  constructor(port: RunnerPort) {
    this.#port = port
  }

  get requested(): CancelRequest | undefined {
    const { cancelled, forced } = this.#port
    if (forced?.aborted || (cancelled.aborted && cancelled.reason === 'force')) return 'force'
    return cancelled.aborted ? 'cancel' : undefined
  }

  /** Aborted with the first cancel. */
  get signal(): AbortSignal {
    const { cancelled, forced } = this.#port
    return forced === undefined ? cancelled : AbortSignal.any([cancelled, forced])
  }

  /**
   * Watches over a program until it ended. The signal waits until the program has begun to speak:
   * before that it would die of it instead of handling it.
   */
  attach(child: Child, speaking: Promise<void>): { detach(): void } {
    let interrupted = false
    const onRequest = () => {
      if (this.requested === 'force') {
        void child.killGroup()
        return
      }
      if (this.requested === undefined || interrupted) return
      interrupted = true
      const patience = new Promise((resolve) => setTimeout(resolve, startPatience).unref())
      void Promise.race([speaking, patience]).then(() => {
        if (attached) child.signal('SIGINT')
      })
    }
    let attached = true
    const signals = [this.#port.cancelled, this.#port.forced]
    for (const signal of signals) signal?.addEventListener('abort', onRequest)
    onRequest()
    return {
      detach: () => {
        attached = false
        for (const signal of signals) signal?.removeEventListener('abort', onRequest)
      },
    }
  }
}
