import { describe, expect } from 'vitest'
import { test } from '../../test/support/database.ts'
import { createProjectService } from './service.ts'

const place = {
  repositoryId: 'shop-00000001',
  origin: undefined,
  project: 'shop',
  projectChosen: false,
  component: 'network',
  environment: 'prod',
}

describe('projects and workspaces', () => {
  test('a workspace is made once, however many commands ask', async ({ db }) => {
    const projects = createProjectService(db)
    const all = await Promise.all(Array.from({ length: 5 }, () => projects.ensureWorkspace(place)))
    expect(new Set(all.map((workspace) => workspace.id)).size).toBe(1)
    expect(await projects.findWorkspace('shop', 'network', 'prod')).toEqual(all[0])
  })

  test('a project keeps its workspaces when its repository gets an origin or another name', async ({
    db,
  }) => {
    const projects = createProjectService(db)
    const { id } = await projects.ensureWorkspace(place)
    const origin = 'example.org/shop/infra'
    expect((await projects.ensureWorkspace({ ...place, origin, project: 'infra' })).id).toBe(id)
    const clone = { ...place, repositoryId: 'infra-00000002', origin }
    const renamed = await projects.ensureWorkspace({
      ...clone,
      project: 'store',
      projectChosen: true,
    })
    expect(renamed).toMatchObject({ id, project: 'store' })
  })

  test('two repositories of one name: the second is told what to do', async ({ db }) => {
    const projects = createProjectService(db)
    await projects.ensureWorkspace(place)
    const other = { ...place, repositoryId: 'shop-00000002' }
    await expect(projects.ensureWorkspace(other)).rejects.toMatchObject({
      code: 'conflict',
      next: expect.stringContaining('git config portolan.project NAME'),
    })
  })
})
