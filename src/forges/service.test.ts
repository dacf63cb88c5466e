import { describe, expect } from 'vitest'
import { audited } from '../../test/support/api.ts'
import { aWish, test } from '../../test/support/forges.ts'
import { createForgeService, createOutbox, type Forge } from './index.ts'

describe('the host of a project', () => {
  test('is told from where the project is fetched', async ({ forges, project, db }) => {
    await project('infra', 'github.com/acme/infra')
    const set = await forges.set('infra', aWish(), 'ada')
    expect(set).toMatchObject({
      kind: 'github',
      apiUrl: 'https://api.github.com',
      host: 'github.com',
      repository: 'acme/infra',
      credentials: 'token',
      secrets: 0,
      updatedBy: 'ada',
    })
    expect(await forges.show('infra')).toEqual(set)
    expect(await audited(db, 'forge.set')).toEqual([
      {
        actor: 'ada',
        subject: 'infra',
        details: {
          kind: 'github',
          apiUrl: 'https://api.github.com',
          repository: 'acme/infra',
          credentials: 'token',
        },
      },
    ])
  })

  test('must be named where nothing tells it', async ({ forges, project }) => {
    await project('infra', 'file:///srv/git/infra')
    await expect(forges.set('infra', aWish(), 'ada')).rejects.toMatchObject({ code: 'invalid' })
    const repository = 'acme/infra'
    await expect(forges.set('infra', aWish({ repository }), 'ada')).resolves.toMatchObject({
      repository,
    })
    await expect(forges.set('other', aWish(), 'ada')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('keeps what nothing is said of', async ({ forges, project, db }) => {
    await project('infra')
    const settings = { hostRoles: { write: 'applier' }, botLogin: 'bot', customWorkflows: true }
    await forges.set('infra', aWish({ settings }), 'ada')
    await forges.addSecret('infra', undefined, 'ada')
    const wish = aWish({ credentials: undefined, settings: { botLogin: '' } })
    expect(await forges.set('infra', wish, 'bob')).toMatchObject({
      credentials: 'token',
      secrets: 1,
      settings: { hostRoles: { write: 'applier' }, botLogin: undefined, customWorkflows: true },
      updatedBy: 'bob',
    })
    expect((await audited(db, 'forge.set')).map(({ details }) => details)).toMatchObject([
      { hostRoles: '{"write":"applier"}', botLogin: 'bot', customWorkflows: true },
      { botLogin: '' },
    ])
  })

  test.for([
    { apiUrl: 'https://attacker.example.com' },
    { apiUrl: 'https://api.github.com/elsewhere' },
    { kind: 'gitlab' },
  ] as const)(
    'gets no credentials that were given for another one: %o',
    async (elsewhere, { forges, project }) => {
      await project('infra')
      await forges.set('infra', aWish(), 'ada')
      const wish = aWish({ credentials: undefined, ...elsewhere })
      await expect(forges.set('infra', wish, 'eve')).rejects.toMatchObject({ code: 'invalid' })
      expect(await forges.show('infra')).toMatchObject({ apiUrl: 'https://api.github.com' })
    },
  )

  test('is asked again at once when it is somebody else who asks', async ({
    forges,
    project,
    db,
  }) => {
    const id = await project('infra')
    await forges.set('infra', aWish(), 'ada')
    await forges.notePolled(id, 'it was asked too much')
    await db
      .updateTable('forges')
      .set({ paused_until: new Date(Date.now() + 60_000) })
      .execute()
    const paused = () => db.selectFrom('forges').select('paused_until').executeTakeFirstOrThrow()
    await forges.addSecret('infra', undefined, 'ada')
    const same = await forges.set('infra', aWish({ credentials: undefined }), 'ada')
    expect(same.pollError).toBe('it was asked too much')
    expect((await paused()).paused_until).toBeInstanceOf(Date)
    const other = { type: 'token', token: 'another' } as const
    const set = await forges.set('infra', aWish({ credentials: other }), 'ada')
    expect(set.pollError).toBeUndefined()
    expect((await paused()).paused_until).toBeNull()
  })

  test.for([
    { apiUrl: 'https://ghe.example.com/api/v3' },
    { repository: 'acme/other' },
    { kind: 'gitea' },
    undefined,
  ] as const)(
    'is not taken for another one, whose comments have the same ids: %o',
    async (elsewhere, { forges, project, db }) => {
      const id = await project('infra')
      await project('other')
      const told = async () =>
        (await db.selectFrom('forge_outbox').select('host_id').execute()).map((row) => row.host_id)
      const tell = async () => {
        await createOutbox(db).tell({ projectId: id, number: 7 }, [
          { kind: 'comment', marker: '<!-- -->', body: 'planned' },
        ])
        await db.updateTable('forge_outbox').set({ host_id: '12', told_version: 1 }).execute()
      }
      await tell()
      await forges.set('infra', aWish(), 'ada')
      expect(await told()).toEqual([])

      await tell()
      const token = { type: 'token', token: 'another' } as const
      await forges.set('infra', aWish({ credentials: token }), 'ada')
      await forges.set('other', aWish(), 'ada')
      await forges.unset('other', 'ada')
      expect(await told()).toEqual(['12'])

      if (elsewhere === undefined) await forges.unset('infra', 'ada')
      else await forges.set('infra', aWish(elsewhere), 'ada')
      expect(await told()).toEqual([])
    },
  )

  test('is plain git again when it is taken away', async ({ forges, project, db }) => {
    const id = await project('infra')
    await forges.set('infra', aWish(), 'ada')
    expect(await forges.unset('infra', 'ada')).toMatchObject({ kind: 'git', secrets: 0 })
    expect(await forges.setUp(id)).toMatchObject({ kind: 'git', host: undefined })
    await forges.unset('infra', 'ada')
    expect(await audited(db, 'forge.remove')).toHaveLength(1)
    await expect(forges.addSecret('infra', undefined, 'ada')).rejects.toMatchObject({
      code: 'conflict',
    })
  })
})

describe('credentials and secrets', () => {
  test.for(['ghp_secret\nof two lines', 'ghp_secret…', 'ghp_secret of words'])(
    'are refused where no request can hold them: %o',
    async (token, { forges, project }) => {
      await project('infra')
      const wish = aWish({ credentials: { type: 'token', token } })
      const refused = await forges.set('infra', wish, 'ada').catch((error: unknown) => error)
      expect(refused).toMatchObject({ code: 'invalid', next: expect.stringContaining('one line') })
      expect(String(refused)).not.toContain('ghp_secret')
      expect(() => forges.tryOut(wish, 'github.com/acme/infra')).toThrow('the token holds')
    },
  )

  test.for(['gitlab', 'gitea'] as const)(
    'of a GitHub App are refused by %s',
    async (kind, { forges, project }) => {
      await project('infra')
      const credentials = { type: 'app', appId: '7', privateKey: 'k', installationId: undefined }
      const wish = aWish({ kind, credentials: { ...credentials, type: 'app' } })
      await expect(forges.set('infra', wish, 'ada')).rejects.toMatchObject({ code: 'invalid' })
      expect(() => forges.tryOut(wish, 'github.com/acme/infra')).toThrow('only GitHub has Apps')
    },
  )

  test('stand nowhere in clear text', async ({ forges, project, db }) => {
    await project('infra')
    const privateKey = '-----BEGIN RSA PRIVATE KEY-----\nsecret\n'
    const credentials = { type: 'app', appId: '7', privateKey, installationId: undefined } as const
    await forges.set('infra', aWish({ credentials }), 'ada')
    const { secret } = await forges.addSecret('infra', undefined, 'ada')
    const rows = [
      ...(await db.selectFrom('forges').selectAll().execute()),
      ...(await db.selectFrom('audit_log').selectAll().execute()),
    ]
    const kept = JSON.stringify(rows, (_key, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
    )
    expect(kept).toContain('acme/infra')
    expect(kept).not.toContain('PRIVATE KEY')
    expect(kept).not.toContain(secret)
    expect(await forges.show('infra')).toMatchObject({ credentials: 'app', secrets: 1 })
  })

  test('of a webhook are two at most, and the newest is one of them', async ({
    forges,
    project,
    db,
  }) => {
    await project('infra')
    await forges.set('infra', aWish(), 'ada')
    const add = (given?: string) => forges.addSecret('infra', given, 'ada')
    expect((await add()).accepted).toBe(1)
    const second = await add()
    expect(second.accepted).toBe(2)
    expect((await add()).accepted).toBe(2)
    expect((await add(second.secret)).accepted).toBe(2)
    expect(await forges.show('infra')).toMatchObject({ secrets: 2 })
    expect(await forges.endRotation('infra', 'ada')).toMatchObject({ secrets: 1 })
    await forges.endRotation('infra', 'ada')
    expect(await audited(db, 'forge.new-secret')).toHaveLength(4)
    expect(await audited(db, 'forge.end-rotation')).toHaveLength(1)
  })

  test.for(['sealed_credentials', 'sealed_secrets'] as const)(
    'do not open in the row of another project: %s',
    async (column, { forges, project, db }) => {
      await project('infra')
      const other = await project('other')
      await forges.set('infra', aWish(), 'ada')
      await forges.set('other', aWish(), 'ada')
      const { [column]: sealed } = await db
        .selectFrom('forges')
        .selectAll()
        .where('project_id', '<>', other)
        .executeTakeFirstOrThrow()
      await db
        .updateTable('forges')
        .set({ [column]: sealed })
        .where('project_id', '=', other)
        .execute()
      await expect(forges.show('other')).rejects.toMatchObject({ code: 'unavailable' })
      await expect(forges.show('infra')).resolves.toBeDefined()
    },
  )

  test('do not open for an address that somebody wrote into the database', async ({
    forges,
    project,
    db,
  }) => {
    const id = await project('infra')
    await forges.set('infra', aWish(), 'ada')
    await db.updateTable('forges').set({ api_url: 'https://attacker.example.com' }).execute()
    await expect(forges.open(id)).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('what speaks with a host', () => {
  test('is remembered as long as nothing is set anew, by this process or another', async ({
    db,
    forges,
    project,
    sealFor,
  }) => {
    const plain: string[] = []
    const opening = createForgeService(db, {
      sealFor,
      plainGit: async (projectId) => {
        plain.push(projectId)
        return { kind: 'git' } as Forge // Only told apart here.
      },
    })
    const id = await project('infra')
    const git = await opening.open(id)
    expect(await opening.open(id)).toBe(git)
    expect(plain).toEqual([id])

    await forges.set('infra', aWish(), 'ada')
    const first = await opening.open(id)
    expect(first.kind).toBe('github')
    expect(await opening.open(id)).toBe(first)
    await forges.notePolled(id, 'it was away')
    expect(await opening.open(id)).toBe(first)

    const moved = aWish({ repository: 'acme/moved', credentials: undefined })
    await forges.set('infra', moved, 'ada')
    const second = await opening.open(id)
    expect(second).not.toBe(first)
    await forges.set('infra', aWish({ credentials: { type: 'token', token: 'new' } }), 'ada')
    expect(await opening.open(id)).not.toBe(second)

    await forges.unset('infra', 'ada')
    expect((await opening.open(id)).kind).toBe('git')
  })

  test('is tried again when it could not be opened', async ({ db, project, sealFor }) => {
    const id = await project('infra')
    let tries = 0
    const forges = createForgeService(db, {
      sealFor,
      plainGit: async () => {
        tries += 1
        if (tries === 1) throw new Error('not now')
        return { kind: 'git' } as Forge // Only told apart here.
      },
    })
    await expect(forges.open(id)).rejects.toThrow('not now')
    await expect(forges.open(id)).resolves.toMatchObject({ kind: 'git' })
    await expect(forges.open('00000000-0000-0000-0000-000000000000')).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})
