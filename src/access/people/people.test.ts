import { describe, expect } from 'vitest'
import { test } from '../../../test/support/access.ts'
import { personIdsOf, teamsOf } from '../index.ts'

describe('people', () => {
  test('are invited, active, disabled; their doing is written down', async ({
    db,
    access,
    admin,
    person,
  }) => {
    const by = admin.principal
    await access.people.create(by, { name: 'bob', fullName: '  Bob\u00a0B. ' })
    await person('alice')
    await access.people.edit(by, 'alice', { disabled: true, fullName: 'Alice A.' })
    await access.people.edit(by, 'alice', { disabled: true, fullName: 'Alice A.' })

    expect(await access.people.list()).toMatchObject([
      { name: 'admin', status: 'active', lastSeenAt: expect.any(Date), createdBy: 'server' },
      { name: 'alice', status: 'disabled', fullName: 'Alice A.' },
      { name: 'bob', status: 'invited', lastSeenAt: undefined, teams: [], createdBy: 'admin' },
    ])
    const audited = await db
      .selectFrom('audit_log')
      .select(['action', 'subject'])
      .where('actor', '=', 'admin')
      .where('action', 'like', 'person.%')
      .where('action', '<>', 'person.password')
      .orderBy('id')
      .execute()
    expect(audited.map((one) => `${one.action} ${one.subject}`)).toEqual([
      'person.create bob',
      'person.create alice',
      'person.link alice',
      'person.edit alice',
      'person.disable alice',
    ])
  })

  test.for(['', 'Alice', 'a b', 'ä', 'аlice', '-a', 'a'.repeat(64), 'a\n', 'a/b', 'a@b', 'a\0'])(
    "the name %j is nobody's",
    async (name, { access, admin }) => {
      await expect(
        access.people.create(admin.principal, { name, fullName: 'X' }),
      ).rejects.toMatchObject({ code: 'invalid' })
    },
  )

  test.for(['', '   ', 'x'.repeat(201), 'A\u202eB', 'A\nB', 'A\0', '\ud800', 'A\u2066'])(
    'the full name %j is refused',
    async (fullName, { access, admin }) => {
      await expect(
        access.people.create(admin.principal, { name: 'alice', fullName }),
      ).rejects.toMatchObject({ code: 'invalid' })
    },
  )

  test('full names are written in any script, in one spelling', async ({ access, admin }) => {
    const made = await access.people.create(admin.principal, {
      name: 'zoe',
      fullName: 'Zoe\u0308 李 علی',
    })

    expect(made.fullName).toBe('Zo\u00eb 李 علی')
  })

  test("a name is somebody's once, also when two take it at once", async ({ access, admin }) => {
    const results = await Promise.allSettled(
      [1, 2, 3].map(() => access.people.create(admin.principal, { name: 'alice', fullName: 'A' })),
    )

    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    for (const one of results)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'conflict' })
  })

  test('editing somebody who is not there is told', async ({ access, admin }) => {
    await expect(
      access.people.edit(admin.principal, 'ghost', { disabled: true }),
    ).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('teams', () => {
  test('have the members that were said last, and are told by person', async ({
    db,
    access,
    admin,
    person,
  }) => {
    const by = admin.principal
    await person('alice')
    await person('bob')
    await access.teams.put(by, 'sre', ['bob', 'alice', 'bob'])
    await access.teams.put(by, 'dba', ['alice'])
    await access.teams.put(by, 'empty', [])

    expect(await access.teams.list()).toMatchObject([
      { name: 'dba', members: ['alice'] },
      { name: 'empty', members: [] },
      { name: 'sre', members: ['alice', 'bob'], createdBy: 'admin' },
    ])
    const ids = await personIdsOf(db, ['alice', 'bob', 'admin', 'ghost'])
    expect([...ids.keys()].sort()).toEqual(['admin', 'alice', 'bob'])
    const teams = await teamsOf(db, [...ids.values()])
    expect(teams.get(ids.get('alice') ?? '')).toEqual(['dba', 'sre'])
    expect(teams.get(ids.get('bob') ?? '')).toEqual(['sre'])
    expect(teams.has(ids.get('admin') ?? '')).toBe(false)
    expect((await teamsOf(db, [])).size).toBe(0)

    await access.teams.put(by, 'sre', ['bob'])
    expect((await teamsOf(db, [...ids.values()])).get(ids.get('alice') ?? '')).toEqual(['dba'])
  })

  test('go with their roles, and their members lose them at once', async ({
    db,
    access,
    admin,
    person,
  }) => {
    const by = admin.principal
    const alice = await person('alice')
    await access.teams.put(by, 'sre', ['alice'])
    await access.grants.give(by, { team: 'sre', role: 'operator' })
    expect((await access.authenticateSession(alice.cookie))?.principal.scopes).toHaveLength(1)

    await access.teams.remove(by, 'sre')

    expect((await access.authenticateSession(alice.cookie))?.principal.scopes).toEqual([])
    const audited = await db
      .selectFrom('audit_log')
      .select(['action', 'subject'])
      .orderBy('id', 'desc')
      .limit(2)
      .execute()
    expect(audited).toEqual([
      { action: 'team.delete', subject: 'sre' },
      { action: 'grant.delete', subject: 'team/sre' },
    ])
    await expect(access.teams.remove(by, 'sre')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('have only people that there are', async ({ access, admin }) => {
    await expect(access.teams.put(admin.principal, 'sre', ['ghost'])).rejects.toMatchObject({
      code: 'not_found',
      message: 'there is nobody named ghost',
    })
    expect(await access.teams.list()).toEqual([])
  })
})
