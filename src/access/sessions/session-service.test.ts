import { sql } from 'kysely'
import { describe, expect } from 'vitest'
import { cheapPasswords, password, test } from '../../../test/support/access.ts'
import { createAccessService, isCsrf, permits } from '../index.ts'
import { createPasswords, type Passwords } from './password.ts'

const address = '10.0.0.1'
const wrong = { code: 'unauthenticated', message: 'the name or the password is wrong' }

describe('signing in', () => {
  test('begins a session of the person, with what they may do', async ({ access, person }) => {
    await person('alice', { role: 'planner' })

    const opened = await access.sessions.signIn({ name: 'alice', password, address })

    expect(opened.principal).toMatchObject({ name: 'alice', via: 'session', limit: undefined })
    expect(permits(opened.principal, 'change:plan')).toBe(true)
    expect(permits(opened.principal, 'change:apply')).toBe(false)
    expect(opened.expiresAt.getTime()).toBeGreaterThan(Date.now() + 6.9 * 86_400_000)
    const again = await access.authenticateSession(opened.cookie)
    expect(again).toEqual({
      sessionId: opened.sessionId,
      principal: opened.principal,
      csrf: opened.csrf,
    })
  })

  test('neither cookie nor password is stored anywhere', async ({ access, db, person }) => {
    const { cookie, csrf } = await person('alice')
    await access.sessions.signIn({ name: 'alice', password, address })

    const { rows } = await sql<{ row: string }>`
      select s::text as row from sessions s union all select p::text from people p
      union all select a::text from audit_log a union all select l::text from sign_in_links l`.execute(
      db,
    )

    const all = JSON.stringify(rows)
    expect(all).toContain('alice')
    for (const secret of [cookie.slice(4), csrf, password]) expect(all).not.toContain(secret)
  })

  test('a wrong password, an unknown name, who has none yet and who is disabled: one answer, one comparison each', async ({
    db,
    access,
    admin,
    person,
  }) => {
    await person('alice')
    await person('bob')
    await access.people.edit(admin.principal, 'bob', { disabled: true })
    await access.people.create(admin.principal, { name: 'carol', fullName: 'Carol' })
    const { counted, passwords } = counting()
    const { sessions } = createAccessService(db, { passwords })

    const guesses = [
      ['alice', 'wrong horse battery'],
      ['nobody', password],
      ['carol', password],
      ['bob', password],
    ] as const
    for (const [name, guess] of guesses) {
      const before = counted()
      await expect(sessions.signIn({ name, password: guess, address }), name).rejects.toMatchObject(
        wrong,
      )
      expect(counted() - before, name).toBe(1)
    }
    expect(await sessionCount(db)).toBe(3)
  })

  test('an oversized password is refused before anything is spent on it', async ({
    access,
    person,
  }) => {
    await person('alice')

    const guess = { name: 'alice', password: password.repeat(1000), address }
    await expect(access.sessions.signIn(guess)).rejects.toMatchObject(wrong)
  })

  test('guessing is slowed down for known and unknown names alike', async ({ access, person }) => {
    await person('alice')
    for (const name of ['alice', 'nobody']) {
      const guess = () => access.sessions.signIn({ name, password: 'wrong', address })
      for (let at = 0; at < 5; at += 1) await expect(guess()).rejects.toMatchObject(wrong)
      await expect(guess()).rejects.toMatchObject({ code: 'too_many' })
    }

    // The right one has to wait as well, or guessing would go on.
    const right = { name: 'alice', password, address }
    await expect(access.sessions.signIn(right)).rejects.toMatchObject({ code: 'too_many' })
    await access.sessions.signIn({ ...right, address: '10.0.0.2' })
  })

  test('many guesses at once are not faster', async ({ access, person }) => {
    await person('alice')
    const guesses = Array.from({ length: 40 }, () =>
      access.sessions.signIn({ name: 'alice', password: 'wrong', address }),
    )

    const results = await Promise.allSettled(guesses)

    const codes = results.map((one) => (one.status === 'rejected' ? one.reason.code : 'in'))
    expect(codes.filter((code) => code === 'unauthenticated')).toHaveLength(5)
    expect(codes.filter((code) => code === 'too_many')).toHaveLength(35)
  })

  test('the session that a browser had before ends: nobody can plant one', async ({
    access,
    person,
  }) => {
    const planted = await person('mallory')
    await person('alice')

    const replaces = planted.sessionId
    const opened = await access.sessions.signIn({ name: 'alice', password, address, replaces })

    expect(opened.cookie).not.toBe(planted.cookie)
    expect(await access.authenticateSession(planted.cookie)).toBeUndefined()
  })

  test('a password stored at an old cost is stored anew', async ({ db, access, person }) => {
    await person('alice')
    const passwords = createPasswords({ logN: 5, blockSize: 1, parallel: 1 })
    const dearer = createAccessService(db, { passwords })

    await dearer.sessions.signIn({ name: 'alice', password, address })

    const stored = await db
      .selectFrom('people')
      .select('password')
      .where('name', '=', 'alice')
      .executeTakeFirst()
    expect(stored?.password).toMatch(/^\$scrypt\$ln=5,/)
    await access.sessions.signIn({ name: 'alice', password, address })
  })

  test('a password that is changed while it is compared opens nothing', async ({
    db,
    access,
    person,
  }) => {
    const alice = await person('alice')
    const change = { current: password, password: 'another horse battery', address: '10.0.0.9' }
    const meanwhile = interrupted(() => access.sessions.changePassword(alice, change))
    const slow = createAccessService(db, { passwords: meanwhile })

    await expect(slow.sessions.signIn({ name: 'alice', password, address })).rejects.toMatchObject(
      wrong,
    )
  })

  test('who is disabled while the password is compared does not come in', async ({
    db,
    access,
    admin,
    person,
  }) => {
    await person('alice')
    const meanwhile = interrupted(() =>
      access.people.edit(admin.principal, 'alice', { disabled: true }),
    )
    const slow = createAccessService(db, { passwords: meanwhile })

    await expect(slow.sessions.signIn({ name: 'alice', password, address })).rejects.toMatchObject(
      wrong,
    )
    await access.people.edit(admin.principal, 'alice', { disabled: false })
    expect(await openSessions(db, 'alice')).toBe(0)
  })
})

describe('a session', () => {
  test("is nobody's with a wrong, shortened, extended or empty cookie", async ({
    access,
    admin,
  }) => {
    const { cookie } = admin
    for (const guess of [
      '',
      'pts_',
      cookie.slice(0, -1),
      `${cookie}x`,
      cookie.toUpperCase(),
      ` ${cookie}`,
    ]) {
      expect(await access.authenticateSession(guess), guess).toBeUndefined()
    }
  })

  test('ends when nothing came for 12 hours, and goes on when something did', async ({
    db,
    access,
    admin,
  }) => {
    const live = async () => (await access.authenticateSession(admin.cookie)) !== undefined
    await setUse(db, '11 hours 59 minutes')
    expect(await live()).toBe(true)
    await db
      .updateTable('sessions')
      .set({ last_used_at: sql`last_used_at - interval '2 minutes'` })
      .execute()
    expect(await live()).toBe(true)

    await setUse(db, '12 hours 1 minute')

    expect(await live()).toBe(false)
  })

  test('ends after a week in any case', async ({ db, access, admin }) => {
    await sql`update sessions set expires_at = now()`.execute(db)

    expect(await access.authenticateSession(admin.cookie)).toBeUndefined()
  })

  test('ends on signing out, once in the audit log', async ({ db, access, person }) => {
    const alice = await person('alice')
    const other = await access.sessions.signIn({ name: 'alice', password, address })

    await access.sessions.signOut(alice)
    await access.sessions.signOut(alice)

    expect(await access.authenticateSession(alice.cookie)).toBeUndefined()
    expect(await access.authenticateSession(other.cookie)).toBeDefined()
    const ended = await db
      .selectFrom('audit_log')
      .select('subject')
      .where('action', '=', 'session.end')
      .execute()
    expect(ended).toEqual([{ subject: 'alice' }])
  })

  test('ends when the person is disabled, and stays so when they are enabled again', async ({
    access,
    admin,
    person,
  }) => {
    const { cookie } = await person('alice')

    await access.people.edit(admin.principal, 'alice', { disabled: true })
    expect(await access.authenticateSession(cookie)).toBeUndefined()

    await access.people.edit(admin.principal, 'alice', { disabled: false })
    expect(await access.authenticateSession(cookie)).toBeUndefined()
  })

  test('may do what its person may at this moment', async ({ access, admin, person }) => {
    const { cookie } = await person('alice', { role: 'applier' })
    const may = async () => {
      const found = await access.authenticateSession(cookie)
      return found !== undefined && permits(found.principal, 'change:apply')
    }
    expect(await may()).toBe(true)

    const [grant] = (await access.grants.list()).filter((one) => one.person === 'alice')
    await access.grants.take(admin.principal, grant?.id ?? '')

    expect(await may()).toBe(false)
  })

  test('has a proof against foreign pages that no other session has', async ({
    access,
    person,
  }) => {
    const alice = await person('alice')
    const again = await access.sessions.signIn({ name: 'alice', password, address })

    expect(isCsrf(alice, alice.csrf)).toBe(true)
    for (const sent of [
      undefined,
      '',
      again.csrf,
      alice.csrf.slice(1),
      alice.cookie,
      `${alice.csrf}=`,
    ]) {
      expect(isCsrf(alice, sent), sent).toBe(false)
    }
  })
})

describe('another password', () => {
  const change = { current: password, password: 'another horse battery', address }

  test('ends all sessions and begins a new one; the old password is none any more', async ({
    access,
    person,
  }) => {
    const alice = await person('alice')
    const elsewhere = await access.sessions.signIn({ name: 'alice', password, address })

    const opened = await access.sessions.changePassword(alice, change)

    for (const { cookie } of [alice, elsewhere])
      expect(await access.authenticateSession(cookie)).toBeUndefined()
    expect(await access.authenticateSession(opened.cookie)).toBeDefined()
    await expect(
      access.sessions.signIn({ name: 'alice', password, address }),
    ).rejects.toMatchObject(wrong)
    await access.sessions.signIn({ name: 'alice', password: change.password, address })
  })

  test('voids a link that was not used', async ({ access, admin, person }) => {
    const alice = await person('alice')
    const { token } = await access.links.create(admin.principal, 'alice')

    await access.sessions.changePassword(alice, change)

    await expect(access.links.describe(token)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('needs the current one, and guessing that is slow too', async ({ access, person }) => {
    const alice = await person('alice')
    const guess = () => access.sessions.changePassword(alice, { ...change, current: 'wrong' })

    for (let at = 0; at < 5; at += 1)
      await expect(guess()).rejects.toMatchObject({ code: 'forbidden' })
    await expect(guess()).rejects.toMatchObject({ code: 'too_many' })
    expect(await access.authenticateSession(alice.cookie)).toBeDefined()
  })

  test('must not be easily guessed', async ({ access, person }) => {
    const alice = await person('alice')

    await expect(
      access.sessions.changePassword(alice, { ...change, password: 'short' }),
    ).rejects.toMatchObject({ code: 'invalid' })
  })
})

type TestDb = Parameters<typeof createAccessService>[0]

function counting() {
  const real = cheapPasswords()
  let count = 0
  const passwords: Passwords = {
    ...real,
    matches: (given, stored) => {
      count += 1
      return real.matches(given, stored)
    },
  }
  return { passwords, counted: () => count }
}

/** Passwords whose comparison takes so long that something else happens meanwhile. */
function interrupted(meanwhile: () => Promise<unknown>): Passwords {
  const real = cheapPasswords()
  return {
    ...real,
    matches: async (given, stored) => {
      const result = await real.matches(given, stored)
      await meanwhile()
      return result
    },
  }
}

async function sessionCount(db: TestDb): Promise<number> {
  return (await db.selectFrom('sessions').select('id').execute()).length
}

async function openSessions(db: TestDb, name: string): Promise<number> {
  const rows = await db
    .selectFrom('sessions')
    .innerJoin('people', 'people.id', 'person_id')
    .select('sessions.id')
    .where('name', '=', name)
    .where('ended_at', 'is', null)
    .execute()
  return rows.length
}

async function setUse(db: TestDb, ago: string): Promise<void> {
  await sql`update sessions set last_used_at = now() - ${ago}::interval`.execute(db)
}
