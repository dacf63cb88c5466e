import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { answerGit } from '../git-http.ts'
import type { CallList, FaultList } from './faults.ts'
import type { Project } from './gitlab-model.ts'
import { type Answer, type Call, type Happened, type Route, routes } from './gitlab-routes.ts'
import type { Fault } from './host.ts'

export interface GitLabServer {
  /** With the path below which GitLab is. */
  readonly url: string
  /** What was asked for that no documentation knows. */
  readonly violations: readonly string[]
  close(): Promise<void>
}

export interface ServerDeps {
  /** `/gitlab`, or nothing. */
  readonly path: string
  readonly project: () => Project
  readonly token: string
  readonly faults: FaultList
  readonly calls: CallList
  readonly happened: Happened
  readonly hooks: () => readonly unknown[]
  readonly hookEvents: () => readonly unknown[]
  /** Takes an answer over. */
  readonly instead: (route: string) => Answer | undefined
}

/** GitLab's API and its repositories over HTTP. */
export async function serveGitLab(deps: ServerDeps): Promise<GitLabServer> {
  const violations: string[] = []
  const waiting = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      violations.push(`the fake failed: ${String(error)}`)
      response.destroy()
    })
  })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const whole = request.url ?? '/'
    if (!whole.startsWith(`${deps.path}/`)) return send(response, 404, {}, 'nothing here')
    const local = whole.slice(deps.path.length)
    if (local.startsWith('/api/')) return await api(new URL(local, 'http://x'), request, response)
    const login = basic(request.headers.authorization)
    if (login !== deps.token) {
      response
        .writeHead(401, { 'WWW-Authenticate': 'Basic realm="GitLab"' })
        .end('HTTP Basic: Access denied')
      return
    }
    request.url = local
    answerGit(deps.project().bare.root, request, response)
  }

  async function api(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request)
    const method = request.method ?? 'GET'
    const found = find(method, url.pathname)
    if (found === undefined) {
      violations.push(`${method} ${url.pathname} is no route that is known`)
      return json(response, 404, { error: '404 Not Found' })
    }
    const { route, parameters } = found
    deps.calls.add(route.name)
    const fault = deps.faults.take(route.name)
    if (fault === 'slow') return void waiting.add(response)
    if (fault !== undefined && !isAfter(fault)) return refuse(response, fault)
    const given = { parameters, url, text, token: request.headers['private-token'] }
    const answer = deps.instead(route.name) ?? (await answerOf(route, given))
    if (fault === 'cut') return void request.socket.destroy()
    if (fault === 'after') return json(response, 502, { message: '502 Bad Gateway' })
    if (answer.headers !== undefined) response.writeHead(answer.status, answer.headers).end()
    else if (answer.list === undefined) json(response, answer.status, answer.body)
    else
      page(response, `http://${request.headers.host}${deps.path}${url.pathname}`, url, answer.list)
  }

  async function answerOf(route: Route, given: Given): Promise<Answer> {
    const project = deps.project()
    if (given.token !== deps.token) return { status: 401, body: { message: '401 Unauthorized' } }
    if (!project.settings.scopes.includes('api') && !route.name.endsWith('/self')) {
      return { status: 403, body: lacking }
    }
    if (route.name.includes(' /projects/')) {
      const elsewhere = misnamed(project, route, given)
      if (elsewhere !== undefined) return elsewhere
    }
    if ((route.role ?? 0) > project.settings.role) {
      return { status: 403, body: { message: '403 Forbidden' } }
    }
    const call = parsed(route, given)
    if (typeof call === 'string') {
      violations.push(`${route.name}: ${call}`)
      return { status: 400, body: { error: call } }
    }
    const { happened, hooks, hookEvents } = deps
    return await route.answer({ ...call, project, happened, hooks, hookEvents })
  }

  function misnamed(project: Project, route: Route, { parameters, url }: Given) {
    const { id } = parameters
    if (id === project.repository || id === String(project.id)) return undefined
    if (id !== undefined && id === project.settings.movedFrom) {
      if (!route.name.startsWith('GET ')) {
        return {
          status: 405,
          body: { message: 'Non GET methods are not allowed for moved projects' },
        }
      }
      const path = url.pathname.replace(encodeURIComponent(id), String(project.id))
      const location = `${deps.path}${path}${url.search}`
      return { status: 301, body: undefined, headers: { Location: location } }
    }
    return { status: 404, body: { message: '404 Project Not Found' } }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${deps.path}`,
    violations,
    close: () =>
      new Promise((resolve) => {
        for (const response of waiting) response.destroy()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Given {
  readonly parameters: Readonly<Record<string, string>>
  readonly url: URL
  readonly text: string
  readonly token: string | string[] | undefined
}

const lacking = {
  error: 'insufficient_scope',
  error_description: 'The request requires higher privileges than provided by the access token.',
  scope: 'api',
}

const graphql: Route = {
  name: 'POST /api/graphql',
  body: z.strictObject({ query: z.string() }),
  answer: ({ project, body }) => {
    const fields = String(body['query']).matchAll(
      /(\w+): note\(id: "gid:\/\/gitlab\/Note\/(\d+)"\) \{ lastEditedBy \{ username \} \}/g,
    )
    const data = [...fields].map(([, alias = '', id]) => {
      const note = project.notes.get(Number(id))
      const by = note?.editedBy
      return [alias, note && { lastEditedBy: by === undefined ? null : { username: by } }]
    })
    return { status: 200, body: { data: Object.fromEntries(data) } }
  },
}

const table = routes.map((route) => {
  const [method = '', path = ''] = route.name.split(' ')
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  const pattern = new RegExp(`^/api/v4${path.replaceAll(/:\w+/g, '([^/]+)')}$`)
  return { method, pattern, names, route }
})

function find(method: string, path: string) {
  if (method === 'POST' && path === '/api/graphql') return { route: graphql, parameters: {} }
  for (const entry of table) {
    const match = entry.method === method ? entry.pattern.exec(path) : null
    if (match === null) continue
    const values = entry.names.map((name, index) => [
      name,
      decodeURIComponent(match[index + 1] ?? ''),
    ])
    const parameters: Record<string, string> = Object.fromEntries(values)
    return { route: entry.route, parameters }
  }
  return undefined
}

const nothing = z.strictObject({})
const fields = z.record(z.string(), z.unknown())

/** What is asked for, or what is wrong with it. */
function parsed(
  route: Route,
  { url, text, parameters }: Given,
): Omit<Call, 'project' | 'happened' | 'hooks' | 'hookEvents'> | string {
  const query = (route.query ?? nothing).safeParse(Object.fromEntries(url.searchParams))
  const body = (route.body ?? nothing).safeParse(text === '' ? {} : JSON.parse(text))
  if (!query.success) return z.prettifyError(query.error)
  if (!body.success) return z.prettifyError(body.error)
  return { parameters, query: fields.parse(query.data), body: fields.parse(body.data) }
}

function isAfter(fault: Fault): boolean {
  return fault === 'after' || fault === 'cut'
}

function refuse(response: ServerResponse, fault: Fault): void {
  switch (fault) {
    case 'unauthorized':
      json(response, 401, { message: '401 Unauthorized' })
      break
    case 'before':
      send(response, 502, {}, '<html><h1>GitLab is not responding</h1></html>')
      break
    case 'rate-limit':
      send(response, 429, usedUp(), 'Retry later\n')
      break
    default:
      send(response, 429, { 'Retry-After': '17' }, 'Retry later\n')
  }
}

function usedUp(): Record<string, string> {
  const reset = String(Math.ceil(Date.now() / 1000) + 42)
  return { 'RateLimit-Limit': '60', 'RateLimit-Remaining': '0', 'RateLimit-Reset': reset }
}

/** Offset-based pagination, with the headers of the documentation. */
function page(response: ServerResponse, base: string, url: URL, list: readonly unknown[]): void {
  const size = Number(url.searchParams.get('per_page') ?? 20)
  const number = Number(url.searchParams.get('page') ?? 1)
  const pages = Math.max(1, Math.ceil(list.length / size))
  const linkTo = (to: number, rel: string) => {
    const search = new URLSearchParams(url.searchParams)
    search.set('page', String(to))
    return `<${base}?${search}>; rel="${rel}"`
  }
  const links = [
    ...(number > 1 ? [linkTo(number - 1, 'prev')] : []),
    ...(number < pages ? [linkTo(number + 1, 'next')] : []),
    linkTo(1, 'first'),
    linkTo(pages, 'last'),
  ]
  const headers = {
    Link: links.join(', '),
    'X-Next-Page': number < pages ? String(number + 1) : '',
    'X-Page': String(number),
    'X-Per-Page': String(size),
    'X-Prev-Page': number > 1 ? String(number - 1) : '',
    'X-Total': String(list.length),
    'X-Total-Pages': String(pages),
  }
  json(response, 200, list.slice((number - 1) * size, number * size), headers)
}

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  send(response, status, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(body))
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  response.writeHead(status, headers).end(body)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** The password: which user comes with a token does not matter to GitLab. */
function basic(header: string | undefined): string | undefined {
  const [kind, value] = (header ?? '').split(' ')
  if (kind !== 'Basic' || value === undefined) return undefined
  return Buffer.from(value, 'base64').toString('utf8').split(':').slice(1).join(':')
}
