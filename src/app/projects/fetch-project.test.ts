import { rm } from 'node:fs/promises'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect } from 'vitest'
import { test } from '../../../test/support/database.ts'
import { aServer, platformFiles } from '../../../test/support/projects.ts'
import { aRepository, type Repository } from '../../../test/support/repository.ts'
import type { ProjectView } from '../../projects/index.ts'
import { platformOf } from '../changes/change-platform.ts'
import { openCommitted } from '../changes/committed-platform.ts'
import { createChange } from '../changes/create-change.ts'
import type { Context } from '../context.ts'
import { addProject, refetchProject } from './add-project.ts'
import { fetchProject } from './fetch-project.ts'
import { startFetching } from './fetching.ts'

let repository: Repository
const opened: Context[] = []

beforeEach(async () => {
  repository = await aRepository(platformFiles)
})
afterEach(async () => {
  for (const context of opened.splice(0)) {
    await context[Symbol.asyncDispose]()
    await rm(context.config.dataHome, { recursive: true, force: true })
  }
  await repository.dispose()
})

async function open(connection: string): Promise<Context> {
  const context = await aServer(connection)
  opened.push(context)
  return context
}

async function add(context: Context, name: string | undefined = 'shop'): Promise<ProjectView> {
  const source = { source: repository.root, name, branch: undefined, actor: 'ada' }
  const { fetched } = await addProject(context, source)
  return fetched
}

const workspaces = ({ db }: Context) =>
  db
    .selectFrom('workspaces')
    .select(['component', 'environment', 'declared', 'position', 'kind', 'skipped', 'needs'])
    .select(['source_digest', 'definition_digest'])
    .orderBy('position')
    .orderBy('environment')
    .execute()

describe('a project that was fetched', () => {
  test('has what the manifest at its head declares', async ({ connection }) => {
    const context = await open(connection)
    const project = await add(context)
    expect(project).toMatchObject({
      name: 'shop',
      headCommit: await repository.git('rev-parse', 'HEAD'),
      headSubject: 'first',
      fetchError: undefined,
      environments: [
        { name: 'dev', position: 0, after: undefined, gate: undefined },
        { name: 'prod', position: 1, after: 'dev', gate: { approvals: 2, from: ['team/sre'] } },
      ],
      workspaces: [
        { component: 'network', environment: 'dev' },
        { component: 'network', environment: 'prod' },
        { component: 'app', environment: 'dev' },
        { component: 'app', environment: 'prod' },
        { component: 'seed', environment: 'dev' },
      ],
    })
    expect(project.fetchedAt).toBeInstanceOf(Date)
    expect(await workspaces(context)).toMatchObject([
      { component: 'network', declared: true, position: 0, kind: 'terraform', needs: [] },
      { component: 'network', declared: true, position: 0 },
      { component: 'app', position: 1, needs: ['network@dev'] },
      { component: 'app', position: 1, needs: ['network@prod'] },
      { component: 'seed', position: 2, kind: 'run', needs: ['app@dev'] },
    ])
  })

  test('has the digests that a change of it records', async ({ connection }) => {
    const context = await open(connection)
    const { id } = await add(context)
    const commit = await repository.git('rev-parse', 'HEAD')
    const request = { projectId: id, commit, branch: 'main', dirty: false, actor: 'ada' }
    const { location, manifest } = await openCommitted(context, request)
    const platform = await platformOf(context.config, { location, manifest }, {})
    const names = ['network@dev', 'network@prod', 'app@dev', 'app@prod', 'seed@dev']
    const { view } = await createChange(
      context,
      {
        location,
        manifest,
        operation: 'apply',
        workspaces: new Map(names.map((name) => [name, ['asked for']])),
        selection: '',
        reason: undefined,
        set: {},
        force: false,
        parallel: undefined,
        failFast: false,
      },
      platform,
    )
    const recorded = new Map(
      (await workspaces(context)).map((row) => [`${row.component}@${row.environment}`, row]),
    )
    expect(view.nodes).toHaveLength(5)
    for (const node of view.nodes) {
      expect(recorded.get(node.name)).toMatchObject({
        source_digest: node.sourceDigest,
        definition_digest: node.definitionDigest,
      })
    }
  })

  test('follows the manifest: what is gone stays, and is not declared any more', async ({
    connection,
  }) => {
    const context = await open(connection)
    const project = await add(context)
    const before = await workspaces(context)
    await repository.write({
      'portolan.yaml':
        'version: 1\nproject: store\nenvironments: { dev: {} }\ncomponents:\n  network: { terraform: network, inputs: { name: x } }\n',
    })
    await repository.commit('second')
    const after = await fetchProject(context, project)
    expect(after).toMatchObject({
      name: 'store',
      headSubject: 'second',
      environments: [{ name: 'dev' }],
      workspaces: [{ component: 'network', environment: 'dev' }],
    })
    const now = await workspaces(context)
    expect(now.filter((row) => row.declared)).toHaveLength(1)
    expect(now).toHaveLength(before.length)
    const digest = (rows: typeof now) =>
      rows.find((row) => row.component === 'network' && row.environment === 'dev')
    expect(digest(now)?.definition_digest).not.toBe(digest(before)?.definition_digest)
  })

  test('keeps what is known when the manifest becomes wrong, and says why', async ({
    connection,
  }) => {
    const context = await open(connection)
    const project = await add(context)
    await repository.write({ 'portolan.yaml': 'version: 1\ncomponents: { a: { teraform: a } }\n' })
    await repository.commit('wrong')
    await expect(fetchProject(context, project)).rejects.toMatchObject({ code: 'invalid' })
    const now = await context.repositories.get('shop')
    expect(now).toMatchObject({ headSubject: 'first', workspaces: project.workspaces })
    expect(now.fetchError).toMatch(/teraform/)
    expect(now.fetchedAt?.getTime()).toBeGreaterThan(project.fetchedAt?.getTime() ?? 0)
    await repository.git('revert', '--no-edit', 'HEAD')
    expect(await fetchProject(context, project)).toMatchObject({ fetchError: undefined })
  })

  test('says that it could not be fetched until it can', async ({ connection }) => {
    const context = await open(connection)
    const project = await add(context)
    await repository.git('checkout', '--quiet', '--orphan', 'other')
    const gone = `${repository.root}-gone`
    const { rename } = await import('node:fs/promises')
    await rename(repository.root, gone)
    await expect(fetchProject(context, project)).rejects.toMatchObject({ code: 'unavailable' })
    const failed = await context.repositories.get('shop')
    expect(failed.fetchError).toMatch(/could not be fetched/)
    expect(failed.fetchedAt).toEqual(project.fetchedAt)
    await rename(gone, repository.root)
    await repository.git('checkout', '--quiet', 'main')
    const again = await refetchProject(context, 'shop', 'ada')
    expect((await again.fetched).fetchError).toBeUndefined()
  })

  test('does nothing when the head did not move', async ({ connection }) => {
    const context = await open(connection)
    const project = await add(context)
    await context.db.updateTable('workspaces').set({ source_digest: 'as it was' }).execute()
    await Promise.all([fetchProject(context, project), fetchProject(context, project)])
    const digests = (await workspaces(context)).map((row) => row.source_digest)
    expect(new Set(digests)).toEqual(new Set(['as it was']))
  })

  test('does not take the name of another project', async ({ connection }) => {
    const context = await open(connection)
    await add(context)
    const other = await aRepository({ 'portolan.yaml': 'version: 1\nproject: shop\n' })
    const source = { source: other.root, name: 'other', branch: undefined, actor: 'ada' }
    const { fetched } = await addProject(context, source)
    await expect(fetched).rejects.toThrow(/names the project shop/)
    expect((await context.repositories.get('other')).fetchError).toMatch(/shop/)
    await other.dispose()
  })

  test('waits for its first commit', async ({ connection }) => {
    const context = await open(connection)
    await repository.dispose()
    repository = await aRepository()
    const empty = await add(context)
    expect(empty).toMatchObject({
      headCommit: undefined,
      fetchError: expect.stringMatching(/no commit/),
    })
    await repository.write({ 'network/main.tf': 'terraform {}\n' })
    await repository.commit()
    expect(await fetchProject(context, empty)).toMatchObject({
      fetchError: undefined,
      workspaces: [{ component: 'network', environment: 'default' }],
    })
  })
})

test('projects are fetched in the background, whatever one of them does', async ({
  connection,
}) => {
  const context = await open(connection)
  const project = await add(context)
  const other = await aRepository({ 'main.tf': '' })
  const source = { source: other.root, name: 'another', branch: undefined, actor: 'ada' }
  await (await addProject(context, source)).fetched
  await other.dispose()
  await repository.write({ 'network/main.tf': '# two' })
  await repository.commit('second')
  const fetching = startFetching(context, pino({ enabled: false }), context.signals(), 50)
  const head = async () => (await context.repositories.byId(project.id)).headSubject
  await expect.poll(head, { timeout: 20_000 }).toBe('second')
  const error = async () => (await context.repositories.get('another')).fetchError
  await expect.poll(error, { timeout: 20_000 }).toMatch(/could not be fetched/)
  await fetching.close()
})
