import { readFile } from 'node:fs/promises'
import { codeOf, messageOf, notFound, unavailable } from '../../../platform/errors.ts'
import { shownAddress } from './publisher.ts'

export interface DownloadOptions {
  /** Bytes that it has at most. */
  readonly most: number
  /** Milliseconds without a byte after which it is given up. */
  readonly patience: number
}

const PAUSES = [500, 2000]
const REDIRECTS = 5

/**
 * Fetches a file of a release from an address or an absolute path. What passes (no answer, 5xx) is tried
 * again.
 * @throws AppError `not_found`, `unavailable`
 */
export async function download(address: string, options: DownloadOptions): Promise<Buffer> {
  if (!/^https?:/.test(address)) return readLocal(address)
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await fetchOnce(address, options)
    } catch (error) {
      const pause = PAUSES[attempt]
      if (!(error instanceof Passing)) throw error
      if (pause === undefined) {
        throw unavailable(`${shownAddress(address)} cannot be fetched: ${error.message}`, {
          cause: error.cause,
        })
      }
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}

/** What may be over in a moment. */
class Passing extends Error {}

async function readLocal(file: string): Promise<Buffer> {
  try {
    return await readFile(file.startsWith('file:') ? new URL(file) : file)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw notFound(`there is no ${file}`)
    throw unavailable(`${file} cannot be read: ${messageOf(error)}`, { cause: error })
  }
}

async function fetchOnce(address: string, { most, patience }: DownloadOptions): Promise<Buffer> {
  const clock = new Patience(patience)
  try {
    const response = await follow(address, clock)
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of response.body ?? []) {
      clock.wind()
      size += chunk.length
      if (size > most) {
        throw unavailable(`${shownAddress(address)} has more than ${most} bytes`)
      }
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    if (clock.isOver) throw new Passing(`nothing came for ${patience / 1000} seconds`)
    // What `fetch` throws when there is no connection, or it breaks.
    if (error instanceof TypeError) throw new Passing(reasonOf(error), { cause: error })
    throw error
  } finally {
    clock.stop()
  }
}

/** By hand: a redirect must not lead away from TLS, and takes no password with it. */
async function follow(address: string, clock: Patience): Promise<Response> {
  let at = new URL(address)
  const first = at
  for (let left = REDIRECTS; ; left -= 1) {
    const { username, password } = first
    const isSameOrigin = at.origin === first.origin
    const headers: Record<string, string> =
      isSameOrigin && username !== '' ? { Authorization: `Basic ${basic(username, password)}` } : {}
    const response = await fetch(shownAddress(at.href), {
      redirect: 'manual',
      signal: clock.signal,
      headers: { 'User-Agent': 'portolan', ...headers },
    })
    clock.wind()
    const location = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || location === null) {
      return answered(response, at)
    }
    await response.body?.cancel()
    const next = new URL(location, at)
    if (at.protocol === 'https:' && next.protocol !== 'https:') {
      throw unavailable(`${shownAddress(at.href)} leads away from https`)
    }
    if (left === 0) throw unavailable(`${shownAddress(address)} leads on without end`)
    at = next
  }
}

async function answered(response: Response, at: URL): Promise<Response> {
  if (response.ok) return response
  await response.body?.cancel()
  const said = `it answers ${response.status}`
  if (response.status === 429 || response.status >= 500) throw new Passing(said)
  const message = `${shownAddress(at.href)} cannot be fetched: ${said}`
  throw response.status === 404 ? notFound(message) : unavailable(message)
}

function basic(username: string, password: string): string {
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return Buffer.from(text).toString('base64')
}

function reasonOf(error: Error): string {
  const { cause } = error
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message
}

/** Ends what waits for something that does not come. */
class Patience {
  readonly #controller = new AbortController()
  readonly #milliseconds: number
  #timer: NodeJS.Timeout | undefined
  isOver = false

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds
    this.wind()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  wind(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.isOver = true
      this.#controller.abort()
    }, this.#milliseconds)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
