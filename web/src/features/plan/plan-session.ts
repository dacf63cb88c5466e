import type { Answers, Question, Reply } from './plan-worker.ts'

/** A plan that is open in a worker. */
export class PlanSession {
  readonly #worker = new Worker(new URL('./plan-worker.ts', import.meta.url), { type: 'module' })
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #count = 0

  constructor() {
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
      const asked = this.#waiting.get(data.number)
      this.#waiting.delete(data.number)
      if ('failure' in data) asked?.reject(new Error(data.failure))
      else asked?.resolve(data.answer)
    })
    this.#worker.addEventListener('error', () => this.#failAll('the plan could not be read here'))
  }

  open(bytes: ArrayBuffer): Promise<Answers['open']> {
    return this.#ask<'open'>({ kind: 'open', bytes }, [bytes])
  }

  details(ids: readonly string[]): Promise<Answers['details']> {
    return this.#ask<'details'>({ kind: 'details', ids })
  }

  search(words: readonly string[]): Promise<Answers['search']> {
    return this.#ask<'search'>({ kind: 'search', words })
  }

  close(): void {
    this.#worker.terminate()
    this.#waiting.clear()
  }

  #ask<Kind extends keyof Answers>(
    question: Question,
    transferred: Transferable[] = [],
  ): Promise<Answers[Kind]> {
    this.#count += 1
    const asked = Promise.withResolvers<Answers[Kind]>()
    this.#waiting.set(this.#count, asked as PromiseWithResolvers<unknown>)
    this.#worker.postMessage({ number: this.#count, question }, transferred)
    return asked.promise
  }

  #failAll(message: string): void {
    for (const asked of this.#waiting.values()) asked.reject(new Error(message))
    this.#waiting.clear()
  }
}
