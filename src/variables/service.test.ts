import { randomBytes, randomUUID } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { expect } from 'vitest'
import { test } from '../../test/support/database.ts'
import type { DB } from '../platform/db/schema.gen.ts'
import { createSeal } from '../secrets/index.ts'
import { createVariableService } from './service.ts'
import type { VariableIdentity } from './variable.ts'

const key = randomBytes(32)
const prod = { project: 'shop', component: 'db', environment: 'prod' }
const token: VariableIdentity = { kind: 'environment', name: 'CLOUD_TOKEN', phase: 'both' }
const secret = 'correct horse battery staple'

async function open(db: Kysely<DB>, instanceKey = key) {
  await db
    .insertInto('projects')
    .values(['shop', 'bank'].map((name) => ({ id: randomUUID(), name, repository: name })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return createVariableService(db, { sealFor: (purpose) => createSeal(instanceKey, purpose) })
}

test('a run is given what is nearest to it; other projects, places and phases see nothing', async ({
  db,
}) => {
  const variables = await open(db)
  const set = (variable: VariableIdentity, value: string) =>
    variables.set('shop', { ...variable, value }, 'alice')
  await set(token, 'of the project')
  await set({ ...token, environment: 'prod' }, 'of prod')
  await set({ ...token, environment: 'prod', phase: 'apply' }, 'of prod at apply')
  await set({ ...token, component: 'api', environment: 'prod' }, 'of api in prod')
  await set({ kind: 'terraform', name: 'size', phase: 'both' }, '["a", "b"]')

  expect(await variables.for(prod, 'plan')).toEqual({
    terraform: { size: '["a", "b"]' },
    environment: { CLOUD_TOKEN: 'of prod' },
    secrets: expect.arrayContaining(['of prod', '["a", "b"]']),
  })
  const inPhase = async (place: object, phase: 'plan' | 'apply') =>
    (await variables.for({ ...prod, ...place }, phase)).environment['CLOUD_TOKEN']
  expect(await inPhase({}, 'apply')).toBe('of prod at apply')
  expect(await inPhase({ component: 'api' }, 'apply')).toBe('of api in prod')
  expect(await inPhase({ environment: 'dev' }, 'apply')).toBe('of the project')
  expect(await variables.for({ ...prod, project: 'bank' }, 'plan')).toEqual({
    terraform: {},
    environment: {},
    secrets: [],
  })
})

test('a value is kept nowhere in clear text, and no answer has it', async ({ db }) => {
  const variables = await open(db)
  const made = await variables.set('shop', { ...token, value: secret }, 'alice')
  const again = await variables.set('shop', { ...token, value: secret }, 'bob')
  const answers = [
    made,
    again,
    await variables.list('shop'),
    await variables.effective(prod),
    await variables.find('shop', made.id),
  ]
  await variables.remove('shop', made.id, 'carol')

  const { rows } = await sql<{ row: string }>`
    select v::text as row from variables v union all select a::text from audit_log a`.execute(db)
  expect(JSON.stringify(answers)).not.toMatch(/battery|sealed/)
  expect(JSON.stringify(rows)).not.toMatch(
    new RegExp(`battery|${Buffer.from(secret).toString('hex')}`),
  )
  const audited = await db.selectFrom('audit_log').select(['actor', 'action', 'subject']).execute()
  expect(audited).toEqual([
    { actor: 'alice', action: 'variable.create', subject: 'shop/CLOUD_TOKEN' },
    { actor: 'bob', action: 'variable.replace', subject: 'shop/CLOUD_TOKEN' },
    { actor: 'carol', action: 'variable.remove', subject: 'shop/CLOUD_TOKEN' },
  ])
  expect(await variables.list('shop')).toEqual([])
})

test.for([
  ['another place', 'environment', null],
  ['another component', 'component', 'api'],
  ['another name', 'name', 'OTHER_TOKEN'],
  ['another kind', 'kind', 'terraform'],
  ['another phase', 'phase', 'plan'],
] as const)('a sealed value that was moved to %s does not open', async ([, column, to], { db }) => {
  const variables = await open(db)
  await variables.set('shop', { ...token, environment: 'prod', value: secret }, 'alice')
  await db
    .updateTable('variables')
    .set({ [column]: to })
    .execute()

  await expect(
    variables.for({ ...prod, component: to === 'api' ? 'api' : 'db' }, 'plan'),
  ).rejects.toMatchObject({ code: 'unavailable', message: expect.not.stringContaining('battery') })
})

test('nor does one that was moved to another project, or sealed with another key', async ({
  db,
}) => {
  const variables = await open(db)
  await variables.set('shop', { ...token, value: secret }, 'alice')
  await expect((await open(db, randomBytes(32))).for(prod, 'plan')).rejects.toMatchObject({
    code: 'unavailable',
    next: expect.stringContaining('instance key'),
  })

  await sql`update variables set project_id = (select id from projects where name = 'bank')`.execute(
    db,
  )
  await expect(variables.for({ ...prod, project: 'bank' }, 'plan')).rejects.toMatchObject({
    code: 'unavailable',
  })
})

test('setting it at one place by many at once leaves one, that of the last', async ({ db }) => {
  const variables = await open(db)
  await Promise.all(
    Array.from({ length: 8 }, (_, at) =>
      variables.set('shop', { ...token, component: 'db', value: `value ${at}` }, 'alice'),
    ),
  )

  expect(await variables.list('shop')).toMatchObject([{ name: 'CLOUD_TOKEN', component: 'db' }])
  expect((await variables.for(prod, 'plan')).environment['CLOUD_TOKEN']).toMatch(/^value \d$/)
})

test('what is refused leaves no trace', async ({ db }) => {
  const variables = await open(db)
  const set = (project: string, name: string) =>
    variables.set(project, { ...token, name, value: secret }, 'alice')

  await expect(set('shop', 'LD_PRELOAD')).rejects.toMatchObject({ code: 'invalid' })
  await expect(set('mill', 'TOKEN')).rejects.toMatchObject({ code: 'not_found' })
  await expect(variables.remove('shop', randomUUID(), 'alice')).rejects.toMatchObject({
    code: 'not_found',
  })
  const made = await set('shop', 'TOKEN')
  await expect(variables.remove('bank', made.id, 'alice')).rejects.toMatchObject({
    code: 'not_found',
  })

  expect(await db.selectFrom('audit_log').select('action').execute()).toEqual([
    { action: 'variable.create' },
  ])
})

test('a name that is refused is given to no run, whoever wrote it', async ({ db }) => {
  const variables = await open(db)
  const { id } = await db
    .selectFrom('projects')
    .select('id')
    .where('name', '=', 'shop')
    .executeTakeFirstOrThrow()
  const purpose = `variable ${JSON.stringify([id, null, null, 'environment', 'LD_PRELOAD', 'both'])}`
  await db
    .insertInto('variables')
    .values({
      id: randomUUID(),
      project_id: id,
      kind: 'environment',
      name: 'LD_PRELOAD',
      phase: 'both',
      sealed_value: createSeal(key, purpose).seal(Buffer.from('/tmp/evil.so')),
      updated_by: 'mallory',
    })
    .execute()

  await expect(variables.for(prod, 'plan')).rejects.toMatchObject({ code: 'invalid' })
})

test('the key inside a document of credentials is a secret of its own; a region is none', async ({
  db,
}) => {
  const variables = await open(db)
  const privateKey = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----\n'
  const document = JSON.stringify({ type: 'service_account', private_key: privateKey })
  await variables.set('shop', { ...token, name: 'GOOGLE_CREDENTIALS', value: document }, 'alice')
  await variables.set('shop', { ...token, name: 'AWS_REGION', value: 'eu-west-1' }, 'alice')
  const list = { kind: 'terraform', name: 'keys', phase: 'both' } as const
  await variables.set('shop', { ...list, value: '[ "a-key-of-the-list-000", ]' }, 'alice')

  const { secrets, environment } = await variables.for(prod, 'plan')

  expect(secrets).toContain(document)
  expect(secrets).toContain(privateKey)
  expect(secrets).toContain('a-key-of-the-list-000')
  expect(secrets).not.toContain('service_account')
  expect(secrets).not.toContain('eu-west-1')
  expect(environment['AWS_REGION']).toBe('eu-west-1')
})

test('the list of a workspace says which variable counts, where it comes from and what it hides', async ({
  db,
}) => {
  const variables = await open(db)
  const wide = await variables.set('shop', { ...token, value: 'a' }, 'alice')
  const narrow = await variables.set('shop', { ...token, component: 'db', value: 'b' }, 'bob')
  await variables.set('shop', { ...token, environment: 'dev', value: 'c' }, 'bob')

  expect(await variables.effective(prod)).toEqual([
    { variable: narrow, hides: [wide], phases: ['plan', 'apply'], hiddenBy: undefined },
  ])
})
