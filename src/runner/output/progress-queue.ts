import type { Redactor } from '../../secrets/index.ts'
import type { ResourceProgress } from '../job.ts'
import { withinTime } from '../time.ts'

const patience = 30_000

/** Tells the port of each resource's progress, in order, without holding back who reports. */
export class ProgressQueue {
  readonly #send: (event: ResourceProgress) => Promise<void>
  readonly #redactor: Redactor
  #tail: Promise<void> = Promise.resolve()

  constructor(send: (event: ResourceProgress) => Promise<void>, redactor: Redactor) {
    this.#send = send
    this.#redactor = redactor
  }

  add(event: ResourceProgress): void {
    const { idValue } = event
    const shown = {
      ...event,
      address: this.#redactor.redact(event.address),
      idValue: idValue === undefined ? undefined : this.#redactor.redact(idValue),
    }
    // An event that does not arrive is missing from the journal; the state itself has the resource.
    this.#tail = this.#tail.then(() => this.#send(shown)).catch(() => {})
  }

  async finish(): Promise<void> {
    await withinTime(this.#tail, patience)
  }
}
