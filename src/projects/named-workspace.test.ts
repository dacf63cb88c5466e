import { expect } from 'vitest'
import { test } from '../../test/support/database.ts'
import { createProjectService } from './service.ts'

const names = { project: 'shop', component: 'infra/network', environment: 'prod' }
const location = {
  ...names,
  repositoryId: 'shop-1234',
  origin: 'forge.test/team/shop',
  projectChosen: false,
}

test('a workspace of which only the names are known is made once', async ({ db }) => {
  const projects = createProjectService(db)

  const made = await Promise.all([1, 2, 3].map(() => projects.ensureNamedWorkspace(names)))

  expect(new Set(made.map((workspace) => workspace.id)).size).toBe(1)
  expect(await projects.list()).toEqual([{ id: made[0]?.id, ...names }])
})

test('it joins the project that a repository has', async ({ db }) => {
  const projects = createProjectService(db)
  const known = await projects.ensureWorkspace(location)

  expect((await projects.ensureNamedWorkspace(names)).id).toBe(known.id)
})

test('a repository takes such a project only on purpose', async ({ db }) => {
  const projects = createProjectService(db)
  const { id } = await projects.ensureNamedWorkspace(names)

  await expect(projects.ensureWorkspace(location)).rejects.toMatchObject({
    code: 'conflict',
    next: expect.stringContaining('git config portolan.project shop'),
  })
  const claimed = await projects.ensureWorkspace({ ...location, projectChosen: true })

  expect(claimed.id).toBe(id)
  expect((await projects.ensureWorkspace(location)).id).toBe(id)
})

test('a project that one repository took is not taken by another', async ({ db }) => {
  const projects = createProjectService(db)
  await projects.ensureNamedWorkspace(names)
  await projects.ensureWorkspace({ ...location, projectChosen: true })

  const other = { ...location, origin: 'forge.test/other/shop', repositoryId: 'shop-9' }
  await expect(projects.ensureWorkspace({ ...other, projectChosen: true })).rejects.toMatchObject({
    code: 'conflict',
  })
})

test.for([{ project: '' }, { project: 'a/b' }, { environment: 'a b' }, { environment: '' }])(
  'refuses %j',
  async (change, { db }) => {
    await expect(
      createProjectService(db).ensureNamedWorkspace({ ...names, ...change }),
    ).rejects.toMatchObject({ code: 'invalid' })
  },
)
