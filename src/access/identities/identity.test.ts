import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { test } from '../../../test/support/access.ts'
import { audited } from '../../../test/support/api.ts'
import { permissions, permits, roles } from '../index.ts'
import { hostLogin } from './identity.ts'

const at = { host: 'github.com', login: 'octocat' }

describe('a login of a host', () => {
  test('speaks for the person that an administrator linked it to', async ({
    access,
    admin,
    person,
    db,
  }) => {
    const alice = await person('alice', { role: 'planner' })
    const given = { host: 'GitHub.com', login: '@OctoCat', person: 'alice' }
    const linked = await access.identities.link(admin.principal, given)
    expect(linked).toMatchObject({ ...at, person: 'alice', createdBy: 'admin' })
    expect(await access.identities.list()).toEqual([linked])
    expect(await access.identities.principalOf('github.com', 'OCTOCAT')).toEqual({
      ...alice.principal,
      via: 'comment',
    })
    expect(await access.identities.principalOf('gitlab.com', 'octocat')).toBeUndefined()
    expect(await access.identities.principalOf('github.com', 'octocat2')).toBeUndefined()
    await access.identities.link(admin.principal, given)
    expect(await audited(db, 'person.link-login')).toEqual([
      { actor: 'admin', subject: 'alice', details: at },
    ])
  })

  test('is one person only', async ({ access, admin, person }) => {
    await person('alice')
    await person('bob')
    await access.identities.link(admin.principal, { ...at, person: 'alice' })
    const again = access.identities.link(admin.principal, { ...at, person: 'bob' })
    await expect(again).rejects.toMatchObject({ code: 'conflict' })
    const nobody = access.identities.link(admin.principal, { ...at, person: 'carol' })
    await expect(nobody).rejects.toMatchObject({ code: 'not_found' })
    expect(await access.identities.list()).toMatchObject([{ person: 'alice' }])
  })

  test('is nobody when it is unlinked, or its person is disabled', async ({
    access,
    admin,
    person,
    db,
  }) => {
    await person('alice', { role: 'admin' })
    await access.identities.link(admin.principal, { ...at, person: 'alice' })
    const now = () => access.identities.principalOf('github.com', 'octocat')
    await access.people.edit(admin.principal, 'alice', { disabled: true })
    expect(await now()).toBeUndefined()
    await access.people.edit(admin.principal, 'alice', { disabled: false })
    expect(await now()).toMatchObject({ name: 'alice' })
    await access.identities.unlink(admin.principal, at)
    expect(await now()).toBeUndefined()
    const again = access.identities.unlink(admin.principal, at)
    await expect(again).rejects.toMatchObject({ code: 'not_found' })
    expect(await audited(db, 'person.unlink-login')).toMatchObject([{ subject: 'alice' }])
  })

  test('is linked by administrators of the server only', async ({ access, person, project }) => {
    await project('shop')
    const alice = await person('alice', { role: 'admin', project: 'shop' })
    const link = access.identities.link(alice.principal, { ...at, person: 'alice' })
    await expect(link).rejects.toMatchObject({ code: 'forbidden' })
    await expect(access.identities.unlink(alice.principal, at)).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(await access.identities.list()).toEqual([])
  })

  test('may do exactly what its person may at this moment', async ({
    access,
    admin,
    person,
    project,
  }) => {
    await project('shop')
    await project('bank')
    await person('alice')
    await access.identities.link(admin.principal, { ...at, person: 'alice' })
    const grant = fc.record({
      role: fc.constantFrom(...roles),
      project: fc.constantFrom(undefined, 'shop', 'bank'),
      environment: fc.constantFrom(undefined, 'dev', 'prod'),
    })
    const unique = { maxLength: 3, selector: (one: object) => JSON.stringify(one) }
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(grant, unique), async (grants) => {
        for (const { id, person: of } of await access.grants.list()) {
          if (of === 'alice') await access.grants.take(admin.principal, id)
        }
        for (const one of grants) {
          await access.grants.give(admin.principal, { ...one, person: 'alice' })
        }
        const { token } = await access.links.create(admin.principal, 'alice')
        const session = await access.links.use({ token, password: 'correct horse battery' })
        const linked = await access.identities.principalOf('github.com', 'octocat')
        expect(linked).toEqual({ ...session.principal, via: 'comment' })
        for (const permission of permissions) {
          for (const name of [undefined, 'shop', 'bank']) {
            const place = { project: name, environment: 'dev' }
            expect(linked !== undefined && permits(linked, permission, place)).toBe(
              permits(session.principal, permission, place),
            )
          }
        }
      }),
      { numRuns: 15 },
    )
  })
})

test.for([
  ['github.com', 'dependabot[bot]'],
  ['git.example.com:8443', 'ada.lovelace_1'],
  ['127.0.0.1:3000', 'a-b'],
] as const)('%s %s is a login', ([host, login]) => {
  expect(hostLogin({ host, login })).toEqual({ host, login })
})

test.for([
  ['', 'octocat'],
  ['https://github.com', 'octocat'],
  ['github.com/acme', 'octocat'],
  ['github.com', ''],
  ['github.com', 'octo cat'],
  ['github.com', 'octo\u202ecat'],
  ['github.com', 'octo/cat'],
] as const)('%s %s is none', ([host, login]) => {
  expect(() => hostLogin({ host, login })).toThrow(/cannot be read/)
})
