import { Hono } from 'hono'
import { expect } from 'vitest'
import { test } from '../../test/support/access.ts'
import { type AccessService, permits } from '../access/index.ts'
import { serve } from '../platform/http/server.ts'
import { authenticated } from './authenticate.ts'
import type { ApiEnv } from './deps.ts'

/** An answer that takes as long as `meanwhile`. */
async function longAnswer(
  access: AccessService,
  headers: Readonly<Record<string, string>>,
  meanwhile: () => Promise<unknown>,
): Promise<string> {
  const app = new Hono<ApiEnv>()
    .use('/api/v1/*', authenticated({ access }))
    .get('/api/v1/long', async (c) => {
      await meanwhile()
      const may = permits(c.get('principal'), 'read') ? 'reads' : 'reads nothing'
      return c.text(`${may}, ${(await c.get('visit').goesOn()) ? 'goes on' : 'is over'}`)
    })
  const server = await serve(app, { host: '127.0.0.1', port: 0 })
  const answer = await fetch(`${server.url}/api/v1/long`, { headers })
  const text = await answer.text()
  await server.close()
  return text
}

test('a long answer goes on while its session does, and is over with it', async ({
  access,
  admin,
  person,
}) => {
  const alice = await person('alice', { role: 'viewer' })
  const headers = { cookie: `portolan_session=${alice.cookie}` }

  expect(await longAnswer(access, headers, async () => undefined)).toBe('reads, goes on')
  const disabling = () => access.people.edit(admin.principal, 'alice', { disabled: true })
  expect(await longAnswer(access, headers, disabling)).toBe('reads, is over')
})

test('it is over when its person may do something else than before', async ({
  access,
  admin,
  person,
}) => {
  const alice = await person('alice', { role: 'viewer' })
  const headers = { cookie: `portolan_session=${alice.cookie}` }
  const [grant] = (await access.grants.list()).filter((one) => one.person === 'alice')

  const taking = () => access.grants.take(admin.principal, grant?.id ?? '')
  expect(await longAnswer(access, headers, taking)).toBe('reads, is over')
})

test('it is over when its token is revoked', async ({ access }) => {
  const { token } = await access.tokens.create({ name: 'ci', permissions: ['read'], actor: 'me' })
  const headers = { authorization: `Bearer ${token}` }

  expect(await longAnswer(access, headers, async () => undefined)).toBe('reads, goes on')
  const revoking = () => access.tokens.revoke('ci', 'me')
  expect(await longAnswer(access, headers, revoking)).toBe('reads, is over')
})
