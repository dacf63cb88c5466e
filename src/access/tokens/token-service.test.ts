import { sql } from 'kysely'
import { expect } from 'vitest'
import { test } from '../../../test/support/database.ts'
import { createTokenService } from './token-service.ts'

const ci = { name: 'ci', permissions: ['state:read', 'state:write'], actor: 'alice' } as const

test('a token proves who it is for, with what it permits', async ({ db }) => {
  const tokens = createTokenService(db)

  const { token, record } = await tokens.create(ci)

  expect(token).toMatch(/^ptl_[\w-]{32}$/)
  expect(record).toMatchObject({ name: 'ci', createdBy: 'alice', expiresAt: undefined })
  expect(await tokens.authenticate(token)).toEqual({
    name: 'ci',
    personId: undefined,
    via: 'token',
    scopes: [
      { permissions: ['state:read', 'state:write'], project: undefined, environment: undefined },
    ],
    limit: undefined,
  })
})

test('the token itself is stored nowhere', async ({ db }) => {
  const { token } = await createTokenService(db).create(ci)

  const { rows } = await sql<{ row: string }>`
    select t::text as row from api_tokens t union all select a::text from audit_log a`.execute(db)

  expect(rows).toHaveLength(2)
  expect(JSON.stringify(rows)).not.toContain(token.slice(4))
})

test('a wrong, shortened, extended or empty token is nobody', async ({ db }) => {
  const tokens = createTokenService(db)
  const { token } = await tokens.create(ci)

  for (const guess of [
    '',
    'ptl_',
    token.slice(0, -1),
    `${token}x`,
    token.toUpperCase(),
    ` ${token}`,
  ]) {
    expect(await tokens.authenticate(guess), guess).toBeUndefined()
  }
})

test('a revoked token is refused from then on; revoking again is fine', async ({ db }) => {
  const tokens = createTokenService(db)
  const { token } = await tokens.create(ci)

  await tokens.revoke('ci', 'bob')
  await tokens.revoke('ci', 'carol')

  expect(await tokens.authenticate(token)).toBeUndefined()
  expect(await tokens.list()).toMatchObject([{ name: 'ci', revokedAt: expect.any(Date) }])
  const audited = await db.selectFrom('audit_log').select(['actor', 'action', 'subject']).execute()
  expect(audited).toEqual([
    { actor: 'alice', action: 'token.create', subject: 'ci' },
    { actor: 'bob', action: 'token.revoke', subject: 'ci' },
  ])
})

test('an expired token is refused by the clock of the database', async ({ db }) => {
  const tokens = createTokenService(db)
  const { token } = await tokens.create({ ...ci, expiresAt: new Date(Date.now() + 3_600_000) })
  expect(await tokens.authenticate(token)).toBeDefined()

  await sql`update api_tokens set expires_at = now()`.execute(db)

  expect(await tokens.authenticate(token)).toBeUndefined()
})

test('a name is used once, also after its token was revoked', async ({ db }) => {
  const tokens = createTokenService(db)
  await tokens.create(ci)
  await tokens.revoke('ci', 'alice')

  await expect(tokens.create(ci)).rejects.toMatchObject({ code: 'conflict' })
})

test('revoking what is not there is told', async ({ db }) => {
  await expect(createTokenService(db).revoke('ghost', 'alice')).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('the last use is written at most once a minute', async ({ db }) => {
  const tokens = createTokenService(db)
  const { token } = await tokens.create(ci)
  const setLastUse = (ago: string) =>
    sql`update api_tokens set last_used_at = now() - ${ago}::interval`.execute(db)
  const secondsAgo = async () => {
    const { rows } = await sql<{ ago: number }>`
      select extract(epoch from now() - last_used_at)::float8 as ago from api_tokens`.execute(db)
    return rows[0]?.ago
  }

  await tokens.authenticate(token)
  expect(await secondsAgo()).toBeLessThan(30)
  await setLastUse('50 seconds')
  await tokens.authenticate(token)
  expect(await secondsAgo()).toBeGreaterThanOrEqual(50)
  await setLastUse('61 seconds')
  await tokens.authenticate(token)
  expect(await secondsAgo()).toBeLessThan(30)
})

test.for([
  [{ name: '' }, 'name'],
  [{ name: ' ci' }, 'name'],
  [{ name: 'ci\n' }, 'name'],
  [{ name: 'x'.repeat(101) }, 'name'],
  [{ permissions: [] }, 'permissions'],
  [{ permissions: ['state:destroy'] }, 'permissions'],
  [{ expiresAt: new Date(0) }, 'expiry'],
] as const)('refuses %j and says what is wrong', async ([change, field], { db }) => {
  await expect(createTokenService(db).create({ ...ci, ...change })).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining(`a token's ${field}`),
  })
})
