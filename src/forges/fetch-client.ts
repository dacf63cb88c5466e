import { type AppError, codeOf, unavailable } from '../platform/errors.ts'

/** Bytes of an answer: a page of a hundred comments of the longest kind has less. */
const LARGEST = 48 * 1024 * 1024

const REDIRECTS = 3

export interface FetchRules {
  /** Nothing is asked of any other host: what goes out has credentials. */
  readonly apiUrl: string
  /** Milliseconds for an answer with all of its body. */
  readonly deadline: number
}

/** `fetch` for one host: it follows to no other one, waits so long and reads so much. */
export function fetchWithin({ apiUrl, deadline }: FetchRules): typeof fetch {
  const { origin } = new URL(apiUrl)
  return async (input, init) => {
    const signal = AbortSignal.timeout(deadline)
    let address = new URL(String(input))
    for (let hops = 0; ; hops += 1) {
      const answer = await fetch(address, { ...init, signal, redirect: 'manual' })
      const next = nextOf(answer, address, init?.method ?? 'GET')
      if (next === undefined || next.origin !== origin || hops === REDIRECTS) return whole(answer)
      await answer.body?.cancel()
      address = next
    }
  }
}

/**
 * Why there was no answer. The message of a failure may hold a header, hence the token: only its code is
 * told.
 */
export function silence(host: string, error: unknown): AppError {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return unavailable(`${host} did not answer in time`)
  }
  const code = error instanceof Error ? (codeOf(error.cause) ?? codeOf(error)) : undefined
  return unavailable(`${host} cannot be reached${code === undefined ? '' : ` (${code})`}`, {
    next: 'Look at the address of the host, and whether this server may connect to it.',
  })
}

/** The same, with what was asked: as after “cannot”. */
export function unanswered(action: string, reason: AppError): AppError {
  const { message, next } = reason
  return unavailable(`cannot ${action}: ${message}`, { cause: reason, ...(next && { next }) })
}

/** Where the same request is to be sent again. What would become another request is not sent. */
function nextOf(answer: Response, address: URL, method: string): URL | undefined {
  const location = answer.headers.get('location')
  const repeats = answer.status === 307 || answer.status === 308
  const moved = (answer.status === 301 || answer.status === 302) && method === 'GET'
  if (location === null || !(repeats || moved)) return undefined
  return URL.parse(location, address.href) ?? undefined
}

async function whole(answer: Response): Promise<Response> {
  const { status, headers } = answer
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body ?? []) {
    size += chunk.length
    if (size > LARGEST) throw unavailable('the answer is larger than any that is expected')
    chunks.push(chunk)
  }
  const isEmpty = status === 204 || status === 205 || status === 304
  return new Response(isEmpty ? null : Buffer.concat(chunks), { status, headers })
}
