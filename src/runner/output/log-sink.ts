import type { Redactor } from '../../secrets/index.ts'
import { withinTime } from '../time.ts'
import type { Line } from './line-splitter.ts'
import { plainText } from './terminal-text.ts'

export interface LogLimits {
  /** Bytes of output that are kept of one phase, beside the last lines. */
  readonly total: number
  /** Characters of one line. */
  readonly line: number
}

const defaultLimits: LogLimits = { total: 32 * 1024 * 1024, line: 64 * 1024 }

const batchSize = 256 * 1024
const lastLines = 200
// A port that answers no more must not hold back the outcome of a run.
const patience = 30_000

/**
 * Carries output to the port: without escape codes, redacted, in order, each batch once. It never
 * holds back who writes: what is beyond the limit is counted, and of it only the last lines are
 * kept, because an error stands at the end.
 */
export class LogSink {
  readonly #send: (text: string) => Promise<void>
  readonly #redactor: Redactor
  readonly #limits: LogLimits
  #waiting: string[] = []
  #kept = 0
  #dropped = 0
  #tail: string[] = []
  #lost = 0
  #pumping: Promise<void> | undefined

  constructor(
    send: (text: string) => Promise<void>,
    redactor: Redactor,
    limits: LogLimits = defaultLimits,
  ) {
    this.#send = send
    this.#redactor = redactor
    this.#limits = limits
  }

  /** A sentence of Portolan's own. */
  say(text: string): void {
    this.#append(`${this.#redactor.redact(text)}\n`)
  }

  /** One line, or text of several, that a program wrote. */
  line(text: string, dropped = 0): void {
    if (this.#kept >= this.#limits.total) {
      this.#dropped += text.length + dropped + 1
      this.#tail.push(text.slice(0, 4096))
      if (this.#tail.length > 2 * lastLines) this.#tail = this.#tail.slice(-lastLines)
      return
    }
    this.#append(`${this.#clean({ text, dropped })}\n`)
  }

  /** Sends all that is waiting; to be called once, at the end. */
  async finish(): Promise<void> {
    if (this.#dropped > 0) {
      const megabytes = (this.#dropped / 1024 / 1024).toFixed(1)
      this.#append(`… ${megabytes} MiB of output were left out here; the last lines follow.\n`)
      for (const text of this.#tail.slice(-lastLines)) {
        this.#append(`${this.#clean({ text, dropped: text.length === 4096 ? 1 : 0 })}\n`)
      }
    }
    await withinTime(this.#pumping ?? Promise.resolve(), patience)
    if (this.#lost === 0) return
    this.#append(`… ${this.#lost} characters of output could not be recorded.\n`)
    await withinTime(this.#pumping ?? Promise.resolve(), patience)
  }

  #clean({ text, dropped }: Line): string {
    const clean = this.#redactor.redact(plainText(text))
    const { line: maximum } = this.#limits
    if (dropped === 0 && clean.length <= maximum) return clean
    // The cut may have gone through a secret: what could be its beginning is left out too.
    const whole = dropped === 0 ? clean.length : clean.length - this.#redactor.longest
    const shown = clean.slice(0, Math.max(0, Math.min(maximum, whole)))
    return `${shown} … (${dropped + clean.length - shown.length} characters more)`
  }

  #append(text: string): void {
    this.#kept += text.length
    this.#waiting.push(text)
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined
    })
  }

  async #pump(): Promise<void> {
    // Lines that come together travel together.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch()
      try {
        await this.#send(batch)
      } catch {
        // Sent again it could appear twice: it is counted instead, and said at the end.
        this.#lost += batch.length
      }
    }
  }

  #nextBatch(): string {
    let size = 0
    let count = 0
    for (const text of this.#waiting) {
      if (count > 0 && size + text.length > batchSize) break
      size += text.length
      count += 1
    }
    return this.#waiting.splice(0, count).join('')
  }
}
