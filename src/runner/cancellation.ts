import { unavailable } from '../platform/errors.ts'
import type { Child } from '../platform/process/process.ts'
import type { RunnerPort } from './job.ts'
import { duration } from './time.ts'

/** Why what runs shall end: a person's wish, a person's force, or its time is over. */
export type StopRequest = 'cancel' | 'force' | 'timeout'

/**
 * How a program is told to end. `graceful`: one SIGINT for the program alone, as Terraform exits at
 * once without saving after a second one, then it is waited for. `shell`: the same signal for all
 * that the shell started; at the end of its time SIGTERM, and SIGKILL if that does not help. `never`:
 * it is short, and what it gives is needed to end well.
 */
export type StopManner = 'graceful' | 'shell' | 'never'

// A Terraform that says nothing at its start must not escape its cancel.
const startPatience = 3000
const killPatience = 10_000
// A longer one of Node's ends at once.
const longestTimer = 2 ** 31 - 1

/**
 * Passes a person's cancel, or the end of its time, on to the program that is running. Force is
 * SIGKILL for its whole process group.
 */
export class Cancellation {
  readonly #port: RunnerPort
  readonly #deadline = new AbortController()
  #timer: NodeJS.Timeout | undefined

  constructor(port: RunnerPort) {
    this.#port = port
  }

  get requested(): StopRequest | undefined {
    const { cancelled, forced } = this.#port
    if (forced?.aborted || (cancelled.aborted && cancelled.reason === 'force')) return 'force'
    if (this.#deadline.signal.aborted) return 'timeout'
    return cancelled.aborted ? 'cancel' : undefined
  }

  /** Aborted with the first request. */
  get signal(): AbortSignal {
    return AbortSignal.any(this.#signals)
  }

  /** How a phase ends that was asked to; undefined when it was not. */
  get outcome():
    | { readonly kind: 'cancelled' }
    | { readonly kind: 'failed'; readonly reason: string }
    | undefined {
    if (this.requested === undefined) return undefined
    if (this.requested !== 'timeout') return { kind: 'cancelled' }
    return { kind: 'failed', reason: String(this.#deadline.signal.reason.message) }
  }

  /** From now on there is so much time for all of it. */
  startClock(seconds: number): void {
    this.#timer = setTimeout(
      () => {
        if (this.requested !== undefined) return
        this.#deadline.abort(unavailable(`timed out after ${duration(seconds)}`))
      },
      Math.min(seconds * 1000, longestTimer),
    )
  }

  stopClock(): void {
    clearTimeout(this.#timer)
  }

  /**
   * Watches over a program until it ended. The signal waits until the program has begun to speak:
   * before that it would die of it instead of handling it.
   */
  attach(child: Child, speaking: Promise<void>, manner: StopManner): { detach(): void } {
    let asked = false
    let attached = true
    let kill: NodeJS.Timeout | undefined
    const ask = () => {
      if (!attached) return
      if (manner === 'graceful') child.signal('SIGINT')
      else if (this.requested === 'timeout') {
        child.signalGroup('SIGTERM')
        kill = setTimeout(() => void child.killGroup(), killPatience)
      } else child.signalGroup('SIGINT')
    }
    const onRequest = () => {
      if (this.requested === 'force') {
        void child.killGroup()
        return
      }
      if (this.requested === undefined || asked || manner === 'never') return
      asked = true
      const patience = new Promise((resolve) => setTimeout(resolve, startPatience).unref())
      const ready = manner === 'shell' ? Promise.resolve() : Promise.race([speaking, patience])
      void ready.then(ask)
    }
    for (const signal of this.#signals) signal.addEventListener('abort', onRequest)
    onRequest()
    return {
      detach: () => {
        attached = false
        clearTimeout(kill)
        for (const signal of this.#signals) signal.removeEventListener('abort', onRequest)
      },
    }
  }

  get #signals(): AbortSignal[] {
    const { cancelled, forced } = this.#port
    return [cancelled, this.#deadline.signal, ...(forced === undefined ? [] : [forced])]
  }
}
