import { withinTime } from '../time.ts'
import { isNewer, markOf, type StateMark } from './state-bytes.ts'

const firstPause = 50
const longestPause = 2000

/** Streams the newest complete state to the port: one at a time, the newest one next. */
export class LiveState {
  readonly #send: (bytes: Buffer) => Promise<void>
  #seen: StateMark | undefined
  #newest: Buffer | undefined
  #next: Buffer | undefined
  #sending: Promise<void> | undefined
  #deadline = Number.POSITIVE_INFINITY

  constructor(send: (bytes: Buffer) => Promise<void>, start: StateMark | undefined) {
    this.#send = send
    this.#seen = start
  }

  /** The newest complete state that was offered, if any was newer than the one at the start. */
  get newest(): Buffer | undefined {
    return this.#newest
  }

  /** Takes a state if it is complete and newer than all before; says whether it was complete. */
  offer(bytes: Buffer): boolean {
    const mark = markOf(bytes)
    if (mark === undefined) return false
    if (!isNewer(mark, this.#seen)) return true
    this.#seen = mark
    this.#newest = bytes
    this.#next = bytes
    this.#sending ??= this.#pump().finally(() => {
      this.#sending = undefined
    })
    return true
  }

  /**
   * Waits until the newest state has landed.
   * @returns false when it has not within `milliseconds`.
   */
  async settle(milliseconds: number): Promise<boolean> {
    this.#deadline = Date.now() + milliseconds
    await withinTime(this.#sending ?? Promise.resolve(), milliseconds)
    this.#deadline = Number.POSITIVE_INFINITY
    return this.#next === undefined
  }

  async #pump(): Promise<void> {
    let pause = firstPause
    while (this.#next !== undefined) {
      const bytes = this.#next
      try {
        await this.#send(bytes)
        if (this.#next === bytes) this.#next = undefined
        pause = firstPause
      } catch {
        // The port may be away for a moment; a newer state makes this one needless.
        if (Date.now() + pause > this.#deadline) return
        await new Promise((resolve) => setTimeout(resolve, pause))
        pause = Math.min(pause * 2, longestPause)
      }
    }
  }
}
