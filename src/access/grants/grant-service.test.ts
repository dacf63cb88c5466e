import { describe, expect } from 'vitest'
import { test } from '../../../test/support/access.ts'
import { type AccessService, type Principal, permits, placesOf } from '../index.ts'

describe('a role', () => {
  test('holds where it is given, for the person or for the whole team', async ({
    access,
    admin,
    person,
    project,
  }) => {
    await project('shop')
    const by = admin.principal
    const alice = await person('alice', { role: 'approver', project: 'shop', environment: 'prod' })
    const bob = await person('bob')
    await access.teams.put(by, 'sre', ['bob'])
    await access.grants.give(by, { team: 'sre', role: 'operator', environment: 'dev' })

    const now = async (cookie: string) => (await access.authenticateSession(cookie))?.principal
    const principals = [await now(alice.cookie), await now(bob.cookie)]

    expect(principals.map((one) => one && placesOf(one, 'run:approve'))).toEqual([
      [{ project: 'shop', environment: 'prod' }],
      [{ project: undefined, environment: 'dev' }],
    ])
    expect(principals.map((one) => one && placesOf(one, 'admin'))).toEqual([[], []])
  })

  test('is written down with who gave and took it', async ({
    db,
    access,
    admin,
    person,
    project,
  }) => {
    await project('shop')
    await person('alice')
    const wish = { person: 'alice', role: 'planner', project: 'shop', environment: 'dev' } as const

    const grant = await access.grants.give(admin.principal, wish)
    await access.grants.take(admin.principal, grant.id)

    expect(grant).toMatchObject({ ...wish, team: undefined, createdBy: 'admin' })
    const audited = await db
      .selectFrom('audit_log')
      .select(['actor', 'action', 'subject', 'details'])
      .where('action', 'like', 'grant.%')
      .where('subject', '=', 'alice')
      .execute()
    const details = { role: 'planner', project: 'shop', environment: 'dev' }
    expect(audited).toEqual([
      { actor: 'admin', action: 'grant.create', subject: 'alice', details },
      { actor: 'admin', action: 'grant.delete', subject: 'alice', details },
    ])
  })

  test.for([
    [{ person: 'ghost', role: 'viewer' }, 'not_found'],
    [{ team: 'ghosts', role: 'viewer' }, 'not_found'],
    [{ person: 'admin', role: 'viewer', project: 'ghost' }, 'not_found'],
    [{ person: 'admin', role: 'viewer', project: 'gh\0st' }, 'not_found'],
    [{ role: 'viewer' }, 'invalid'],
    [{ person: 'admin', team: 'sre', role: 'viewer' }, 'invalid'],
    [{ person: 'admin', role: 'viewer', environment: 'a/b' }, 'invalid'],
    [{ person: 'admin', role: 'viewer', environment: '' }, 'invalid'],
    [{ person: 'admin', role: 'admin' }, 'conflict'],
  ] as const)('%j is refused: %s', async ([wish, code], { access, admin }) => {
    await access.teams.put(admin.principal, 'sre', [])

    await expect(access.grants.give(admin.principal, wish)).rejects.toMatchObject({ code })
  })
})

describe('who gives roles', () => {
  test('is an administrator of the place, and of no other', async ({ access, person, project }) => {
    await project('shop')
    await project('bank')
    await person('bob')
    const shop = await person('alice', { role: 'admin', project: 'shop' })
    const dev = await person('dave', { role: 'admin', project: 'shop', environment: 'dev' })
    const give = (by: Principal, place: { project?: string; environment?: string }) =>
      access.grants.give(by, { person: 'bob', role: 'admin', ...place }).then(
        () => 'given',
        (error) => error.code,
      )

    expect(await give(dev.principal, {})).toBe('forbidden')
    expect(await give(dev.principal, { environment: 'dev' })).toBe('forbidden')
    expect(await give(dev.principal, { project: 'shop' })).toBe('forbidden')
    expect(await give(dev.principal, { project: 'shop', environment: 'prod' })).toBe('forbidden')
    expect(await give(dev.principal, { project: 'shop', environment: 'dev' })).toBe('given')
    expect(await give(shop.principal, {})).toBe('forbidden')
    expect(await give(shop.principal, { project: 'bank' })).toBe('forbidden')
    expect(await give(shop.principal, { project: 'ghost' })).toBe('forbidden')
    expect(await give(shop.principal, { environment: 'prod' })).toBe('forbidden')
    expect(await give(shop.principal, { project: 'shop', environment: 'prod' })).toBe('given')
    expect(await give(shop.principal, { project: 'shop' })).toBe('given')
  })

  test('is nobody with less than admin, whatever else they may do', async ({ access, person }) => {
    const { principal } = await person('alice', { role: 'operator' }, { role: 'approver' })

    await expect(
      access.grants.give(principal, { person: 'alice', role: 'viewer', project: 'x' }),
    ).rejects.toMatchObject({ code: 'forbidden' })
    const [grant] = await access.grants.list()
    await expect(access.grants.take(principal, grant?.id ?? '')).rejects.toMatchObject({
      code: 'forbidden',
    })
    for (const attempt of [
      () => access.people.create(principal, { name: 'eve', fullName: 'Eve' }),
      () => access.people.edit(principal, 'admin', { disabled: true }),
      () => access.teams.put(principal, 'sre', ['alice']),
      () => access.links.create(principal, 'admin'),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' })
    }
  })

  test('is decided when it is done, not when it was asked', async ({ access, admin, person }) => {
    const alice = await person('alice', { role: 'admin' })
    const [grant] = (await access.grants.list()).filter((one) => one.person === 'alice')
    await access.grants.take(admin.principal, grant?.id ?? '')

    // The principal of a request that began before.
    expect(permits(alice.principal, 'admin')).toBe(true)
    await expect(
      access.grants.give(alice.principal, { person: 'alice', role: 'admin' }),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('may use a token, within its limits', async ({ access, admin, person, project }) => {
    await project('shop')
    await person('bob')
    const { token } = await access.tokens.createFor(admin.principal, {
      name: 'mine',
      permissions: ['admin'],
      personal: true,
      project: 'shop',
    })
    const limited = await access.authenticateToken(token)
    if (limited === undefined) throw new Error('no token')

    await access.grants.give(limited, { person: 'bob', role: 'viewer', project: 'shop' })
    await expect(
      access.grants.give(limited, { person: 'bob', role: 'viewer' }),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('the last administrator', () => {
  const refused = { code: 'conflict', message: expect.stringContaining('administrator') }

  test('keeps the role and stays enabled', async ({ access, admin, person }) => {
    await person('alice', { role: 'operator' })
    const by = admin.principal
    const [grant] = (await access.grants.list()).filter((one) => one.role === 'admin')

    await expect(access.grants.take(by, grant?.id ?? '')).rejects.toMatchObject(refused)
    await expect(access.people.edit(by, 'admin', { disabled: true })).rejects.toMatchObject(refused)
    expect(await access.authenticateSession(admin.cookie)).toBeDefined()
    expect(await access.grants.list()).toContainEqual(grant)
  })

  test('may be one by a team, which then stays', async ({ access, admin, person }) => {
    const by = admin.principal
    await person('alice')
    await access.teams.put(by, 'owners', ['alice'])
    await access.grants.give(by, { team: 'owners', role: 'admin' })
    const [own] = (await access.grants.list()).filter((one) => one.person === 'admin')
    await access.grants.take(by, own?.id ?? '')

    const alice = (
      await access.sessions.signIn({
        name: 'alice',
        password: 'correct horse battery',
        address: '10.0.0.1',
      })
    ).principal
    const [team] = await access.grants.list()
    for (const attempt of [
      () => access.teams.put(alice, 'owners', []),
      () => access.teams.put(alice, 'owners', ['admin2']),
      () => access.teams.remove(alice, 'owners'),
      () => access.grants.take(alice, team?.id ?? ''),
      () => access.people.edit(alice, 'alice', { disabled: true }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({
        code: expect.stringMatching(/conflict|not_found/),
      })
    }
    await access.teams.put(alice, 'owners', ['admin', 'alice'])
    await access.people.edit(alice, 'alice', { disabled: true })
  })

  test('is not one who was never able to sign in, nor one of a place', async ({
    access,
    admin,
    person,
    project,
  }) => {
    await project('shop')
    await person('bob', { role: 'admin', project: 'shop' })
    await access.people.create(admin.principal, { name: 'carol', fullName: 'Carol' })
    await access.grants.give(admin.principal, { person: 'carol', role: 'admin' })

    await expect(
      access.people.edit(admin.principal, 'admin', { disabled: true }),
    ).rejects.toMatchObject(refused)
  })

  test('remains when two remove each other at the same time', async ({ access, admin, person }) => {
    const alice = await person('alice', { role: 'admin' })
    for (let round = 0; round < 8; round += 1) {
      const results = await Promise.allSettled([
        access.people.edit(admin.principal, 'alice', { disabled: true }),
        round % 2 === 0
          ? access.people.edit(alice.principal, 'admin', { disabled: true })
          : takeAdmin(access, alice.principal, 'admin'),
      ])

      expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
      const enabled = await administrators(access)
      expect(enabled).toHaveLength(1)
      // Whoever is left makes both administrators again.
      const survivor = enabled[0] === 'admin' ? admin.principal : alice.principal
      for (const name of ['admin', 'alice']) {
        await access.people.edit(survivor, name, { disabled: false })
        await access.grants
          .give(survivor, { person: name, role: 'admin' })
          .catch((error) => expect(error.code).toBe('conflict'))
      }
    }
  })
})

async function takeAdmin(access: AccessService, by: Principal, name: string): Promise<void> {
  const grant = (await access.grants.list()).find(
    (one) => one.person === name && one.role === 'admin',
  )
  await access.grants.take(by, grant?.id ?? '')
}

async function administrators(access: AccessService): Promise<string[]> {
  const people = await access.people.list()
  const grants = await access.grants.list()
  return people
    .filter((one) => one.status === 'active')
    .filter((one) => grants.some((grant) => grant.person === one.name && grant.role === 'admin'))
    .map((one) => one.name)
}
