import { describe, expect } from 'vitest'
import { test } from '../../../test/support/access.ts'
import { type AccessService, type Principal, permits } from '../index.ts'

const personal = { name: 'mine', permissions: ['read', 'change:apply'], personal: true } as const

async function principalOf(access: AccessService, token: string): Promise<Principal> {
  const principal = await access.authenticateToken(token)
  if (principal === undefined) throw new Error('the token is nobody')
  return principal
}

describe('a personal token', () => {
  test('acts as its person, and does no more than they may at this moment', async ({
    access,
    admin,
    person,
  }) => {
    const alice = await person('alice', { role: 'applier' })
    const { token, record } = await access.tokens.createFor(alice.principal, personal)
    expect(record).toMatchObject({ person: 'alice', createdBy: 'alice' })
    const before = await principalOf(access, token)
    expect(before).toMatchObject({ name: 'alice', via: 'token' })
    expect(permits(before, 'change:apply')).toBe(true)
    expect(permits(before, 'change:plan')).toBe(false)

    const [grant] = (await access.grants.list()).filter((one) => one.person === 'alice')
    await access.grants.take(admin.principal, grant?.id ?? '')
    expect(permits(await principalOf(access, token), 'change:apply')).toBe(false)

    await access.grants.give(admin.principal, { person: 'alice', role: 'operator' })
    const after = await principalOf(access, token)
    expect(permits(after, 'change:apply')).toBe(true)
    expect(permits(after, 'state:read')).toBe(false)
  })

  test('is limited to its project and environment', async ({ access, person, project }) => {
    await project('shop')
    const alice = await person('alice', { role: 'applier' })
    const wish = { ...personal, project: 'shop', environment: 'dev' }
    const { token } = await access.tokens.createFor(alice.principal, wish)

    const principal = await principalOf(access, token)

    expect(permits(principal, 'read', { project: 'shop', environment: 'dev' })).toBe(true)
    expect(permits(principal, 'read', { project: 'shop', environment: 'prod' })).toBe(false)
    expect(permits(principal, 'read', { project: 'shop' })).toBe(false)
    expect(permits(principal, 'read')).toBe(false)
  })

  test('stops when its person is disabled, and goes on when they are enabled', async ({
    access,
    admin,
    person,
  }) => {
    const alice = await person('alice', { role: 'applier' })
    const { token } = await access.tokens.createFor(alice.principal, personal)

    await access.people.edit(admin.principal, 'alice', { disabled: true })
    expect(await access.authenticateToken(token)).toBeUndefined()

    await access.people.edit(admin.principal, 'alice', { disabled: false })
    expect(await access.authenticateToken(token)).toBeDefined()
  })

  test('gets only what its maker has, there', async ({ access, person, project }) => {
    await project('shop')
    await project('bank')
    const alice = await person('alice', { role: 'planner', project: 'shop' })
    const make = (name: string, wish: object) =>
      access.tokens.createFor(alice.principal, { ...personal, name, ...wish }).then(
        () => 'made',
        (error) => error.code,
      )

    expect(await make('a', {})).toBe('forbidden')
    expect(await make('b', { permissions: ['change:plan'] })).toBe('made')
    expect(await make('c', { permissions: ['change:plan'], project: 'shop' })).toBe('made')
    expect(await make('d', { permissions: ['change:plan'], project: 'bank' })).toBe('forbidden')
    expect(await make('e', { permissions: ['change:plan'], project: 'ghost' })).toBe('forbidden')
    expect(await make('f', { permissions: ['admin'], project: 'shop' })).toBe('forbidden')
    expect(await make('g', { permissions: [], project: 'shop' })).toBe('invalid')
    expect(await make('h', { permissions: ['read'], environment: 'a b' })).toBe('invalid')
  })

  test('makes no other tokens, unless it may administer', async ({
    access,
    admin,
    person,
    project,
  }) => {
    await project('shop')
    const alice = await person('alice', { role: 'applier' })
    const ordinary = await principalOf(
      access,
      (await access.tokens.createFor(alice.principal, personal)).token,
    )
    const limited = await principalOf(
      access,
      (
        await access.tokens.createFor(admin.principal, {
          name: 'admins',
          permissions: ['admin'],
          personal: true,
          project: 'shop',
        })
      ).token,
    )

    const read = { name: 'next', permissions: ['read'], personal: true }
    await expect(access.tokens.createFor(ordinary, read)).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(access.tokens.createFor(limited, read)).rejects.toMatchObject({
      code: 'forbidden',
    })
    await access.tokens.createFor(limited, { ...read, project: 'shop' })
  })
})

describe('a token that stands for itself', () => {
  const wish = { name: 'ci', permissions: ['state:write'], personal: false }

  test('is made by an administrator of its place, and needs nobody afterwards', async ({
    access,
    admin,
    person,
    project,
  }) => {
    await project('shop')
    const alice = await person('alice', { role: 'admin', project: 'shop' })
    const operator = await person('olga', { role: 'operator' })
    for (const [by, place] of [
      [operator, {}],
      [operator, { project: 'shop' }],
      [alice, {}],
      [alice, { environment: 'prod' }],
    ] as const) {
      await expect(
        access.tokens.createFor(by.principal, { ...wish, ...place }),
      ).rejects.toMatchObject({
        code: 'forbidden',
      })
    }

    const { token } = await access.tokens.createFor(alice.principal, { ...wish, project: 'shop' })
    await access.people.edit(admin.principal, 'alice', { disabled: true })

    const principal = await principalOf(access, token)
    expect(principal).toMatchObject({ name: 'ci', personId: undefined, limit: undefined })
    expect(permits(principal, 'state:write', { project: 'shop', environment: 'prod' })).toBe(true)
    expect(permits(principal, 'state:write')).toBe(false)
  })

  test('has no personal tokens', async ({ access, admin }) => {
    const { token } = await access.tokens.createFor(admin.principal, {
      ...wish,
      permissions: ['admin'],
    })

    await expect(
      access.tokens.createFor(await principalOf(access, token), {
        ...wish,
        personal: true,
        name: 'x',
      }),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })

  test.for(['alice', 'Alice', 'ALICE'])(
    'cannot pass for a person: %s',
    async (name, { access, admin, person }) => {
      await person('alice')

      await expect(
        access.tokens.createFor(admin.principal, { ...wish, name }),
      ).rejects.toMatchObject({
        code: 'conflict',
      })
      await expect(
        access.tokens.create({ name, permissions: ['read'], actor: 'me' }),
      ).rejects.toMatchObject({ code: 'conflict' })
      await access.tokens.createFor(admin.principal, { ...wish, name, personal: true })
    },
  )

  test('is not passed for by a person who comes later', async ({ access, admin }) => {
    await access.tokens.createFor(admin.principal, { ...wish, name: 'Deploy' })
    await access.tokens.revoke('Deploy', 'admin')

    await expect(
      access.people.create(admin.principal, { name: 'deploy', fullName: 'D' }),
    ).rejects.toMatchObject({ code: 'conflict' })
  })

  test('has no name of letters that only look alike', async ({ access, admin }) => {
    await expect(
      access.tokens.createFor(admin.principal, { ...wish, name: 'ﬁle' }),
    ).rejects.toMatchObject({ code: 'invalid' })
  })
})

describe('listing and revoking', () => {
  test('everybody their own, an administrator those of their place', async ({
    access,
    admin,
    person,
    project,
  }) => {
    await project('shop')
    const alice = await person('alice', { role: 'viewer' })
    const shop = await person('sam', { role: 'admin', project: 'shop' })
    const read = { permissions: ['read'], personal: true }
    await access.tokens.createFor(alice.principal, { ...read, name: 'alices' })
    await access.tokens.createFor(shop.principal, {
      ...read,
      name: 'shops',
      personal: false,
      project: 'shop',
    })
    const ci = await access.tokens.createFor(admin.principal, {
      ...read,
      name: 'ci',
      personal: false,
    })
    const itself = await principalOf(access, ci.token)
    const names = async (by: Principal) => (await access.tokens.listFor(by)).map((one) => one.name)

    expect(await names(alice.principal)).toEqual(['alices'])
    expect(await names(shop.principal)).toEqual(['shops'])
    expect(await names(itself)).toEqual(['ci'])
    expect(await names(admin.principal)).toEqual(['alices', 'ci', 'shops'])

    for (const [by, name] of [
      [alice, 'shops'],
      [alice, 'ci'],
      [alice, 'ghost'],
      [shop, 'alices'],
      [shop, 'ci'],
    ] as const) {
      await expect(access.tokens.revokeFor(by.principal, name)).rejects.toMatchObject({
        code: 'not_found',
        message: `there is no token named ${name}`,
      })
    }
    await access.tokens.revokeFor(alice.principal, 'alices')
    await access.tokens.revokeFor(shop.principal, 'shops')
    await access.tokens.revokeFor(itself, 'ci')
    expect(await access.authenticateToken(ci.token)).toBeUndefined()
  })
})
