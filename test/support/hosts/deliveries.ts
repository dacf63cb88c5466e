import type { FakeDeliveries, FakeDelivery } from './host.ts'

/** An event, as it goes out. */
export interface OutgoingEvent {
  readonly id: string
  readonly event: string
  /** With the signature. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Sends webhooks one after the other, in the background, as hosts do. */
export interface Deliverer extends FakeDeliveries {
  to(address: string): void
  readonly address: string | undefined
  send(event: OutgoingEvent): void
}

type Sent = { -readonly [Key in keyof FakeDelivery]: FakeDelivery[Key] }

export function aDeliverer(): Deliverer {
  let address: string | undefined
  let queue: Promise<unknown> = Promise.resolve()
  const all: Sent[] = []
  let held: Sent[] = []

  function post(delivery: Sent): void {
    const target = address
    if (target === undefined) return
    queue = queue.then(async () => {
      delivery.answered = await answerTo(target, delivery)
    })
  }

  const deliverer: Deliverer = {
    mode: 'deliver',
    all,
    get address() {
      return address
    },
    to(next) {
      address = next
    },
    send(event) {
      const delivery: Sent = { ...event, answered: undefined }
      all.push(delivery)
      if (deliverer.mode === 'hold') held.push(delivery)
      if (deliverer.mode === 'deliver' || deliverer.mode === 'twice') post(delivery)
      if (deliverer.mode === 'twice') post(delivery)
    },
    async release(order = 'as-they-came') {
      const waiting = order === 'reversed' ? held.reverse() : held
      held = []
      for (const delivery of waiting) post(delivery)
      await deliverer.settled()
    },
    async redeliver(id) {
      for (const delivery of all.filter((each) => each.id === id)) post(delivery)
      await deliverer.settled()
    },
    async settled() {
      let waited: unknown
      while (waited !== queue) {
        waited = queue
        await queue
      }
    },
  }
  return deliverer
}

async function answerTo(target: string, { headers, body }: FakeDelivery): Promise<number> {
  try {
    const answer = await fetch(target, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    return 0
  }
}
