import { describe, expect } from 'vitest'
import { test } from '../../test/support/database.ts'
import { createStateService } from '../state/index.ts'
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

  test('many workspaces are made at once, those that are there are kept', async ({ db }) => {
    const projects = createProjectService(db)
    const { id } = await projects.ensureWorkspace(place)
    const names = Array.from({ length: 6000 }, (_, index) => ({
      component: `c${index}`,
      environment: 'dev',
    }))
    const all = await projects.ensureWorkspaces(place, [...names, place])
    expect(all.map((workspace) => workspace.component)).toEqual([
      ...names.map((name) => name.component),
      'network',
    ])
    expect(all.at(-1)?.id).toBe(id)
    expect(await projects.ensureWorkspaces(place, names)).toEqual(all.slice(0, -1))
  })

  test('a renamed workspace keeps its id, and takes the place of one without a state', async ({
    db,
  }) => {
    const projects = createProjectService(db)
    const old = await projects.ensureWorkspace(place)
    const there = await projects.ensureWorkspace({ ...place, component: 'net' })
    const to = { component: 'net', environment: 'prod' }
    const renamed = await projects.renameWorkspace(old, to, 'ada')
    expect(renamed).toEqual({ ...old, ...to })
    expect(await projects.findWorkspace('shop', 'net', 'prod')).toEqual(renamed)
    expect(await projects.findWorkspace('shop', 'network', 'prod')).toBeUndefined()
    expect(await projects.workspace(there.id)).toMatchObject({ component: `net~${there.id}` })
  })

  test('two workspaces that both have a state are never made one', async ({ db }) => {
    const projects = createProjectService(db)
    const old = await projects.ensureWorkspace(place)
    const there = await projects.ensureWorkspace({ ...place, component: 'net' })
    await createStateService(db).write(there.id, {
      bytes: Buffer.from('{"version":4,"serial":1,"lineage":"l","outputs":{},"resources":[]}'),
      actor: 'ada',
      cause: 'import',
      authority: { kind: 'none' },
    })
    const renaming = projects.renameWorkspace(old, there, 'ada')
    await expect(renaming).rejects.toMatchObject({ code: 'conflict' })
    expect(await projects.workspace(old.id)).toEqual(old)
  })
})
