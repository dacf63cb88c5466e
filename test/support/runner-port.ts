import type { ResourceProgress, RunnerPort } from '../../src/runner/index.ts'

/** A server's side of a run that keeps all that a runner says. */
export class CapturingPort implements RunnerPort {
  readonly texts: string[] = []
  readonly events: ResourceProgress[] = []
  readonly states: Buffer[] = []
  readonly #cancel = new AbortController()
  readonly #force = new AbortController()
  /** Set to make every `liveState` wait or fail. */
  onState: (bytes: Buffer) => Promise<void> = async () => {}
  onProgress: (event: ResourceProgress) => void = () => {}
  onLog: (text: string) => void = () => {}

  get cancelled(): AbortSignal {
    return this.#cancel.signal
  }

  get forced(): AbortSignal {
    return this.#force.signal
  }

  /** Everything that was logged. */
  get text(): string {
    return this.texts.join('')
  }

  async log(text: string): Promise<void> {
    this.texts.push(text)
    this.onLog(text)
  }

  async progress(event: ResourceProgress): Promise<void> {
    this.events.push(event)
    this.onProgress(event)
  }

  async liveState(state: Buffer): Promise<void> {
    await this.onState(state)
    this.states.push(state)
  }

  cancel(): void {
    this.#cancel.abort('cancel')
  }

  force(): void {
    this.#force.abort('force')
  }
}
