import fc from 'fast-check'
import type { Kysely } from 'kysely'
import { expect } from 'vitest'
import { aWish, test } from '../../../test/support/forges.ts'
import { aWebhook } from '../../../test/support/webhooks.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { AppError } from '../../platform/errors.ts'
import { createDeliveryService } from '../index.ts'
import { keptHeaders } from './delivery.ts'

interface Sent {
  readonly repository: string
  /** Whose secret signs it: how many were made after it, or nobody's. */
  readonly signer: { readonly of: string; readonly age: number } | 'stranger'
  readonly delivery: string
  readonly isAltered: boolean
  /** What puts its hint down cannot, this time. */
  readonly fails: boolean
}

const repositories = ['acme/one', 'ACME/Two', 'acme/unknown']

const sent = fc.record({
  repository: fc.constantFrom(...repositories),
  signer: fc.oneof(
    { weight: 4, arbitrary: fc.record({ of: fc.constantFrom('one', 'two'), age: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.constant('stranger' as const) },
  ),
  delivery: fc.constantFrom('a', 'b', 'c'),
  isAltered: fc.constantFrom(false, false, false, true),
  fails: fc.constantFrom(false, false, false, true),
})

test('what is taken was signed with an accepted secret of its repository, and leads to something once', async ({
  db,
  forges,
  project,
  sealFor,
}) => {
  const projects = { one: await project('one'), two: await project('two') }
  const secrets: Record<string, string[]> = { one: [], two: [] }
  for (const name of ['one', 'two']) {
    await forges.set(name, aWish({ repository: `acme/${name}` }), 'ada')
    for (let made = 0; made < 3; made += 1) {
      secrets[name]?.unshift((await forges.addSecret(name, undefined, 'ada')).secret)
    }
  }
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(sent, { maxLength: 12 }), async (sending) => {
      run += 1
      const hints: string[] = []
      let fails = false
      const deliveries = createDeliveryService(db, {
        sealFor,
        onHint: async (tx, { projectId }, hint) => {
          await tx
            .insertInto('audit_log')
            .values({ actor: 'x', action: 'hint', subject: projectId, details: '{}' })
            .execute()
          if (fails) throw new Error('not now')
          hints.push(`${projectId} ${hint.kind}`)
          return 'done'
        },
      })
      const taken = new Map<string, string>()
      for (const one of sending) {
        fails = one.fails
        const delivery = `${run}-${one.delivery}`
        const outcome = await deliveries.receive('github', request(one, delivery, secrets)).then(
          ({ kind }) => kind,
          (error: unknown) => (error instanceof AppError ? error.code : 'failed'),
        )
        expect(outcome).toBe(expected(one, taken.has(delivery)))
        if (outcome === 'new') taken.set(delivery, ofRepository(one) ?? '')
      }
      const rows = await db
        .selectFrom('webhook_deliveries')
        .innerJoin('projects', 'projects.id', 'project_id')
        .select(['delivery', 'name', 'status'])
        .where('delivery', 'like', `${run}-%`)
        .orderBy('webhook_deliveries.id')
        .execute()
      expect(rows).toEqual(
        [...taken].map(([delivery, name]) => ({ delivery, name, status: 'handled' })),
      )
      expect(hints).toEqual(
        [...taken.values()].map((name) => `${projects[name as 'one' | 'two']} ping`),
      )
      const { count } = await db
        .selectFrom('audit_log')
        .select((of) => of.fn.countAll<number>().as('count'))
        .where('action', '=', 'hint')
        .executeTakeFirstOrThrow()
      expect(count).toBe(hints.length)
      await db.deleteFrom('audit_log').where('action', '=', 'hint').execute()
    }),
    { numRuns: 60 },
  )
})

function ofRepository({ repository }: Sent): string | undefined {
  return { 'acme/one': 'one', 'ACME/Two': 'two' }[repository]
}

function expected(one: Sent, isKnown: boolean): string {
  const { signer, isAltered, fails } = one
  const isSigned =
    signer !== 'stranger' && signer.of === ofRepository(one) && signer.age < 2 && !isAltered
  if (!isSigned) return 'unauthenticated'
  if (isKnown) return 'known'
  return fails ? 'failed' : 'new'
}

function request(one: Sent, delivery: string, secrets: Readonly<Record<string, string[]>>) {
  const { signer, repository, isAltered } = one
  const secret =
    signer === 'stranger' ? 'a guess of a secret' : (secrets[signer.of]?.[signer.age] ?? '')
  const { headers, body } = aWebhook({ secret, event: 'ping', repository, delivery, body: {} })
  return { headers, body: Buffer.from(isAltered ? `${body} ` : body) }
}

test('a known and an unknown repository cost as many comparisons', async ({
  db,
  forges,
  project,
  sealFor,
}) => {
  await project('one')
  await forges.set('one', aWish({ repository: 'acme/one' }), 'ada')
  await forges.addSecret('one', undefined, 'ada')
  const deliveries = createDeliveryService(db, { sealFor, onHint: async () => 'done' })
  const read = async (repository: string) => {
    let reads = 0
    const { headers, body } = aWebhook({ secret: 'x', event: 'ping', repository, body: {} })
    const counted = new Proxy(headers, {
      get: (target, name) => {
        if (name === 'x-hub-signature-256') reads += 1
        return Reflect.get(target, name)
      },
    })
    const refused = deliveries.receive('github', { headers: counted, body: Buffer.from(body) })
    await expect(refused).rejects.toMatchObject({ code: 'unauthenticated' })
    return reads
  }
  expect(await read('acme/one')).toBe(2)
  expect(await read('acme/other')).toBe(2)
})

test('nothing that lets somebody in is kept of the headers', () => {
  const names = [
    'x-hub-signature',
    'x-hub-signature-256',
    'x-gitlab-token',
    'x-gitea-signature',
    'x-forgejo-signature',
    'webhook-signature',
    'authorization',
    'proxy-authorization',
    'cookie',
    'x-forwarded-client-cert',
    'x-api-key',
    'x-amzn-oidc-data',
    'cf-access-jwt-assertion',
    'private-token',
  ]
  const kept = { 'content-type': 'application/json', 'x-github-event': 'ping', 'user-agent': 'x' }
  const all = { ...Object.fromEntries(names.map((name) => [name, 'secret'])), ...kept }
  expect(keptHeaders(all)).toEqual(kept)
})

test('what came, and what was told of pull requests that ended, is forgotten after 30 days', async ({
  db,
  forges,
  project,
  sealFor,
}) => {
  const projectId = await project('one')
  await forges.set('one', aWish({ repository: 'acme/one' }), 'ada')
  const { secret } = await forges.addSecret('one', undefined, 'ada')
  const deliveries = createDeliveryService(db, { sealFor, onHint: async () => 'done' })
  const receive = (delivery?: string) => {
    const named = delivery === undefined ? {} : { delivery }
    const sent = { secret, event: 'ping', repository: 'acme/one', body: {}, ...named }
    const { headers, body } = aWebhook(sent)
    return deliveries.receive('github', { headers, body: Buffer.from(body) })
  }
  await receive('old')
  await db
    .updateTable('webhook_deliveries')
    .set({ received_at: daysAgo(31) })
    .execute()
  const ends = { long: daysAgo(31), late: daysAgo(29), open: undefined }
  for (const [at, [title, endedAt]] of Object.entries(ends).entries()) {
    const number = at + 1
    await insertPullRequest(db, { projectId, number, title, endedAt })
    await insertTold(db, { projectId, number, effect: 'comment', told: 1 })
  }
  await insertTold(db, { projectId, number: 1, effect: 'reaction:7', told: 0 })

  for (let count = 0; count < 50; count += 1) await receive()

  const told = await db
    .selectFrom('forge_outbox')
    .select(['number', 'effect'])
    .orderBy('number')
    .execute()
  expect(told).toEqual([
    { number: 1, effect: 'reaction:7' },
    { number: 2, effect: 'comment' },
    { number: 3, effect: 'comment' },
  ])
  const kept = await deliveries.list({
    projects: undefined,
    status: undefined,
    before: undefined,
    limit: 100,
  })
  expect(kept).toHaveLength(50)
  expect(kept.map(({ delivery }) => delivery)).not.toContain('old')
})

function daysAgo(days: number): Date {
  return new Date(Date.now() - days * 24 * 3600 * 1000)
}

async function insertPullRequest(
  db: Kysely<DB>,
  {
    projectId,
    number,
    title,
    endedAt,
  }: {
    readonly projectId: string
    readonly number: number
    readonly title: string
    readonly endedAt: Date | undefined
  },
): Promise<void> {
  await db
    .insertInto('pull_requests')
    .values({
      project_id: projectId,
      number,
      title,
      status: endedAt === undefined ? 'open' : 'merged',
      author: 'octocat',
      url: '',
      head_branch: 'topic',
      head_commit: 'c0ffee',
      base_branch: 'main',
      is_draft: false,
      is_fork: false,
      ended_at: endedAt ?? null,
    })
    .execute()
}

async function insertTold(
  db: Kysely<DB>,
  {
    projectId,
    number,
    effect,
    told,
  }: {
    readonly projectId: string
    readonly number: number
    readonly effect: string
    readonly told: number
  },
): Promise<void> {
  await db
    .insertInto('forge_outbox')
    .values({
      project_id: projectId,
      number,
      effect,
      body: '{}',
      told_version: told,
      updated_at: daysAgo(31),
    })
    .execute()
}
