import { unavailable } from '../../platform/errors.ts'
import { silence } from '../fetch-client.ts'
import { GitLabRefusal } from './refusal.ts'

/** One request to GitLab. */
export interface Asked {
  readonly method: string
  /** Below the API's address, `projects/1/hooks`, or absolute below the host's. */
  readonly url: string
  readonly search?: URLSearchParams
  readonly body?: unknown
}

export interface Answered {
  /** Parsed JSON; undefined where there was none. */
  readonly body: unknown
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

export type Ask = (asked: Asked) => Promise<Answered>

export interface TransportOptions {
  /** `https://example.com/gitlab` */
  readonly base: string
  /** What people call it. */
  readonly host: string
  readonly token: string
  /** Milliseconds for a whole answer. */
  readonly deadline: number
}

const LARGEST_ANSWER = 32 * 1024 * 1024
const REDIRECTS = 3

/**
 * Asks GitLab once: nothing is tried again and nothing waits in a queue, for the outbox and the poll do that.
 * The token goes to addresses below the base only, wherever GitLab points.
 * @throws GitLabRefusal for an answer that is none of 2xx; AppError `unavailable` when there was none
 */
export function createTransport({ base, host, token, deadline }: TransportOptions): Ask {
  return async ({ method, url, search, body }) => {
    let address = new URL(url, `${base}/`)
    if (search !== undefined) address.search = search.toString()
    const signal = AbortSignal.timeout(deadline)
    for (let hop = 0; hop <= REDIRECTS; hop += 1) {
      if (!isBelow(address, base)) throw pointsElsewhere(host, address)
      const response = await reach(host, address, {
        method,
        headers: {
          'PRIVATE-TOKEN': token,
          Accept: 'application/json',
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        redirect: 'manual',
        signal,
      })
      const target = redirectOf(response, address)
      if (target === undefined) return read(host, token, response)
      await response.body?.cancel()
      // Sent on as something else, a change would be lost; who asked for one learns that it moved.
      if (method !== 'GET') throw pointsElsewhere(host, target)
      address = target
    }
    throw unavailable(`${host} sends from one address to the next without end`)
  }
}

async function reach(host: string, address: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init)
  } catch (error) {
    throw silence(host, error)
  }
}

function redirectOf(response: Response, from: URL): URL | undefined {
  const location = response.headers.get('location')
  if (response.status < 300 || response.status > 399 || location === null) return undefined
  return URL.parse(location, from.href) ?? undefined
}

function isBelow(address: URL, base: string): boolean {
  return address.href.startsWith(`${base}/`)
}

function pointsElsewhere(host: string, target: URL) {
  return unavailable(`${host} sends elsewhere, to ${target.host}; the token was not sent there`, {
    next: 'Set the address of the host to where GitLab really is, and the repository to its name now.',
  })
}

async function read(host: string, token: string, response: Response): Promise<Answered> {
  const text = await textOf(host, response)
  const { status, headers } = response
  if (!response.ok) {
    // A host that is none may say what it was sent.
    const body = token === '' ? text : text.replaceAll(token, '…')
    throw new GitLabRefusal({ status, body, headers, now: new Date() })
  }
  return { status, headers: Object.fromEntries(headers), body: parse(host, text) }
}

async function textOf(host: string, response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.length
      if (size > LARGEST_ANSWER) break
      chunks.push(chunk)
    }
  } catch (error) {
    throw silence(host, error)
  }
  if (size > LARGEST_ANSWER) throw unavailable(`${host} answered with more than 32 MiB`)
  return Buffer.concat(chunks).toString('utf8')
}

function parse(host: string, text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw unavailable(`${host} answered with something that is not GitLab’s API`, {
      next: 'Look at the address: a sign-in page or a proxy may stand before GitLab.',
    })
  }
}
