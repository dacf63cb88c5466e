import { verify } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerGit } from '../git-http.ts'
import type { CallList, FaultList } from './faults.ts'
import { type Found, githubDescription, type Json } from './github-openapi.ts'
import {
  answerGraphql,
  type Caller,
  type GitHubAnswer,
  githubRoutes,
  type RouteDeps,
} from './github-routes.ts'
import type { GitHubState } from './github-state.ts'
import type { Fault } from './host.ts'

export interface ServerDeps {
  /** Known once it listens. */
  readonly state: () => GitHubState
  readonly routes: () => RouteDeps
  readonly calls: CallList
  readonly faults: FaultList
  /** What GitHub's description does not know is put there. */
  readonly violations: string[]
  /** Compares answers with the description too: that takes a second for each shape. */
  readonly checksAnswers: boolean
}

export interface GitHubServer {
  readonly url: string
  close(): Promise<void>
}

export async function serveGitHub(deps: ServerDeps): Promise<GitHubServer> {
  const server = createServer((request, response) => {
    answer(deps, request, response).catch((error: unknown) => {
      deps.violations.push(`the fake failed: ${error instanceof Error ? error.stack : error}`)
      response.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.closeAllConnections()
    server.close(() => resolve())
  })
}

const API = '/api'

async function answer(
  deps: ServerDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  if (!pathname.startsWith(`${API}/`)) return answerClone(deps.state(), request, response)
  const text = await textOf(request)
  const body = text === '' ? undefined : (JSON.parse(text) as Json)
  const method = request.method ?? 'GET'
  if (pathname === `${API}/graphql`) {
    return answerCall(deps, { route: 'POST /graphql', request, response }, async (caller) =>
      caller === 'app' ? unauthorized : answerGraphql(deps.state(), body ?? {}, caller.holder),
    )
  }
  const path = pathname.replace(`${API}/v3`, '')
  const found = githubDescription().find(method, path)
  if (found === undefined) {
    deps.violations.push(`GitHub has no ${method} ${path}`)
    return send(response, { status: 404, body: { message: 'Not Found' } })
  }
  deps.violations.push(...githubDescription().wrongWith(found, searchParams, body))
  await answerCall(deps, { route: found.route, request, response }, async (caller) =>
    handle(deps, { found, query: searchParams, body: body ?? {}, caller }),
  )
}

interface Exchange {
  readonly route: string
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function answerCall(
  { state, calls, faults }: ServerDeps,
  { route, request, response }: Exchange,
  handler: (caller: Caller) => Promise<GitHubAnswer>,
): Promise<void> {
  calls.add(route)
  const fault = faults.take(route)
  const early = fault && faultAnswers[fault]
  if (early !== undefined) return send(response, early())
  if (fault === 'slow') return
  const caller = callerOf(state(), request.headers.authorization)
  const answered = caller === undefined ? unauthorized : await handler(caller)
  if (fault === 'cut') return void response.destroy()
  if (fault === 'after') return send(response, badGateway)
  const scopes = caller !== 'app' ? caller?.holder.scopes : undefined
  send(response, {
    ...answered,
    headers: { ...answered.headers, ...(scopes === undefined ? {} : { 'X-OAuth-Scopes': scopes }) },
  })
}

const unauthorized: GitHubAnswer = {
  status: 401,
  body: { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest' },
}

const badGateway: GitHubAnswer = { status: 502, body: '<html><h1>502 Bad Gateway</h1></html>' }

const faultAnswers: Partial<Record<Fault, () => GitHubAnswer>> = {
  before: () => badGateway,
  unauthorized: () => unauthorized,
  'rate-limit': () => ({
    status: 403,
    body: { message: 'API rate limit exceeded for installation ID 1.' },
    headers: {
      'X-RateLimit-Limit': '5000',
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset': String(Math.floor(Date.now() / 1000) + 120),
    },
  }),
  'secondary-rate-limit': () => ({
    status: 403,
    body: {
      message:
        'You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.',
    },
    headers: { 'Retry-After': '7', 'X-RateLimit-Remaining': '4000' },
  }),
}

async function handle(
  deps: ServerDeps,
  call: { found: Found; query: URLSearchParams; body: Json; caller: Caller },
): Promise<GitHubAnswer> {
  const { found, query, caller } = call
  const state = deps.state()
  const { parameters } = found
  const route = githubRoutes(deps.routes())[found.route]
  if (route === undefined) {
    deps.violations.push(`this GitHub has no ${found.route}`)
    return { status: 404, body: { message: 'Not Found' } }
  }
  if ((caller === 'app') !== (route.byApp === true)) return unauthorized
  const isElsewhere =
    (parameters['owner'] ?? state.owner) !== state.owner ||
    (parameters['repo'] ?? state.repo) !== state.repo
  if (isElsewhere) return { status: 404, body: { message: 'Not Found' } }
  if (!isPermitted(caller, route.needs)) {
    return { status: 403, body: { message: 'Resource not accessible by integration' } }
  }
  const answered = await route.answer({ parameters, query, body: call.body, caller })
  const whole = answered.list === undefined ? answered : page(state, found, query, answered)
  if (deps.checksAnswers && whole.status < 400) {
    deps.violations.push(...githubDescription().wrongWithAnswer(found, whole.status, whole.body))
  }
  return whole
}

function isPermitted(
  caller: Caller,
  needs: readonly (readonly [string, 'read' | 'write'])[] | undefined,
): boolean {
  if (caller === 'app' || caller.holder.permissions === undefined || needs === undefined)
    return true
  const { permissions } = caller.holder
  return needs.some(
    ([name, level]) =>
      permissions[name] === 'write' || (level === 'read' && permissions[name] === 'read'),
  )
}

/** A page with GitHub's `Link`. */
function page(
  { apiUrl }: GitHubState,
  { route, parameters }: Found,
  query: URLSearchParams,
  { status, list = [] }: GitHubAnswer,
): GitHubAnswer {
  const size = Math.min(100, Number(query.get('per_page') ?? 30))
  const number = Number(query.get('page') ?? 1)
  const last = Math.max(1, Math.ceil(list.length / size))
  const path = route.split(' ')[1]?.replace(/\{(\w+)\}/g, (_, name) => parameters[name] ?? '')
  const link = (to: number, rel: string) => {
    const next = new URLSearchParams(query)
    next.set('page', String(to))
    return `<${apiUrl}${path}?${next}>; rel="${rel}"`
  }
  const links = [
    ...(number > 1 ? [link(number - 1, 'prev'), link(1, 'first')] : []),
    ...(number < last ? [link(number + 1, 'next'), link(last, 'last')] : []),
  ]
  return {
    status,
    body: list.slice((number - 1) * size, number * size),
    ...(links.length > 0 ? { headers: { Link: links.join(', ') } } : {}),
  }
}

function callerOf(state: GitHubState, authorization: string | undefined): Caller | undefined {
  const given = /^(?:bearer|token) (.+)$/i.exec(authorization ?? '')?.[1]
  if (given === undefined) return undefined
  if (given.split('.').length === 3) return isSigned(state, given) ? 'app' : undefined
  const holder = state.tokens.get(given)
  return holder !== undefined && holder.expires > Date.now() ? { holder } : undefined
}

/** A signature of the App, as GitHub demands it: RS256, ten minutes at most. */
function isSigned({ app }: GitHubState, jwt: string): boolean {
  const [head = '', claims = '', signature = ''] = jwt.split('.')
  const { iss, iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Json
  const now = Date.now() / 1000
  const isTimely = Number(iat) <= now && Number(exp) > now && Number(exp) - Number(iat) <= 600
  return (
    isTimely &&
    String(iss) === String(app.id) &&
    verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      app.publicKey,
      Buffer.from(signature, 'base64url'),
    )
  )
}

function answerClone(state: GitHubState, request: IncomingMessage, response: ServerResponse): void {
  const given = /^basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const password = Buffer.from(given, 'base64').toString().split(':').slice(1).join(':')
  const holder = state.tokens.get(password)
  if (holder !== undefined && holder.expires > Date.now()) {
    answerGit(state.git.root, request, response)
    return
  }
  response
    .writeHead(401, { 'WWW-Authenticate': 'Basic realm="GitHub"' })
    .end('Invalid username or token.')
}

function send(response: ServerResponse, { status, body, headers }: GitHubAnswer): void {
  const isText = typeof body === 'string'
  response.writeHead(status, {
    'Content-Type': isText ? 'text/html' : 'application/json; charset=utf-8',
    ...headers,
  })
  response.end(isText || body === undefined ? body : JSON.stringify(body))
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
