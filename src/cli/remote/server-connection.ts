import { z } from 'zod'
import { answered, attempted } from '../../api/client/client.ts'
import { AppError, unavailable } from '../../platform/errors.ts'
import { parseExact } from './exact-answer.ts'

export interface Question {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  /** Sent as JSON, bytes as they are. */
  readonly body?: unknown
}

export interface Address {
  readonly url: string
  /** Undefined: nobody in particular asks. */
  readonly token: string | undefined
}

/** A server that is asked by a command. Whatever it refuses is thrown as it was refused there. */
export interface ServerConnection {
  readonly url: string
  get<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    query?: Question['query'],
  ): Promise<z.output<Schema>>
  send<Schema extends z.ZodType>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    schema: Schema,
    question?: Question,
  ): Promise<z.output<Schema>>
  bytes(path: string, query?: Question['query']): Promise<Buffer>
  /** Server-sent events behind the one with this id. */
  events(path: string, lastId: string | undefined, signal: AbortSignal): Promise<Response>
}

/** Answers that have no content. */
export const Nothing = z.undefined()

export function connectTo({ url, token }: Address): ServerConnection {
  const ask = async (path: string, init: RequestInit, query: Question['query'] = {}) => {
    const address = new URL(`${url}/api/v1${path}`)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) address.searchParams.set(name, String(value))
    }
    const headers = new Headers(init.headers)
    if (token !== undefined) headers.set('Authorization', `Bearer ${token}`)
    // A token goes to the server that was named, and never on to another one.
    const send = () => fetch(address, { ...init, headers, redirect: 'manual' })
    const response = await attempted(send, url)
    if (response.status >= 300 && response.status < 400) throw moved(url, response)
    return answered(response).catch((error: unknown) => {
      throw explained(error, { url, token })
    })
  }
  return {
    url,
    get: async (path, schema, query) =>
      parsed(schema, await jsonOf(await ask(path, {}, query)), path),
    send: async (method, path, schema, { body, query } = {}) => {
      const response = await ask(path, { method, ...contentOf(body) }, query)
      return parsed(schema, await jsonOf(response), path)
    },
    bytes: async (path, query) => Buffer.from(await (await ask(path, {}, query)).arrayBuffer()),
    events: (path, lastId, signal) =>
      ask(path, { signal, headers: lastId === undefined ? {} : { 'Last-Event-ID': lastId } }),
  }
}

/** One segment of an address. */
export function segment(text: string): string {
  return encodeURIComponent(text)
}

function contentOf(body: unknown): RequestInit {
  if (body === undefined) return {}
  return Buffer.isBuffer(body)
    ? { body: new Uint8Array(body), headers: { 'Content-Type': 'application/octet-stream' } }
    : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text()
  return text === '' ? undefined : parseExact(text)
}

function parsed<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path: string,
): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const at = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`
  throw unavailable(`the server answered ${path} otherwise than expected${at}`, {
    cause: result.error,
    next: 'The server and this command are of different versions: bring both to the same one.',
  })
}

function moved(url: string, response: Response): AppError {
  const to = response.headers.get('location')
  return unavailable(`${url} sends elsewhere${to === null ? '' : `: ${to}`}`, {
    next: 'Correct PORTOLAN_URL: it must name the server itself.',
  })
}

/** Who is not known there has to be told how to become it. */
function explained(error: unknown, { url, token }: Address): unknown {
  if (!(error instanceof AppError) || error.code !== 'unauthenticated') return error
  return new AppError(
    'unauthenticated',
    token === undefined
      ? `the server ${url} wants to know who asks`
      : `the server ${url} does not take this token: ${error.message}`,
    { details: error.details, next: `portolan login ${url}   or set PORTOLAN_TOKEN` },
  )
}
