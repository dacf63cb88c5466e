import { sql } from 'kysely'
import { vi } from 'vitest'
import type { Repository } from '../support/repository.ts'
import { type Team, untilSettled } from '../support/team.ts'
import { hostile } from './hostile.ts'

const commit = (digit: string) => digit.repeat(40)
const branch = `feature/<img/src=x/onerror=window.hit=1>${'x'.repeat(150)}`
const payload = JSON.stringify({ action: 'opened', title: hostile, number: 1 })

/** The project of pull requests on a host, beside `shop`, which is plain git. */
export const hosted: Readonly<Record<string, string>> = {
  'portolan.yaml':
    'version: 1\nproject: hosted\nenvironments: { dev: {} }\ncomponents:\n  job: { run: "true" }\n',
}

/**
 * Pull requests of every kind, what was said of them, what hosts sent and how they are connected: all of
 * it hostile. Those of plain git are planned.
 */
export async function hostilePullRequests(team: Team, repository: Repository) {
  for (const name of [branch, 'other']) {
    await repository.git('checkout', '--quiet', '-b', name, 'main')
    await repository.write({
      'texts/more.tf': `resource "terraform_data" "${name.slice(0, 5)}" {}\n`,
    })
    await repository.commit(hostile[0])
  }
  await repository.git('checkout', '--quiet', 'main')
  const proposed = await propose(team, branch)
  const other = await propose(team, 'other')
  const proposedChange = await planned(team, proposed)
  await planned(team, other)
  await connect(team)
  const { db } = team.server.context
  const of = (number: number) =>
    sql`(select pull_request_id from changes where pull_request_number = ${number}
      order by id desc limit 1)`
  await sql`update pull_requests set problem = ${hostile[3]}, problem_next = ${hostile[1]},
    merge_problem = ${hostile[2]}, problem_places = ${JSON.stringify([...new Set(hostile)])}::jsonb
    where id = ${of(other)}`.execute(db)
  const givenUp = JSON.stringify({ kind: 'status', status: { context: hostile[6] } })
  await sql`insert into forge_outbox (project_id, number, effect, body, error, told_version)
    select project_id, ${other}, 'status:given-up', ${givenUp}::jsonb, ${hostile[3]}, 1
    from changes where id = ${proposedChange}`.execute(db)
  for (const [number, held] of [
    [proposed, null],
    [other, new Date()],
  ] as const) {
    await sql`insert into reservations (workspace_id, pull_request_id, change_id, held_since)
      select id, ${of(number)}, ${proposedChange}, ${held} from workspaces
      where component || '@' || environment in ('texts@dev', 'texts@prod')`.execute(db)
  }
  for (const [index, text] of hostile.entries()) {
    await sql`insert into pull_request_commands
        (project_id, number, comment_id, author, body, commented_at, status, command, answer)
      select project_id, ${proposed}, ${`hostile-${index}`}, ${text}, ${`portolan ${text}`}, now(),
        ${index % 2 === 0 ? 'done' : 'refused'}, ${index < 2 ? `plan ${text}` : null}, ${text}
      from changes where id = ${proposedChange}`.execute(db)
  }
  return { proposed, other, proposedChange, delivery: await deliver(team) }
}

/** The change that is made of a pull request, when it is planned. */
async function planned(team: Team, number: number): Promise<number> {
  const param = { project: 'shop', number: String(number) }
  const change = await vi.waitUntil(
    async () => {
      const { api } = team.admin
      const found = await api.projects[':project']['pull-requests'][':number'].$get({ param })
      return (await found.json()).change
    },
    { timeout: 60_000, interval: 200 },
  )
  await untilSettled(team, team.admin, change.id)
  return change.id
}

async function propose({ admin: { api } }: Team, head: string): Promise<number> {
  const param = { project: 'shop' }
  const opened = await api.projects[':project']['pull-requests'].$post({
    param,
    json: {
      branch: head,
      title: (hostile[0] ?? '') + (hostile[5] ?? ''),
      body: hostile.join('\n'),
    },
  })
  const { number } = await opened.json()
  for (const body of hostile) {
    await api.projects[':project']['pull-requests'][':number'].comments.$post({
      param: { ...param, number: String(number) },
      json: { body },
    })
  }
  return number
}

/** Nobody answers at this address: how the host is set up is shown all the same. */
async function connect({ admin: { api }, server: { context } }: Team): Promise<void> {
  await api.projects[':project'].forge.$put({
    param: { project: 'hosted' },
    json: {
      kind: 'github',
      apiUrl: 'http://127.0.0.1:9/api/v3',
      repository: `acme/${'x'.repeat(200)}`,
      credentials: { type: 'app', appId: '1', privateKey: 'none' },
      settings: { hostRoles: { write: 'planner' } },
    },
  })
  for (const _ of ['first', 'second']) {
    await api.projects[':project'].forge.secrets.$post({ param: { project: 'hosted' }, json: {} })
  }
  await api.identities.$post({
    json: { host: 'github.com', login: 'x'.repeat(100), person: 'bob' },
  })
  await sql`insert into pull_requests (project_id, number, status, title, author, url, head_branch,
      head_commit, head_repository, base_branch, is_draft, is_fork, labels, problem)
    select id, 77, 'open', ${hostile[1]}, ${hostile[2]}, 'https://git.example/77', ${branch},
      ${commit('d')}, ${`${hostile[0]}/fork`}, ${branch}, true, true,
      ${JSON.stringify(hostile)}::jsonb, ${hostile[5]} from projects where name = 'hosted'`.execute(
    context.db,
  )
}

async function deliver({ server: { context } }: Team): Promise<number> {
  const headers = JSON.stringify(
    Object.fromEntries(hostile.map((text, index) => [`x-${index}`, text])),
  )
  let last = 0
  for (const status of ['received', 'handled', 'ignored', 'failed']) {
    const { rows } = await sql<{ id: string }>`insert into webhook_deliveries
        (project_id, host, delivery, event, payload, headers, status, result)
      select id, 'git.example', ${`${status}${hostile[1]}`}, ${hostile[0]},
        ${Buffer.from(payload)}, ${headers}::jsonb, ${status}, ${hostile.join(' ')}
      from projects where name = 'hosted' returning id`.execute(context.db)
    last = Number(rows[0]?.id)
  }
  return last
}
