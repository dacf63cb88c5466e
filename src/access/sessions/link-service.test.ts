import { sql } from 'kysely'
import { describe, expect } from 'vitest'
import { password, test } from '../../../test/support/access.ts'
import { permits } from '../index.ts'

const gone = { code: 'not_found' }

describe('a link', () => {
  test('invites somebody, who chooses a password and is signed in', async ({ access, admin }) => {
    await access.people.create(admin.principal, { name: 'alice', fullName: 'Alice A.' })
    const { token } = await access.links.create(admin.principal, 'alice')
    expect(await access.links.describe(token)).toEqual({
      name: 'alice',
      fullName: 'Alice A.',
      hasPassword: false,
    })

    const opened = await access.links.use({ token, password })

    expect(opened.principal).toMatchObject({ name: 'alice', scopes: [] })
    expect(await access.people.list()).toContainEqual(
      expect.objectContaining({ name: 'alice', status: 'active' }),
    )
    await access.sessions.signIn({ name: 'alice', password, address: '10.0.0.1' })
  })

  test('is used once, also by two at the same time', async ({ access, admin, person }) => {
    await person('alice')
    for (let round = 0; round < 10; round += 1) {
      const { token } = await access.links.create(admin.principal, 'alice')

      const uses = await Promise.allSettled([1, 2, 3].map(() => access.links.use({ token })))

      expect(uses.filter((use) => use.status === 'fulfilled')).toHaveLength(1)
      for (const use of uses) if (use.status === 'rejected') expect(use.reason).toMatchObject(gone)
      await expect(access.links.describe(token)).rejects.toMatchObject(gone)
    }
  })

  test('is void after a day, after a newer one, and when the person is disabled', async ({
    db,
    access,
    admin,
    person,
  }) => {
    await person('alice')
    const old = await access.links.create(admin.principal, 'alice')
    const newer = await access.links.create(admin.principal, 'alice')
    await expect(access.links.use({ token: old.token })).rejects.toMatchObject(gone)

    await access.people.edit(admin.principal, 'alice', { disabled: true })
    await expect(access.links.use({ token: newer.token })).rejects.toMatchObject(gone)
    await expect(access.links.create(admin.principal, 'alice')).rejects.toMatchObject({
      code: 'conflict',
    })
    await access.people.edit(admin.principal, 'alice', { disabled: false })
    await expect(access.links.use({ token: newer.token })).rejects.toMatchObject(gone)

    const last = await access.links.create(admin.principal, 'alice')
    expect(last.expiresAt.getTime()).toBeLessThan(Date.now() + 24.1 * 3_600_000)
    await sql`update sign_in_links set expires_at = now()`.execute(db)
    await expect(access.links.use({ token: last.token })).rejects.toMatchObject(gone)
    await expect(access.links.describe(last.token)).rejects.toMatchObject(gone)
  })

  test('is not used up by a password that is refused', async ({ access, admin }) => {
    await access.people.create(admin.principal, { name: 'alice', fullName: 'Alice' })
    const { token } = await access.links.create(admin.principal, 'alice')

    await expect(access.links.use({ token })).rejects.toMatchObject({ code: 'invalid' })
    await expect(access.links.use({ token, password: 'short' })).rejects.toMatchObject({
      code: 'invalid',
    })

    await access.links.use({ token, password })
  })

  test('for a forgotten password ends all sessions of the person', async ({
    access,
    admin,
    person,
  }) => {
    const alice = await person('alice')
    const { token } = await access.links.create(admin.principal, 'alice')

    const opened = await access.links.use({ token, password: 'another horse battery' })

    expect(await access.authenticateSession(alice.cookie)).toBeUndefined()
    expect(await access.authenticateSession(opened.cookie)).toBeDefined()
    await expect(
      access.sessions.signIn({ name: 'alice', password, address: '10.0.0.1' }),
    ).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('is made by administrators of the server alone, and stored nowhere', async ({
    db,
    access,
    admin,
    person,
    project,
  }) => {
    await project('shop')
    const alice = await person('alice', { role: 'admin', project: 'shop' })
    await expect(access.links.create(alice.principal, 'admin')).rejects.toMatchObject({
      code: 'forbidden',
    })

    const { token } = await access.links.create(admin.principal, 'alice')

    const { rows } = await sql<{ row: string }>`
      select l::text as row from sign_in_links l union all select a::text from audit_log a`.execute(
      db,
    )
    expect(JSON.stringify(rows)).not.toContain(token.slice(4))
  })
})

describe('the first administrator', () => {
  test('is made by the server that starts, and again until a password is chosen', async ({
    access,
  }) => {
    const first = await access.firstAdminLink()
    const second = await access.firstAdminLink()
    if (first === undefined || second === undefined) throw new Error('no link')
    await expect(access.links.describe(first)).rejects.toMatchObject(gone)
    expect(await access.people.list()).toMatchObject([{ name: 'admin', status: 'invited' }])

    const { principal } = await access.links.use({ token: second, password })

    expect(permits(principal, 'admin')).toBe(true)
    expect(await access.firstAdminLink()).toBeUndefined()
  })

  test('is one, however many servers start', async ({ access }) => {
    const links = await Promise.all([1, 2, 3, 4].map(() => access.firstAdminLink()))

    expect(new Set(links).size).toBe(4)
    expect(await access.people.list()).toHaveLength(1)
    expect(await access.grants.list()).toHaveLength(1)
    const usable = await Promise.allSettled(links.map((one) => access.links.describe(one ?? '')))
    expect(usable.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
  })

  test('is nobody who only has the name', async ({ access }) => {
    const { token } = await access.tokens.create({
      name: 'root',
      permissions: ['admin'],
      actor: 'me',
    })
    const root = await access.authenticateToken(token)
    if (root === undefined) throw new Error('no token')
    await access.people.create(root, { name: 'admin', fullName: 'Somebody' })

    const link = await access.firstAdminLink()

    expect(await access.links.describe(link ?? '')).toMatchObject({ name: 'admin-2' })
  })

  test('is not made anew when all that is missing is a session', async ({ access, admin, db }) => {
    await db.deleteFrom('sessions').execute()

    expect(admin.principal.name).toBe('admin')
    expect(await access.firstAdminLink()).toBeUndefined()
  })
})
