import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Team } from '../support/team.ts'
import { keeps, sized } from './platforms.ts'
import { test } from './world.ts'

const canary = 'canary-4f1c9a7be2d0'

/** A module whose hooks and resources shout what they know. */
const loud = {
  'portolan.yaml': `
version: 1
project: shop
environments: { dev: {} }
components:
  network:
    terraform: infra/network
    before: [{ run: 'echo the token is $CLOUD_TOKEN; env', on: [plan, apply] }]
`,
  'infra/network/main.tf': keeps(`
variable "password" {
  type      = string
  sensitive = true
}
resource "terraform_data" "secret" { input = var.password }
resource "terraform_data" "loud" {
  provisioner "local-exec" { command = "echo $CLOUD_TOKEN $TF_VAR_password; exit 0" }
}`),
  ...sized('network', 1),
}

test('what is secret is in no comment, no status, no log, no answer and no clear text of the database', {
  timeout: 240_000,
}, async ({ aWorld }) => {
  const world = await aWorld({ kind: 'github', files: loud })
  const { host, team, project } = world
  for (const [kind, name] of [
    ['environment', 'CLOUD_TOKEN'],
    ['terraform', 'password'],
  ] as const) {
    await team.admin.api.projects[':project'].variables.$put({
      param: { project },
      json: { kind, name, value: canary, phase: 'both' },
    })
  }
  const number = await world.open(sized('network', 2))
  await world.untilSaid(number, /`portolan apply`/)
  await world.untilQuiet()
  expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
  await world.untilStatus(number, 'merged')
  await world.untilQuiet()

  const { head } = host.pullRequest(number)
  const shown = {
    comments: JSON.stringify(host.commentsOf(number)),
    statuses: JSON.stringify(host.statusesOf(head)),
    logs: team.logged.join('\n'),
    output: JSON.stringify(await team.server.context.runs.logs(1, 0)),
    forge: await textOf(team, `/api/v1/projects/${project}/forge`),
    pullRequest: await textOf(team, `/api/v1/projects/${project}/pull-requests/${number}`),
    deliveries: await textOf(team, '/api/v1/webhooks'),
    delivery: await textOf(team, '/api/v1/webhooks/1'),
    audit: await textOf(team, '/api/v1/audit'),
    metrics: await textOf(team, '/metrics'),
  }
  expect(shown.output, 'it was said, and masked').toContain('the token is')
  for (const [where, text] of Object.entries(shown)) {
    expect(text.length, where).toBeGreaterThan(10)
    for (const secret of [canary, host.token, host.secret]) {
      expect(text.includes(secret), `${where} holds a secret`).toBe(false)
    }
  }
  const { states, rest } = await dump(team)
  expect(states, 'a state holds what it was given').toContain(canary)
  for (const secret of [canary, host.token, host.secret]) {
    expect(rest.filter((row) => row.includes(secret))).toEqual([])
  }
})

async function textOf({ url, admin }: Team, path: string): Promise<string> {
  const answer = await fetch(`${url}${path}`, { headers: admin.headers })
  expect(answer.status, path).toBe(200)
  return answer.text()
}

/** Every row of every table as text, those of states apart. */
async function dump({ server }: Team): Promise<{ states: string; rest: string[] }> {
  const { db, state } = server.context
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public'`.execute(
    db,
  )
  const rest: string[] = []
  for (const { name } of tables.rows) {
    const { rows } = await sql<{ row: string }>`
      select ${sql.lit(name)} || ' ' || to_jsonb(t)::text as row from ${sql.table(name)} t`.execute(
      db,
    )
    rest.push(...rows.map(({ row }) => row))
    // Bytes are shown in hexadecimal.
    rest.push(
      ...rows.map(({ row }) =>
        row.replace(/\\\\x([0-9a-f]+)/g, (_, hex: string) =>
          Buffer.from(hex, 'hex').toString('latin1'),
        ),
      ),
    )
  }
  const workspaces = await db.selectFrom('workspaces').select('id').execute()
  const all = await Promise.all(workspaces.map(({ id }) => state.currentBytes(id)))
  return { states: all.map((one) => one?.bytes.toString('utf8') ?? '').join('\n'), rest }
}
