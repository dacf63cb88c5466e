import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect } from 'vitest'
import { audited } from '../../../test/support/api.ts'
import { test } from '../../../test/support/database.ts'
import { answerGit, gitOverHttp } from '../../../test/support/git-http.ts'
import { aPlace } from '../../../test/support/mirror.ts'
import { aRepository, type Repository } from '../../../test/support/repository.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { createSeal } from '../../secrets/index.ts'
import { locate } from '../location-service.ts'
import { createProjectService } from '../service.ts'
import { requestedFetches, requestFetch } from './fetch-request-store.ts'
import type { MirrorPlaces } from './places.ts'
import { createRepositoryService } from './repository-service.ts'

let repository: Repository
let places: MirrorPlaces

beforeEach(async () => {
  repository = await aRepository({ 'main.tf': '# one' })
  places = await aPlace()
})
afterEach(async () => {
  await repository.dispose()
  await rm(places.dataDirectory, { recursive: true, force: true })
})

const seal = createSeal(randomBytes(32), 'git login')
const open = (db: Kysely<DB>) => createRepositoryService(db, { places, seal })
const source = (address: string, more = {}) => ({
  source: address,
  name: undefined,
  branch: undefined,
  actor: 'ada',
  ...more,
})
const everythingIn = async (db: Kysely<DB>) =>
  JSON.stringify([
    await db.selectFrom('projects').selectAll().execute(),
    await db.selectFrom('audit_log').selectAll().execute(),
  ])

describe('what somebody wants to be fetched', () => {
  test('is fetched for whoever wanted it before, and not for who wants it meanwhile', async ({
    db,
  }) => {
    const { root } = repository
    let meanwhile = async () => {}
    const server = await gitOverHttp({
      root: path.dirname(root),
      before: (request, response) => {
        meanwhile()
          .then(() => answerGit(path.dirname(root), request, response))
          .catch(() => response.destroy())
        meanwhile = async () => {}
        return true
      },
    })
    const repositories = open(db)
    const project = await repositories.add(source(`${server.url}/${path.basename(root)}`))
    const fetch = async () => {
      await repositories.fetch(project)
      await repositories.noteFetched(project.id, undefined, true)
    }
    await requestFetch(db, project.id)
    expect(await requestedFetches(db)).toEqual([project.id])
    meanwhile = () => requestFetch(db, project.id)
    await fetch()
    expect(await requestedFetches(db)).toEqual([project.id])
    await fetch()
    expect(await requestedFetches(db)).toEqual([])
    await server.close()
  })

  test('stays wanted when it cannot be fetched', async ({ db }) => {
    const repositories = open(db)
    const project = await repositories.add(source(repository.root))
    await requestFetch(db, project.id)
    await rm(path.join(repository.root, '.git'), { recursive: true })
    await expect(repositories.fetch(project)).rejects.toThrow()
    expect(await requestedFetches(db)).toEqual([project.id])
  })
})

describe('adding a project', () => {
  test('names it after its address, and says what is recorded', async ({ db }) => {
    const repositories = open(db)
    const added = await repositories.add(source(repository.root, { branch: 'main' }))
    const name = path.basename(repository.root)
    expect(added).toMatchObject({ name, source: repository.root, branch: 'main', workspaces: [] })
    expect(added).not.toHaveProperty('login')
    expect(await repositories.list()).toEqual([added])
    expect(await repositories.get(name)).toEqual(added)
    expect(await audited(db, 'project.add')).toEqual([
      { actor: 'ada', subject: name, details: { source: repository.root, branch: 'main' } },
    ])
  })

  test('claims the project that commands in it have recorded', async ({ db }) => {
    const env = { ...repository.env, HOME: places.dataDirectory }
    const location = await locate(repository.root, {
      dataHome: places.dataDirectory,
      environment: 'prod',
      env,
    })
    const { id, project } = await createProjectService(db).ensureWorkspace(location)
    const added = await open(db).add(source(repository.root))
    expect(added).toMatchObject({
      name: project,
      workspaces: [{ component: 'root', environment: 'prod' }],
    })
    expect((await createProjectService(db).ensureWorkspace(location)).id).toBe(id)
  })

  test('claims the project of the same origin, whoever cloned it and how', async ({ db }) => {
    const bare = path.basename(await renamed('shop'))
    const root = path.join(places.dataDirectory, 'sources')
    const http = await gitOverHttp({ root })
    const id = await createProjectService(db).ensureProject({
      repositoryId: 'laptop-1',
      origin: `${new URL(http.url).host}/${bare}`,
      project: 'named-otherwise',
      projectChosen: false,
    })
    const added = await open(db).add(source(`${http.url}/${bare}`))
    expect(added).toMatchObject({ id, name: 'named-otherwise' })
    await http.close()
  })

  test('claims what was made through the http door only when it is told so', async ({ db }) => {
    const made = await createProjectService(db).ensureNamedWorkspace({
      project: 'shop',
      component: 'network',
      environment: 'prod',
    })
    await expect(open(db).add(source(await renamed('shop')))).rejects.toMatchObject({
      code: 'conflict',
      next: expect.stringMatching(/--name shop/),
    })
    const added = await open(db).add(source(await renamed('shop'), { name: 'shop' }))
    expect(added.workspaces).toEqual([{ component: 'network', environment: 'prod' }])
    expect((await createProjectService(db).workspace(made.id)).project).toBe('shop')
  })

  test('records nothing of what cannot be read, is there, or has a name that is taken', async ({
    db,
  }) => {
    const repositories = open(db)
    await expect(repositories.add(source('/does/not/exist'))).rejects.toMatchObject({
      code: 'unavailable',
    })
    await expect(
      repositories.add(source(repository.root, { branch: 'nothing' })),
    ).rejects.toMatchObject({ code: 'invalid', next: expect.stringMatching(/Its own is main/) })
    await expect(repositories.add(source(repository.root, { name: 'a/b' }))).rejects.toMatchObject({
      code: 'invalid',
    })
    expect(await repositories.list()).toEqual([])
    await repositories.add(source(repository.root, { name: 'shop' }))
    await expect(repositories.add(source(repository.root))).rejects.toThrow(/is here already/)
    const other = await aRepository({ 'main.tf': '' })
    await expect(repositories.add(source(other.root, { name: 'shop' }))).rejects.toThrow(
      /already a project named shop/,
    )
    expect(await repositories.list()).toHaveLength(1)
    await other.dispose()
  })
})

describe('a password in an address', () => {
  test('is kept sealed, shown nowhere, and works', async ({ db }) => {
    const server = await gitOverHttp({
      root: path.dirname(repository.root),
      login: 'ada:s3cret-password',
    })
    const plain = `${server.url}/${path.basename(repository.root)}/.git`
    const address = plain.replace('://', '://ada:s3cret-password@')
    const repositories = open(db)
    const added = await repositories.add(source(address, { name: 'shop' }))
    expect(added.source).toBe(plain)
    expect(await repositories.fetch(added)).toMatchObject({ subject: 'first' })
    expect(await everythingIn(db)).not.toContain('s3cret')

    await repositories.edit('shop', { source: plain, branch: 'main', actor: 'ada' })
    expect(await repositories.fetch(added)).toMatchObject({ branch: 'main' })
    const wrong = plain.replace('://', '://ada:wr0ng-password@')
    const error = await repositories
      .edit('shop', { source: wrong, branch: undefined, actor: 'ada' })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'unavailable' })
    expect(JSON.stringify([String(error), error])).not.toContain('wr0ng')
    expect(await repositories.fetch(added)).toMatchObject({ branch: 'main' })
    await server.close()
  })
})

describe('where a project is fetched from', () => {
  test('can be changed, but not to that of another one', async ({ db }) => {
    const other = await aRepository({ 'main.tf': '# other' })
    const repositories = open(db)
    const shop = await repositories.add(source(repository.root, { name: 'shop' }))
    await repositories.add(source(other.root, { name: 'other' }))
    const edit = (change: object) =>
      repositories.edit('shop', { source: undefined, branch: undefined, actor: 'ada', ...change })
    await expect(edit({ source: other.root })).rejects.toThrow(/is the project other/)
    await expect(edit({ branch: 'nothing' })).rejects.toMatchObject({ code: 'invalid' })
    await repository.git('branch', 'release')
    expect(await edit({ branch: 'release' })).toMatchObject({ branch: 'release' })
    expect(await repositories.fetch(shop)).toMatchObject({ branch: 'release' })
    expect((await edit({ branch: null })).branch).toBeUndefined()
    expect((await audited(db, 'project.edit')).map((entry) => entry.subject)).toEqual([
      'shop',
      'shop',
    ])
    await other.dispose()
  })

  test('is asked of a project that only laptops know', async ({ db }) => {
    await createProjectService(db).ensureNamedWorkspace({
      project: 'shop',
      component: 'network',
      environment: 'prod',
    })
    const repositories = open(db)
    const shop = await repositories.get('shop')
    await expect(repositories.fetch(shop)).rejects.toMatchObject({ code: 'conflict' })
    await expect(repositories.knownCommits('shop', [])).rejects.toMatchObject({ code: 'conflict' })
    await expect(repositories.get('nothing')).rejects.toMatchObject({ code: 'not_found' })
  })
})

/** The repository below a directory of this name. */
async function renamed(name: string): Promise<string> {
  const directory = path.join(places.dataDirectory, 'sources', name)
  await repository.git('clone', '--quiet', '--bare', repository.root, directory).catch(() => '')
  return directory
}
