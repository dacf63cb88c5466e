import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { runCommand } from '../../src/platform/process/process.ts'

export interface GitHttp {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** What was asked for: method and path, with the user that was given. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

interface GitHttpOptions {
  /** Below it are the repositories. */
  readonly root: string
  /** `user:password` that is asked for. */
  readonly login?: string
  /** Takes a request over; true when it did. */
  readonly before?: (request: IncomingMessage, response: ServerResponse) => boolean
}

/** Serves repositories as a real git server does, by `git http-backend`. */
export async function gitOverHttp({ root, login, before }: GitHttpOptions): Promise<GitHttp> {
  const requests: string[] = []
  const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`
  const server = createServer((request, response) => {
    const given = request.headers.authorization
    requests.push(`${request.method} ${request.url} ${given ?? '-'}`)
    if (before?.(request, response) === true) return
    if (wanted !== undefined && given !== wanted) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end('who are you?')
      return
    }
    answerGit(root, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Answers one request of git's, for a server that has other things too. */
export function answerGit(root: string, request: IncomingMessage, response: ServerResponse): void {
  answer(root, request, response).catch(() => response.destroy())
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse) {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost')
  const { headers } = request
  const env = {
    PATH: process.env['PATH'] ?? '',
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    REQUEST_METHOD: request.method ?? 'GET',
    PATH_INFO: decodeURIComponent(pathname),
    QUERY_STRING: search.slice(1),
    CONTENT_TYPE: headers['content-type'] ?? '',
    HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
    HTTP_GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
    REMOTE_ADDR: '127.0.0.1',
  }
  const input = Buffer.concat(await request.toArray())
  const { stdout } = await runCommand('git', ['http-backend'], { env, input })
  const end = stdout.indexOf('\r\n\r\n')
  const fields = stdout
    .subarray(0, end)
    .toString('latin1')
    .split('\r\n')
    .map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    })
  const status = fields.find(([name]) => name === 'Status')?.[1] ?? '200'
  response
    .writeHead(
      Number.parseInt(status, 10),
      Object.fromEntries(fields.filter(([name]) => name !== 'Status')),
    )
    .end(stdout.subarray(end + 4))
}
