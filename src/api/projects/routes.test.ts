import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { Hono } from 'hono'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect } from 'vitest'
import { z } from 'zod'
import { anApi, answerOf, aPrincipal, audited, refusal } from '../../../test/support/api.ts'
import { test } from '../../../test/support/database.ts'
import { aServer, platformFiles } from '../../../test/support/projects.ts'
import { aRepository, type Repository } from '../../../test/support/repository.ts'
import type { Principal } from '../../access/index.ts'
import type { Context } from '../../app/context.ts'
import { problem } from '../../platform/http/problem.ts'
import type { ApiEnv } from '../deps.ts'
import { projectsRoutes } from './routes.ts'
import { KnownCommits, Project, ReceivedBundle } from './schema.ts'

const run = promisify(execFile)
const admin = aPrincipal('admin')
const planner = aPrincipal('planner', { project: 'shop', environment: 'dev' })

let repository: Repository
let context: Context | undefined

beforeEach(async () => {
  repository = await aRepository(platformFiles)
})
afterEach(async () => {
  await context?.[Symbol.asyncDispose]()
  await rm(context?.config.dataHome ?? '/nothing', { recursive: true, force: true })
  context = undefined
  await repository.dispose()
})

async function open(connection: string) {
  context = await aServer(connection)
  const routes = new Hono<ApiEnv>().route('/', projectsRoutes({ context }))
  return {
    db: context.db,
    routes,
    as: (principal: Principal) => anApi(routes, principal),
    upload: (principal: Principal, body: Buffer | undefined) =>
      new Hono<ApiEnv>()
        .use(async (c, next) => {
          c.set('principal', principal)
          await next()
        })
        .route('/', routes)
        .onError((error) => problem(error, pino({ enabled: false })))
        .request('/projects/shop/bundles', {
          method: 'POST',
          ...(body === undefined ? {} : { body: new Uint8Array(body) }),
        }),
  }
}

async function opened(connection: string) {
  const api = await open(connection)
  const made = await api
    .as(admin)
    .send('POST', '/projects', { source: repository.root, name: 'shop' })
  expect(made.status).toBe(201)
  return { ...api, project: Project.parse(await made.json()) }
}

describe('projects', () => {
  test('are added, listed and shown', async ({ connection }) => {
    const { as, project, db } = await opened(connection)
    expect(project).toMatchObject({
      name: 'shop',
      source: repository.root,
      headSubject: 'first',
      components: ['network', 'app', 'seed'],
      workspaces: 5,
      environments: [
        { name: 'dev', position: 0, auto: false },
        { name: 'prod', after: 'dev', gate: { approvals: 2, from: ['team/sre'], destroy: 'deny' } },
      ],
    })
    expect(await answerOf(Project, await as(admin).get('/projects/shop'))).toEqual(project)
    expect(await answerOf(z.array(Project), await as(admin).get('/projects'))).toEqual([project])
    expect(await audited(db, 'project.add')).toMatchObject([{ actor: 'admin', subject: 'shop' }])
  })

  test('are seen as far as somebody may look', async ({ connection }) => {
    const { as } = await opened(connection)
    const seen = await answerOf(Project, await as(planner).get('/projects/shop'))
    expect(seen).toMatchObject({ components: ['network', 'app', 'seed'], workspaces: 3 })
    expect(seen.environments.map(({ name }) => name)).toEqual(['dev'])
    const stranger = aPrincipal('operator', { project: 'other' })
    expect(await answerOf(z.array(Project), await as(stranger).get('/projects'))).toEqual([])
    expect(await refusal(await as(stranger).get('/projects/shop'))).toMatchObject({ status: 404 })
  })

  test('are added, changed and fetched by who may', async ({ connection }) => {
    const { as, db } = await opened(connection)
    const operator = aPrincipal('operator')
    const owner = aPrincipal(['read', 'project:write'], { project: 'shop' })
    for (const principal of [operator, owner]) {
      const answer = await as(principal).send('POST', '/projects', { source: '/x' })
      expect(await refusal(answer)).toMatchObject({ status: 403 })
    }
    expect(await refusal(await as(operator).send('POST', '/projects/shop/fetch'))).toMatchObject({
      status: 403,
    })
    await repository.write({ 'network/main.tf': '# two' })
    await repository.commit('second')
    const fetched = await answerOf(Project, await as(owner).send('POST', '/projects/shop/fetch'))
    expect(fetched.headSubject).toBe('second')
    expect(await audited(db, 'project.fetch')).toMatchObject([{ actor: 'somebody' }])
  })

  test('that cannot be read are not added, and say why', async ({ connection }) => {
    const { as } = await open(connection)
    const add = (body: object) => as(admin).send('POST', '/projects', body)
    expect(await refusal(await add({ source: '/does/not/exist' }))).toMatchObject({ status: 503 })
    expect(await refusal(await add({ source: 'ext::sh -c x' }))).toMatchObject({ status: 400 })
    expect(await refusal(await add({ source: '--upload-pack=x' }))).toMatchObject({ status: 400 })
    expect(await refusal(await add({}))).toMatchObject({ status: 400 })
    const secret = await refusal(await add({ source: 'https://a:s3cret@127.0.0.1:1/x?y' }))
    expect(JSON.stringify(secret)).not.toContain('s3cret')
    expect(await answerOf(z.array(Project), await as(admin).get('/projects'))).toEqual([])
  })

  test('with a wrong manifest are added, and say what is wrong', async ({ connection }) => {
    const { as } = await open(connection)
    await repository.write({ 'portolan.yaml': 'version: 2\n' })
    await repository.commit()
    const answer = await as(admin).send('POST', '/projects', { source: repository.root, name: 'a' })
    expect(answer.status).toBe(201)
    const project = Project.parse(await answer.json())
    expect(project.fetchError).toMatch(/version/)
    expect(project).not.toHaveProperty('headCommit')
    expect(await refusal(await as(admin).send('POST', '/projects/a/fetch'))).toMatchObject({
      status: 400,
    })
  })

  test('have another branch', async ({ connection }) => {
    const { as } = await opened(connection)
    await repository.git('checkout', '--quiet', '-b', 'release')
    await repository.write({ 'portolan.yaml': 'version: 1\nenvironments: { qa: {} }\n' })
    await repository.commit('qa only')
    const edit = (body: object) => as(admin).send('PATCH' as 'POST', '/projects/shop', body)
    expect(await answerOf(Project, await edit({ branch: 'release' }))).toMatchObject({
      branch: 'release',
      headSubject: 'qa only',
      environments: [{ name: 'qa' }],
    })
    expect(await refusal(await edit({ branch: 'nothing' }))).toMatchObject({ status: 400 })
  })
})

describe('commits that were not pushed', () => {
  test('are sent on top of those that the server has', async ({ connection }) => {
    const { as, upload, db } = await opened(connection)
    const first = await repository.git('rev-parse', 'HEAD')
    await repository.write({ 'network/main.tf': '# mine' })
    const mine = await repository.commit('mine')
    const ask = await as(planner).send('POST', '/projects/shop/commits/known', {
      commits: [mine, first],
    })
    expect(await answerOf(KnownCommits, ask)).toEqual({ commits: [first] })
    const file = path.join(repository.root, '.git/mine.bundle')
    await run('git', ['-C', repository.root, 'bundle', 'create', file, 'main', '--not', first], {
      env: repository.env,
    })
    const sent = await upload(planner, await readFile(file))
    expect(sent.status).toBe(201)
    expect(ReceivedBundle.parse(await sent.json())).toEqual({ commit: mine })
    expect(await audited(db, 'project.upload')).toEqual([
      { actor: 'planner', subject: 'shop', details: { commit: mine } },
    ])
    expect(await refusal(await upload(planner, undefined))).toMatchObject({ status: 400 })
    expect(await refusal(await upload(planner, Buffer.from('x')))).toMatchObject({ status: 400 })
    expect(await refusal(await upload(aPrincipal('viewer'), Buffer.from('x')))).toMatchObject({
      status: 403,
    })
    expect(
      await refusal(await upload(aPrincipal('admin', { project: 'other' }), Buffer.from('x'))),
    ).toMatchObject({ status: 404 })
  })
})
