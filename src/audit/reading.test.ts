import { expect } from 'vitest'
import { test } from '../../test/support/database.ts'
import { newId } from '../platform/ids.ts'
import { readAudit, record } from './index.ts'

test('what was done at a place is found by what it was done to', async ({ db }) => {
  for (const name of ['shop', 'bank']) {
    await db.insertInto('projects').values({ id: newId(), name, repository: name }).execute()
  }
  const projects = await db.selectFrom('projects').select(['id', 'name']).orderBy('name').execute()
  for (const { id: project_id, name } of projects) {
    const id = newId()
    await db
      .insertInto('workspaces')
      .values({
        id,
        project_id,
        component: 'network',
        environment: name === 'shop' ? 'prod' : 'dev',
      })
      .execute()
    await db
      .insertInto('runs')
      .values({ workspace_id: id, operation: 'apply', status: 'queued', actor: 'a', source: '{}' })
      .execute()
    await db
      .insertInto('changes')
      .values({
        project_id,
        operation: 'apply',
        status: 'open',
        reason: 'r',
        actor: 'a',
        source: '{}',
      })
      .execute()
  }
  const subjects = [
    ['run.create', 'run-1'],
    ['run.create', 'run-2'],
    ['run.create', 'run-3'],
    ['change.create', 'change-1'],
    ['change.create', 'change-2'],
    ['state.rollback', 'shop/network@prod'],
    ['state.rollback', 'shop/modules/network@dev'],
    ['state.rollback', 'bank/network@dev'],
    ['state.rollback', 'shopping/network@prod'],
    ['project.edit', 'shop'],
    // Named to look like something of the shop.
    ['token.create', 'shop'],
    ['token.create', 'run-2'],
    ['token.create', 'change-2'],
    ['run.create', 'run-99999999999999999999999999'],
  ] as const
  for (const [action, subject] of subjects) await record(db, { actor: 'a', action, subject })
  await record(db, {
    actor: 'a',
    action: 'grant.create',
    subject: 'x',
    details: { project: 'shop', environment: 'prod' },
  })
  const found = async (...places: { project?: string; environment?: string }[]) =>
    (await readAudit(db, { places, limit: 100 }))
      .map(({ action, subject }) => `${action} ${subject}`)
      .reverse()

  expect(await found({ project: 'shop' })).toEqual([
    'run.create run-2',
    'change.create change-2',
    'state.rollback shop/network@prod',
    'state.rollback shop/modules/network@dev',
    'project.edit shop',
    'grant.create x',
  ])
  expect(await found({ project: 'shop', environment: 'prod' })).toEqual([
    'run.create run-2',
    'state.rollback shop/network@prod',
    'grant.create x',
  ])
  expect(await found({ environment: 'dev' }, { project: 'bank' })).toEqual([
    'run.create run-1',
    'change.create change-1',
    'state.rollback shop/modules/network@dev',
    'state.rollback bank/network@dev',
  ])
  expect(await found({ project: 'ghost' })).toEqual([])
  expect(await found()).toEqual([])
  expect(await found({ project: 'ghost' }, {})).toHaveLength(subjects.length + 1)
})
