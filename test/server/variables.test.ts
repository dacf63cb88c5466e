import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { type Kysely, sql } from 'kysely'
import { expect } from 'vitest'
import type { DB } from '../../src/platform/db/schema.gen.ts'
import { type Member, resultsOf, test, untilSettled, viewOf } from '../support/team.ts'

const password = 'correct-horse-battery'
const tokens = { plan: 'token-that-may-only-read', apply: 'token-that-may-write-too' }
const digest = (text: string) => createHash('sha256').update(text).digest('hex')

// What a program sees is told by its sha256; the value itself is printed too, to be masked.
const tell = (who: string) =>
  `echo "${who} has $CLOUD_TOKEN"; echo "${who} $(printf %s "$CLOUD_TOKEN" | sha256sum)"`

const files = {
  'portolan.yaml': `
version: 1
project: shop
environments: { dev: {} }
components:
  app:
    terraform: app
    inputs: { size: "1" }
    before: [{ run: 'sh tell.sh hook', on: [plan, apply] }]
  job: { run: sh tell.sh job, needs: [app] }
`,
  'tell.sh': `${tell('$1')}\n`,
  'app/main.tf': `
variable "size" {}
variable "password" {}
variable "zones" { type = list(string) }
resource "terraform_data" "this" {
  input = { size = var.size, password = var.password, zones = length(var.zones) }
  provisioner "local-exec" { command = "sh ../tell.sh terraform" }
}
output "size" { value = terraform_data.this.input.size }
output "zones" { value = terraform_data.this.input.zones }
`,
}

async function set(member: Member, name: string, value: string, more: object = {}) {
  await member.api.projects[':project'].variables.$put({
    param: { project: 'shop' },
    json: { kind: 'environment', name, value, ...more },
  })
}

/** Everything that the database holds, as text. */
async function everything(db: Kysely<DB>): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public'`.execute(
    db,
  )
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await sql<{
        row: string
      }>`select t::text as row from ${sql.table(name)} t`.execute(db)
      return rows.map(({ row }) => row).join('\n')
    }),
  )
  return texts.join('\n')
}

/** Files below a directory that hold a text; but a state, which is what Terraform makes of inputs. */
async function filesWith(directory: string, text: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true })
  const found = await Promise.all(
    names
      .filter((entry) => entry.isFile() && entry.name !== 'terraform.tfstate')
      .map(async (entry) => {
        const file = path.join(entry.parentPath, entry.name)
        return (await readFile(file)).includes(text) ? [file] : []
      }),
  )
  return found.flat()
}

test('runs are given the variables of their place and phase, and no trace of them is shown or kept', async ({
  team,
}) => {
  await team.project(files)
  const { admin } = team
  const terraform = { kind: 'terraform' }
  await set(admin, 'password', password, { ...terraform, component: 'app' })
  await set(admin, 'zones', '["a", "b"]', terraform)
  await set(admin, 'size', '900', terraform)
  await set(admin, 'undeclared', 'nobody declares this', terraform)
  await set(admin, 'CLOUD_TOKEN', 'token-of-another-environment', { environment: 'prod' })
  await set(admin, 'CLOUD_TOKEN', tokens.plan)
  await set(admin, 'CLOUD_TOKEN', tokens.apply, { phase: 'apply', environment: 'dev' })

  const made = await admin.api.changes.$post({
    json: { project: 'shop', reason: 'first', select: {} },
  })
  const { id } = await made.json()
  const told = await untilSettled(team, admin, id)
  const { lastEvent } = await viewOf(admin, id)
  await admin.api.changes[':id'].apply.$post({ param: { id: String(id) }, json: {} })
  told.push(...(await untilSettled(team, admin, id, String(lastEvent))))

  const shown = JSON.stringify(told)
  expect(await resultsOf(admin, id), shown).toEqual({ 'app@dev': 'applied', 'job@dev': 'applied' })
  const kept = await everything(team.server.context.db)
  expect(kept).toContain(`hook ${digest(tokens.plan)}`)
  for (const who of ['hook', 'terraform', 'job']) {
    expect(kept, who).toContain(`${who} ${digest(tokens.apply)}`)
    expect(kept, who).toContain(`${who} has (sensitive value)`)
  }
  const outputs = await admin.api.projects[':project'].workspaces[':workspace'].outputs.$get({
    param: { project: 'shop', workspace: 'app@dev' },
  })
  expect(JSON.stringify(await outputs.json())).toMatch(/"size".*"1"/)
  for (const secret of [password, tokens.plan, tokens.apply, 'nobody declares this']) {
    expect(kept.includes(secret), secret).toBe(false)
    expect(shown.includes(secret), secret).toBe(false)
    expect(await filesWith(team.home, secret), secret).toEqual([])
  }
})
