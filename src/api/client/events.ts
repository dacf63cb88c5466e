/** One server-sent event. */
export interface ServerEvent {
  /** Where to go on from after a break. */
  readonly id: string
  readonly data: string
}

export interface FollowOptions {
  /** Opens the stream behind this event. @throws when it is refused */
  readonly open: (lastId: string | undefined, signal: AbortSignal) => Promise<Response>
  readonly signal: AbortSignal
  /** The connection broke, and is tried again. */
  readonly onBreak?: (error: unknown) => void
  /** Refusals that trying again does not help: what this says is thrown. */
  readonly isFinal: (error: unknown) => boolean
}

const SHORTEST_PAUSE = 200
const LONGEST_PAUSE = 5000

/** Events of a stream, without gaps and without repetition across breaks, until the server ends it. */
export async function* follow(options: FollowOptions): AsyncGenerator<ServerEvent, void> {
  const { open, signal, onBreak, isFinal } = options
  let lastId: string | undefined
  let pause = SHORTEST_PAUSE
  while (!signal.aborted) {
    try {
      for await (const event of eventsOf(await open(lastId, signal))) {
        pause = SHORTEST_PAUSE
        if (event === 'end') return
        lastId = event.id
        if (event.data !== undefined) yield { id: event.id, data: event.data }
      }
    } catch (error) {
      if (signal.aborted) return
      if (isFinal(error)) throw error
      onBreak?.(error)
    }
    await sleep(pause, signal)
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  }
}

/** `data` is absent where nothing is told: it only says where to go on from. */
interface Received {
  readonly id: string
  readonly data: string | undefined
}

/** Reads `text/event-stream`; `end` when the server says that nothing more will come. */
async function* eventsOf(response: Response): AsyncGenerator<Received | 'end', void> {
  if (response.body === null) return
  let id = ''
  let data: string[] = []
  let name = ''
  for await (const line of lines(response.body)) {
    if (line === '') {
      if (name === 'end') yield 'end'
      else if (name === 'place') yield { id, data: undefined }
      else if (data.length > 0) yield { id, data: data.join('\n') }
      data = []
      name = ''
      continue
    }
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
    if (field === 'id') id = value
    if (field === 'data') data.push(value)
    if (field === 'event') name = value
  }
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const parts = (rest + decoder.decode(value, { stream: true })).split('\n')
      rest = parts.pop() ?? ''
      yield* parts
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
