import { createServer, IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener, type Http2Bindings, type HttpBindings } from '@hono/node-server'
import { codeOf, unavailable } from '../errors.ts'

export interface ServeOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Milliseconds that requests in progress get when the server closes. */
  readonly drain?: number
  /** Milliseconds for the headers of a request. */
  readonly headersTimeout?: number
}

export interface RunningServer {
  /** `http://127.0.0.1:8080`, with the port that was really taken. */
  readonly url: string
  /** Takes no more requests, lets those in progress end, then cuts what is left. Again is fine. */
  close(): Promise<void>
}

/** A Hono app, or anything else that answers a request. */
export interface App {
  fetch(request: Request, env: HttpBindings): Response | Promise<Response>
}

const SECOND = 1000

/**
 * Serves an app over HTTP.
 * @throws AppError `unavailable` when the address cannot be taken
 */
export async function serve(app: App, options: ServeOptions): Promise<RunningServer> {
  const headersTimeout = options.headersTimeout ?? 10 * SECOND
  const server = createServer(
    {
      headersTimeout,
      // The whole request; each upload has a shorter deadline of its own.
      requestTimeout: 300 * SECOND,
      keepAliveTimeout: 65 * SECOND,
      connectionsCheckingInterval: Math.min(headersTimeout / 2, 5 * SECOND),
    },
    listener(app, options.host),
  )
  const answers = new Set<ServerResponse>()
  let closing: Promise<void> | undefined
  server.prependListener('request', (_request, answer: ServerResponse) => {
    answers.add(answer)
    answer.once('close', () => answers.delete(answer))
    if (closing !== undefined) answer.shouldKeepAlive = false
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, options)))
    server.listen(options.port, options.host, resolve)
  })
  const close = async () => {
    for (const answer of answers) answer.shouldKeepAlive = false
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    const deadline = setTimeout(() => server.closeAllConnections(), options.drain ?? 10 * SECOND)
    await closed
    clearTimeout(deadline)
  }
  return {
    url: urlOf(server.address(), options.host),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

function listener(app: App, hostname: string) {
  return getRequestListener(
    (request, env) => {
      if (isHttp1(env)) return app.fetch(request, env)
      throw new TypeError('this server speaks HTTP/1.1 only')
    },
    { hostname, overrideGlobalObjects: false },
  )
}

function isHttp1(env: HttpBindings | Http2Bindings): env is HttpBindings {
  return env.incoming instanceof IncomingMessage
}

function urlOf(address: AddressInfo | string | null, host: string): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function cannotListen(error: Error, options: ServeOptions) {
  const reason =
    codeOf(error) === 'EADDRINUSE' ? 'something else listens there already' : error.message
  return unavailable(
    `the server cannot listen on ${options.host} port ${options.port}: ${reason}`,
    {
      cause: error,
      next: 'Choose another port or stop what listens there.',
    },
  )
}
