import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerGit } from '../git-http.ts'
import type { CallList, FaultList } from './faults.ts'
import type { GiteaState } from './gitea-model.ts'
import { type GiteaAnswer, giteaRoutes, type RouteDeps } from './gitea-routes.ts'
import type { Fault } from './host.ts'

export interface ServerDeps {
  /** Known once it listens. */
  readonly routes: () => RouteDeps
  readonly calls: CallList
  readonly faults: FaultList
  /** What Gitea's description does not know is put there. */
  readonly violations: string[]
}

const API = '/api/v1'

export async function serveGitea(deps: ServerDeps) {
  const server = createServer((request, response) => {
    answer(deps, request, response).catch((error: unknown) => {
      deps.violations.push(`the fake failed: ${error instanceof Error ? error.stack : error}`)
      response.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has this kind of address.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function answer(deps: ServerDeps, request: IncomingMessage, response: ServerResponse) {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const { state } = deps.routes()
  if (!pathname.startsWith(`${API}/`)) return answerClone(state, request, response)
  const text = await textOf(request)
  const found = find(deps.routes(), request.method ?? 'GET', pathname.slice(API.length))
  if (found === undefined) {
    deps.violations.push(`Gitea has no ${request.method} ${pathname}`)
    return send(response, { status: 404, body: { message: 'not found' } })
  }
  const { name, route, of } = found
  deps.calls.add(name)
  const fault = deps.faults.take(name)
  const early = fault && earlyAnswers[fault]
  if (early !== undefined) return send(response, early.answer, early.headers)
  if (fault === 'slow') return
  if (request.headers.authorization !== `token ${state.token}`) return send(response, unauthorized)
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  for (const key of searchParams.keys()) {
    if (route.query?.includes(key) !== true) deps.violations.push(`${name} has no ${key}`)
  }
  const read = route.body?.safeParse(body)
  if (read?.success === false || (route.body === undefined && body !== undefined)) {
    deps.violations.push(`${name} takes no ${text}`)
    return send(response, { status: 422, body: { message: 'invalid' } })
  }
  const isElsewhere = name.includes('/repos/') && `${of[0]}/${of[1]}` !== nameOf(state)
  const answered = isElsewhere
    ? { status: 404, body: { message: 'not found' } }
    : await route.answer({ of, query: searchParams, body })
  if (fault === 'cut') return void response.destroy()
  if (fault === 'after') return send(response, badGateway)
  sendPage(response, answered, { query: searchParams, most: state.mostPerPage })
}

function nameOf({ owner, repo }: GiteaState): string {
  return `${owner}/${repo}`
}

function find(deps: RouteDeps, method: string, path: string) {
  for (const [name, route] of Object.entries(giteaRoutes(deps))) {
    const [its, pattern = ''] = name.split(' ')
    // Names of branches hold slashes.
    const source = pattern.replaceAll('{branch}', '(.+)').replaceAll(/\{\w+\}/g, '([^/]+)')
    const found = its === method ? new RegExp(`^${source}$`).exec(path) : null
    if (found !== null) return { name, route, of: found.slice(1).map(decodeURIComponent) }
  }
  return undefined
}

const unauthorized: GiteaAnswer = { status: 401, body: { message: 'token is required' } }
const badGateway: GiteaAnswer = { status: 502, body: '<html>502 Bad Gateway</html>' }
const tooMany: GiteaAnswer = { status: 429, body: 'slow down' }

interface Early {
  readonly answer: GiteaAnswer
  readonly headers?: Readonly<Record<string, string>>
}

/** Gitea itself counts no calls: what is said of them comes from a proxy before it. */
const earlyAnswers: Partial<Record<Fault, Early>> = {
  before: { answer: badGateway },
  unauthorized: { answer: unauthorized },
  'rate-limit': { answer: tooMany, headers: { 'Retry-After': '120' } },
  'secondary-rate-limit': { answer: { ...tooMany, status: 503 }, headers: { 'Retry-After': '7' } },
}

function sendPage(
  response: ServerResponse,
  { list, ...rest }: GiteaAnswer,
  { query, most }: { readonly query: URLSearchParams; readonly most: number },
) {
  if (list === undefined) return send(response, rest)
  const size = Math.min(most, Number(query.get('limit') ?? 30))
  const from = (Number(query.get('page') ?? 1) - 1) * size
  const headers = { 'X-Total-Count': String(list.length) }
  send(response, { ...rest, body: list.slice(from, from + size) }, headers)
}

function send(response: ServerResponse, { status, body }: GiteaAnswer, headers = {}): void {
  const isText = typeof body === 'string' || body === undefined
  const type = isText ? 'text/html' : 'application/json;charset=utf-8'
  response.writeHead(status, { 'Content-Type': type, ...headers })
  response.end(isText ? body : JSON.stringify(body))
}

function answerClone(state: GiteaState, request: IncomingMessage, response: ServerResponse): void {
  const given = /^basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const password = Buffer.from(given, 'base64').toString().split(':').slice(1).join(':')
  if (password === state.token) return void answerGit(state.git.root, request, response)
  response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="Gitea"' }).end('Unauthorized')
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  // Requests are read as buffers where no encoding is set.
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
