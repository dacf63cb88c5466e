import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { type Permission, permissionsOf, type Role, roles } from '../../src/access/index.ts'
import { type Member, password, type Team, test, untilSettled, viewOf } from '../support/team.ts'
import { shop } from './platforms.ts'

interface Operation {
  readonly method: string
  /** As in the document: `/runs/{id}`. */
  readonly path: string
  /** Several permissions: any of them will do. */
  readonly demands: 'nobody' | 'signed-in' | readonly Permission[]
  readonly hasBody: boolean
  readonly stream: boolean
}

/** A body that each route would take, so that nothing but the permission is in its way. */
const bodies: Readonly<Record<string, object>> = {
  'POST /session': { name: 'nobody', password: 'wrong password' },
  'POST /session/password': { current: password, password },
  'POST /session/links/{token}': {},
  'POST /people': { name: 'zoe', fullName: 'Zoe' },
  'PATCH /people/{name}': { fullName: 'Somebody' },
  'PUT /teams/{name}': { members: [] },
  'POST /grants': { person: 'subject', role: 'viewer' },
  'POST /tokens': { name: 'mine', permissions: ['read'] },
  'POST /projects': { source: '--upload-pack=x' },
  'PATCH /projects/{project}': { branch: null },
  'PUT /projects/{project}/forge': {
    kind: 'github',
    apiUrl: 'http://127.0.0.1:9',
    repository: 'acme/infra',
    credentials: { type: 'token', token: 'none' },
  },
  'POST /projects/{project}/forge/secrets': {},
  'POST /identities': { host: 'github.com', login: 'octocat', person: 'subject' },
  'POST /projects/{project}/commits/known': { commits: [] },
  'PUT /projects/{project}/variables': { kind: 'environment', name: 'A', value: 'b' },
  'POST /projects/{project}/workspaces/{workspace}/rollback': { version: 99, reason: 'why' },
  'POST /projects/{project}/workspaces/{workspace}/lock': { reason: 'why' },
  'DELETE /projects/{project}/workspaces/{workspace}/lock': { force: false },
  'POST /projects/{project}/workspaces/{workspace}/quarantine/{id}/promote': { reason: 'why' },
  'POST /projects/{project}/workspaces/{workspace}/quarantine/{id}/dismiss': { reason: 'why' },
  'POST /projects/{project}/workspaces/{workspace}/rename': {
    component: 'other',
    environment: 'dev',
  },
  'POST /changes': { project: 'shop', select: { environments: ['nowhere'] } },
  'POST /changes/{id}/approve': {},
  'POST /changes/{id}/apply': { environments: ['dev'] },
  'POST /projects/{project}/pull-requests': { branch: 'nowhere', title: 'Nothing' },
  'PATCH /projects/{project}/pull-requests/{number}': {},
  'POST /projects/{project}/pull-requests/{number}/comments': { body: 'fine' },
  'POST /projects/{project}/pull-requests/{number}/merge': { head: '0'.repeat(40) },
  'POST /runs/{id}/approve': { digest: 'no plan has this' },
  'POST /runs/{id}/recover': { state: 'current', reason: 'why' },
}

async function operationsOf({ url }: Team): Promise<readonly Operation[]> {
  const document: {
    readonly paths: Record<string, Record<string, Record<string, unknown>>>
  } = await (await fetch(`${url}/openapi.json`)).json()
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      demands: demandsOf(operation['x-demands']),
      hasBody: operation['requestBody'] !== undefined,
      stream: JSON.stringify(operation['responses']).includes('text/event-stream'),
    })),
  )
}

function demandsOf(text: unknown): Operation['demands'] {
  if (text === 'nobody' || text === 'signed-in') return text
  // What the routes write there; the first test sees that it is there.
  return String(text).split(' or ') as Permission[]
}

/** A platform on which every route finds what it is about. */
async function platform(team: Team) {
  const repository = await team.project(shop('{ approvals: 1 }'))
  const made = await team.admin.api.changes.$post({
    json: { project: 'shop', reason: 'first', select: {} },
  })
  const { id } = await made.json()
  await untilSettled(team, team.admin, id)
  const run = (await viewOf(team.admin, id)).nodes.find(({ name }) => name === 'network@dev')?.run
  await team.member('subject', 'viewer')
  const { api } = team.admin
  await repository.git('checkout', '-q', '-b', 'proposed')
  await repository.git('commit', '-q', '--allow-empty', '-m', 'feat: something')
  await repository.git('checkout', '-q', 'main')
  await api.projects[':project']['pull-requests'].$post({
    param: { project: 'shop' },
    json: { branch: 'proposed', title: 'Something' },
  })
  const grants = await (await api.grants.$get()).json()
  const grant = grants.find(({ person }) => person === 'subject')
  const variable = await api.projects[':project'].variables.$put({
    param: { project: 'shop' },
    json: { kind: 'environment', name: 'A', value: 'b' },
  })
  const delivery = await team.server.context.db
    .insertInto('webhook_deliveries')
    .columns(['project_id', 'host', 'delivery', 'event', 'payload', 'headers', 'status'])
    .expression((from) =>
      from
        .selectFrom('projects')
        .where('name', '=', 'shop')
        .select((of) => [
          'id',
          of.val('github.com').as('host'),
          of.val('1').as('delivery'),
          of.val('ping').as('event'),
          of.val(Buffer.from('{}')).as('payload'),
          of.val(JSON.stringify({ 'x-github-event': 'ping' })).as('headers'),
          of.val('handled').as('status'),
        ]),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  const ids: Readonly<Record<string, string>> = {
    changes: String(id),
    runs: String(run?.id),
    grants: String(grant?.id),
    projects: (await variable.json()).id,
    webhooks: String(delivery.id),
  }
  return (operation: Operation) =>
    operation.path
      .replace('{project}', 'shop')
      .replace('{workspace}', encodeURIComponent('network@dev'))
      .replace('{number}', '1')
      .replace('{token}', 'ptk_none')
      .replace('{host}', 'github.com')
      .replace('{login}', 'octocat')
      .replace('{name}', 'subject')
      .replace('{id}', ids[operation.path.split('/')[1] ?? ''] ?? '')
}

async function call(
  team: Team,
  operation: Operation,
  { path, headers }: { readonly path: string; readonly headers: Readonly<Record<string, string>> },
): Promise<number> {
  const body = bodies[`${operation.method} ${operation.path}`]
  const over = new AbortController()
  const answer = await fetch(`${team.url}/api/v1${path}`, {
    method: operation.method,
    headers: { ...headers, ...(operation.hasBody ? { 'content-type': 'application/json' } : {}) },
    ...(operation.hasBody ? { body: JSON.stringify(body) } : {}),
    signal: over.signal,
  })
  over.abort()
  return answer.status
}

const scoped = { project: 'elsewhere' }

describe('every route of the OpenAPI document', () => {
  test('says what it demands, and has a body here that it would take', async ({ team }) => {
    const operations = await operationsOf(team)
    expect(operations.length).toBeGreaterThan(60)
    for (const { method, path, demands, hasBody } of operations) {
      expect(demands, `${method} ${path}`).not.toEqual(['undefined'])
      expect(hasBody, `${method} ${path}`).toBe(bodies[`${method} ${path}`] !== undefined)
    }
  })

  test('is closed to whoever lacks what it demands, and open to whoever has it', {
    timeout: 300_000,
  }, async ({ team }) => {
    const operations = await operationsOf(team)
    const pathOf = await platform(team)
    await team.server.context.db
      .insertInto('projects')
      .values({ id: randomUUID(), name: 'elsewhere', repository: 'elsewhere' })
      .execute()
    const members = new Map<string, Member>()
    for (const role of roles) members.set(role, await team.member(`the-${role}`, role))
    const stranger = await team.member('stranger', { role: 'admin', ...scoped })
    const wrong: string[] = []
    const look = async (who: string, operation: Operation, headers: Member['headers']) => {
      const status = await call(team, operation, { path: pathOf(operation), headers })
      return { status, said: `${who}: ${operation.method} ${operation.path} answered ${status}` }
    }

    for (const operation of operations.filter(({ demands }) => demands !== 'nobody')) {
      const { status, said } = await look('nobody', operation, {})
      if (status !== 401) wrong.push(said)
    }
    // First whoever may not: it must leave everything as it is for those who may.
    for (const operation of operations) {
      const { demands, path } = operation
      if (demands === 'nobody' || demands === 'signed-in') continue
      for (const role of roles.filter((one) => !has(one, demands))) {
        // Who made a change may end it; none of these did.
        const { status, said } = await look(role, operation, members.get(role)?.headers ?? {})
        if (status !== 403) wrong.push(said)
      }
      if (!path.includes('{')) continue
      const { status, said } = await look('stranger', operation, stranger.headers)
      if (status !== 403 && status !== 404) wrong.push(said)
    }
    for (const operation of operations.toSorted((a, b) => harm(a) - harm(b))) {
      const { demands } = operation
      if (demands === 'nobody') continue
      for (const role of roles.filter((one) => demands === 'signed-in' || has(one, demands))) {
        // Either ends the session that it comes from: a password by one, signing out by the others.
        if (harm(operation) > 1 && (harm(operation) === 2) !== (role === 'admin')) continue
        const { status, said } = await look(role, operation, members.get(role)?.headers ?? {})
        if (status === 401 || status === 403 || status >= 500) wrong.push(said)
      }
    }

    expect(wrong).toEqual([])
  })
})

function has(role: Role, demands: readonly Permission[]): boolean {
  return demands.some((permission) => permissionsOf[role].includes(permission))
}

/** What ends somebody's session or thing goes last. */
function harm({ method, path }: Operation): number {
  if (path === '/session' && method === 'DELETE') return 3
  if (path.startsWith('/session/password')) return 2
  return method === 'GET' ? 0 : 1
}
