import { expect } from 'vitest'
import { test } from '../../../test/support/hosts/gitlab-forge.ts'

test('what somebody may do is their role in the project, inherited or not', async ({
  gitlab,
  forge,
}) => {
  for (const permission of ['none', 'read', 'write', 'admin'] as const) {
    gitlab.users.add(`with-${permission}`, permission)
    expect(await forge.permissionOf(`with-${permission}`)).toBe(permission)
  }
})

test('a login is one whatever its case; who is nobody may do nothing', async ({
  gitlab,
  forge,
}) => {
  gitlab.users.add('Ben', 'write')

  expect(await forge.permissionOf('ben')).toBe('write')
  expect(await forge.permissionOf('nobody')).toBe('none')
})

test.for([
  [5, 'none'],
  [10, 'read'],
  [29, 'read'],
  [30, 'write'],
  [39, 'write'],
  [50, 'admin'],
] as const)('access level %i is %s', async ([access_level, expected], { gitlab, forge }) => {
  gitlab.users.add('ben', 'write')
  gitlab.answerWith('GET /projects/:id/members/all/:user_id', {
    status: 200,
    body: { access_level, state: 'active' },
  })

  expect(await forge.permissionOf('ben')).toBe(expected)
})

test('a blocked user may do nothing', async ({ gitlab, forge }) => {
  gitlab.users.add('ben', 'admin')
  gitlab.answerWith('GET /projects/:id/members/all/:user_id', {
    status: 200,
    body: { access_level: 50, state: 'blocked' },
  })

  expect(await forge.permissionOf('ben')).toBe('none')
})

test('members of a group in a group are found', async ({ gitlab, forge }) => {
  gitlab.users.join('acme/platform/sre', 'ben')
  gitlab.users.add('cleo')

  expect(await forge.isMember('acme/platform/sre', 'ben')).toBe(true)
  expect(await forge.isMember('acme/platform/sre', 'cleo')).toBe(false)
  expect(await forge.isMember('acme/platform/sre', 'nobody')).toBe(false)
  expect(await forge.isMember('acme/unknown', 'ben')).toBe(false)
})

test('what cannot be found out is no answer', async ({ gitlab, forge }) => {
  gitlab.faults.next('before', { times: 2 })
  await expect(forge.permissionOf('ada')).rejects.toMatchObject({ code: 'unavailable' })
  await expect(forge.isMember('acme', 'ada')).rejects.toMatchObject({ code: 'unavailable' })
})
