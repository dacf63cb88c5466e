import { expect } from 'vitest'
import { aChangeService, aNewChange, anEnvironment, aProject } from '../../test/support/changes.ts'
import { test } from '../../test/support/database.ts'
import { listChanges, type ReadablePlace } from './list-store.ts'

test('of changes only what takes part where somebody may read is listed', async ({ db }) => {
  const projectId = await aProject(db)
  await db.updateTable('projects').set({ name: 'shop' }).where('id', '=', projectId).execute()
  const environments = ['dev', 'prod'].map((name, order) => anEnvironment(name, { order }))
  const make = async (...names: string[]) => {
    const nodes = Object.fromEntries(names.map((name) => [name, []]))
    const input = await aNewChange(db, nodes, { projectId, environments })
    return (await aChangeService(db).create(input)).change.id
  }
  const both = await make('db@dev', 'db@prod')
  const prod = await make('api@prod')
  const seen = async (...places: ReadablePlace[]) =>
    (await listChanges(db, { places, limit: 10 })).map((one) => ({
      id: one.change.id,
      environments: one.environments,
      counts: one.counts,
    }))

  expect(await seen({})).toEqual([
    { id: prod, environments: ['prod'], counts: { pending: 1 } },
    { id: both, environments: ['dev', 'prod'], counts: { pending: 2 } },
  ])
  expect(await seen({ project: 'shop' })).toEqual(await seen({}))
  const dev = [{ id: both, environments: ['dev'], counts: { pending: 1 } }]
  expect(await seen({ environment: 'dev' })).toEqual(dev)
  expect(await seen({ project: 'shop', environment: 'dev' }, { project: 'bank' })).toEqual(dev)
  expect(await seen({ project: 'bank' })).toEqual([])
  expect(await seen()).toEqual([])
})
