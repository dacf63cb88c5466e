import fc from 'fast-check'
import { type Kysely, sql } from 'kysely'
import { describe, expect } from 'vitest'
import { aProject } from '../../../test/support/changes.ts'
import { test } from '../../../test/support/database.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { forbidden, unavailable } from '../../platform/errors.ts'
import type { Forge } from '../forge.ts'
import type { Effect } from './effect.ts'
import { listTroubles } from './outbox-store.ts'
import { createOutbox, createPostingService, type PostingService } from './service.ts'

const url = 'https://portolan.example.com'
const aComment = (body: string): Effect => ({ kind: 'comment', marker: '<!-- portolan -->', body })
const aStatus = (description: string, context = 'portolan'): Effect => ({
  kind: 'status',
  commit: 'c0ffee',
  status: { context, state: 'pending', description, url },
})
const aReaction = (reaction: 'seen' | 'done', commentId = '7'): Effect => ({
  kind: 'reaction',
  commentId,
  reaction,
})

/** A request that the host has not answered yet. */
interface Call {
  readonly projectId: string
  readonly what: string
  /** The host does what it was asked. */
  readonly arrive: () => void
  readonly answer: () => void
  readonly refuse: (error: Error) => void
}

/** Hosts that answer when the test says so, and complain of what they must never see. */
class Hosts {
  readonly calls: Call[] = []
  readonly shown = new Map<string, number>()
  readonly comments: { readonly place: string; readonly id: string; readonly marker: string }[] = []
  readonly complaints: string[] = []
  readonly limitedUntil = new Map<string, number>()
  asked = 0
  /** Seconds by which a test moved the clock. */
  moved = 0

  readonly open = async (projectId: string): Promise<Forge> => {
    const refused = () => {
      throw new Error('a poster does not ask that')
    }
    return {
      kind: 'github',
      limits: { comment: 65_536, statusContext: 255, statusDescription: 140 },
      pullRequest: refused,
      openPullRequests: refused,
      approvals: refused,
      mergeability: refused,
      comments: refused,
      permissionOf: refused,
      isMember: refused,
      merge: refused,
      gitLogin: refused,
      headRef: refused,
      check: refused,
      upsertComment: async (number, { marker, body, known }) => {
        const place = `${projectId}#${number}`
        let id = ''
        await this.#ask(projectId, `${place} comment`, () => {
          id = this.#commentOf(place, marker, known)
          this.#show(`${place} comment`, body)
        })
        return id
      },
      setStatus: (commit, { context, description }) => {
        const what = `${projectId} ${context}@${commit}`
        return this.#ask(projectId, what, () => this.#show(what, description))
      },
      react: ({ id, number }, reaction) => {
        const what = `${projectId}#${number} reaction ${id}`
        return this.#ask(projectId, what, () => this.#show(what, reaction))
      },
    }
  }

  now(): number {
    return performance.now() / 1000 + this.moved
  }

  #ask(projectId: string, what: string, arrive: () => void): Promise<void> {
    this.asked += 1
    if (this.calls.some((call) => call.projectId === projectId)) {
      this.complaints.push(`two calls of one project at once: ${what}`)
    }
    if ((this.limitedUntil.get(projectId) ?? 0) > this.now()) {
      this.complaints.push(`called while it is limited: ${what}`)
    }
    return new Promise((answer, refuse) => {
      this.calls.push({ projectId, what, arrive, answer, refuse })
    })
  }

  #commentOf(place: string, marker: string, known: string | undefined): string {
    const own = this.comments.filter((comment) => comment.place === place)
    const found = own.find((one) => one.id === known) ?? own.find((one) => one.marker === marker)
    if (found !== undefined) return found.id
    const id = String(this.comments.length + 1)
    this.comments.push({ place, id, marker })
    return id
  }

  /** What is told is numbered, so that what is older can be seen. */
  #show(what: string, text: string): void {
    const value = Number(text.replace(/\D+/g, ''))
    const before = this.shown.get(what) ?? 0
    if (value < before) this.complaints.push(`${what} went back from ${before} to ${value}`)
    this.shown.set(what, value)
  }

  /** Ends a call, if there is one. */
  end(index: number, how: 'ok' | 'unavailable' | 'limited' | 'lost' | 'unheard'): boolean {
    const [call] = this.calls.splice(index % Math.max(this.calls.length, 1), 1)
    if (call === undefined) return false
    // The poster crashed before the host heard of it, or before it heard the host: no answer at all.
    if (how === 'ok' || how === 'lost') call.arrive()
    if (how === 'ok') call.answer()
    if (how === 'unavailable') call.refuse(unavailable('the host is away'))
    if (how === 'limited') {
      this.limitedUntil.set(call.projectId, this.now() + 60)
      const details = { retryAfterSeconds: 60 }
      call.refuse(unavailable('the host was asked too much', { details }))
    }
    return true
  }
}

async function aForge(db: Kysely<DB>): Promise<string> {
  const projectId = await aProject(db)
  await sql`insert into forges (project_id, kind, api_url, host, repository, sealed_credentials,
    sealed_secrets, updated_by) values (${projectId}, 'github', 'https://api.github.com',
    'github.com', 'acme/infra', '', '', 'alice')`.execute(db)
  return projectId
}

/** Lets time pass for everything that is kept. */
async function elapse(db: Kysely<DB>, seconds: number): Promise<void> {
  const span = sql`make_interval(secs => ${seconds})`
  await sql`update forge_outbox set not_before = not_before - ${span},
    updated_at = updated_at - ${span}, lease_expires_at = lease_expires_at - ${span}`.execute(db)
  await sql`update forges set paused_until = paused_until - ${span}`.execute(db)
}

/** Waits for a condition; another test's patience ends it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1))
}

describe('whatever fails, in the end', () => {
  type Step =
    | { readonly kind: 'tell'; readonly project: number; readonly what: number }
    | { readonly kind: 'post'; readonly posters: number }
    | {
        readonly kind: 'end'
        readonly call: number
        readonly how: 'ok' | 'unavailable' | 'limited' | 'lost' | 'unheard'
      }
    | { readonly kind: 'elapse'; readonly seconds: number }

  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('tell' as const),
        project: fc.nat(1),
        what: fc.nat(4),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('post' as const),
        posters: fc.integer({ min: 1, max: 4 }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('end' as const),
        call: fc.nat(1),
        how: fc.constantFrom('ok', 'ok', 'unavailable', 'limited', 'lost', 'unheard'),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('elapse' as const),
        seconds: fc.constantFrom(1, 3, 30, 100, 400),
      }),
    },
  )

  /** Two projects, their hosts, and any number of posters. */
  class Town {
    readonly db: Kysely<DB>
    readonly projects: readonly string[]
    readonly hosts = new Hosts()
    readonly posting: PostingService
    readonly told = new Map<string, number>()
    readonly faults: unknown[] = []
    running = 0
    tells = 0
    lost = 0
    failures = 0

    constructor(db: Kysely<DB>, projects: readonly string[]) {
      this.db = db
      this.projects = projects
      this.posting = createPostingService(db, { open: this.hosts.open })
    }

    async do(step: Step): Promise<void> {
      if (step.kind === 'tell') await this.tell(step.project, step.what)
      else if (step.kind === 'post') await this.post(step.posters)
      else if (step.kind === 'end') await this.end(step.call, step.how)
      else await this.elapse(step.seconds)
    }

    async tell(project: number, what: number): Promise<void> {
      const projectId = this.projects[project] ?? ''
      this.tells += 1
      const text = `${what === 2 ? 'pending' : 'success'} ${this.tells}`
      const [key, effect] = [
        ['#1 comment', aComment(text)] as const,
        ['#2 comment', aComment(text)] as const,
        [' portolan@c0ffee', aStatus(text)] as const,
        [' portolan/db@dev@c0ffee', aStatus(text, 'portolan/db@dev')] as const,
        ['#1 reaction 7', { ...aReaction('seen'), reaction: text } as unknown as Effect] as const,
      ][what] ?? ['', aComment('')]
      const number = what === 1 ? 2 : 1
      await createOutbox(this.db).tell({ projectId, number }, [effect])
      this.told.set(projectId + key, this.tells)
    }

    /** All at once; what they took is at the hosts when this is over. */
    async post(posters: number): Promise<number> {
      const claims = await Promise.all(
        Array.from({ length: posters }, () => this.posting.claimNext('poster')),
      )
      const held = claims.flatMap((one) => one ?? [])
      const asked = this.hosts.asked + held.length
      for (const one of held) {
        this.running += 1
        this.posting
          .post(one)
          .catch((error: unknown) => this.faults.push(error))
          .finally(() => {
            this.running -= 1
          })
      }
      await until(() => this.hosts.asked === asked)
      return held.length
    }

    async end(call: number, how: Parameters<Hosts['end']>[1]): Promise<void> {
      const { running } = this
      if (!this.hosts.end(call, how)) return
      if (how === 'unavailable' || how === 'limited') this.failures += 1
      if (how === 'lost' || how === 'unheard') {
        // A poster that is no more.
        this.lost += 1
        this.running -= 1
        return
      }
      await until(() => this.running < running)
    }

    async elapse(seconds: number): Promise<void> {
      // No call takes longer than a minute.
      if (seconds > 60) while (this.hosts.calls.length > 0) await this.end(0, 'unheard')
      await elapse(this.db, seconds)
      this.hosts.moved += seconds
    }

    async settle(): Promise<void> {
      for (;;) {
        await this.elapse(400)
        if ((await this.post(3)) === 0) return
        while (this.hosts.calls.length > 0) await this.end(0, 'ok')
      }
    }
  }

  test('each host shows the newest, in one comment, and was never asked too much', async ({
    db,
  }) => {
    const projects = [await aForge(db), await aForge(db)]
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        await sql`delete from forge_outbox`.execute(db)
        await sql`update forges set paused_until = null`.execute(db)
        const town = new Town(db, projects)

        for (const one of steps) await town.do(one)
        await town.settle()

        expect(town.hosts.complaints).toEqual([])
        expect(town.faults).toEqual([])
        expect(Object.fromEntries(town.hosts.shown)).toEqual(Object.fromEntries(town.told))
        const commented = [...town.told.keys()].filter((key) => key.endsWith(' comment'))
        expect(town.hosts.comments.map(({ place }) => `${place} comment`).sort()).toEqual(
          commented.sort(),
        )
        expect(town.hosts.asked).toBeLessThanOrEqual(town.tells + town.failures + town.lost)
        for (const projectId of projects) {
          expect(await listTroubles(db, { projectId, number: 1 })).toEqual([])
        }
      }),
      { numRuns: 60 },
    )
  })
})

/** A poster of one host, whose calls the test ends one by one. */
async function aTown(db: Kysely<DB>) {
  const projectId = await aForge(db)
  const hosts = new Hosts()
  const posting = createPostingService(db, { open: hosts.open })
  const outbox = createOutbox(db)
  return {
    projectId,
    hosts,
    posting,
    tell: (...effects: Effect[]) => outbox.tell({ projectId, number: 1 }, effects),
    /** Posts the next effect; what it was, or undefined when there is none. */
    next: async (end: (call: Call) => void = accept) => {
      const held = await posting.claimNext('poster')
      if (held === undefined) return undefined
      const posted = posting.post(held)
      await until(() => hosts.calls.length > 0)
      const [call] = hosts.calls.splice(0)
      if (call !== undefined) end(call)
      await posted
      return call?.what.replace(projectId, '').trim()
    },
    troubles: () => listTroubles(db, { projectId, number: 1 }),
  }
}

function accept(call: Call): void {
  call.arrive()
  call.answer()
}

test('a reaction is told first, as somebody waits for it, then what is read', async ({ db }) => {
  const { tell, next } = await aTown(db)
  await tell(aComment('1'), aStatus('1'), aReaction('seen'))

  expect(await next()).toBe('#1 reaction 7')
  expect(await next()).toBe('#1 comment')
  expect(await next()).toBe('portolan@c0ffee')
  expect(await next()).toBeUndefined()
})

test('what is last is told at once, but not where the host failed before', async ({ db }) => {
  const { projectId, tell, next } = await aTown(db)
  const tellLast = (effect: Effect) =>
    createOutbox(db).tell({ projectId, number: 1 }, [effect], { isLast: true })
  await tell(aComment('1'))
  expect(await next()).toBe('#1 comment')
  await elapse(db, -1000)
  await tell(aComment('2'))
  expect(await next()).toBeUndefined()
  await tellLast(aComment('3'))
  expect(await next(({ refuse }) => refuse(unavailable('it is down')))).toBe('#1 comment')
  await tellLast(aComment('4'))
  expect(await next()).toBeUndefined()
})

test('what is told in a transaction that fails is not told', async ({ db }) => {
  const { projectId, next } = await aTown(db)
  const failing = db.transaction().execute(async (tx) => {
    await createOutbox(tx).tell({ projectId, number: 1 }, [aComment('1')])
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(await next()).toBeUndefined()
})

test('what was told already is not told again, and a newer one waits a moment for what follows', async ({
  db,
}) => {
  const { tell, next, hosts } = await aTown(db)
  await tell(aComment('1'))
  expect(await next()).toBe('#1 comment')
  await tell(aComment('1'))
  await elapse(db, 10)
  expect(await next()).toBeUndefined()

  await tell(aComment('2'))
  expect(await next()).toBe('#1 comment')
  // However slow this machine is, a moment lasts.
  await elapse(db, -1000)
  await tell(aComment('3'))
  expect(await next()).toBeUndefined()
  await tell(aComment('4'))
  await elapse(db, 1002)
  expect(await next()).toBe('#1 comment')
  expect([...hosts.shown.values()]).toEqual([4])
  expect(hosts.comments).toHaveLength(1)
})

test('what comes while its predecessor is being told is told after it', async ({ db }) => {
  const { tell, next, hosts, posting } = await aTown(db)
  await tell(aStatus('1'))
  const held = await posting.claimNext('poster')
  const posted = held && posting.post(held)
  await until(() => hosts.calls.length > 0)
  await tell(aStatus('2'))
  expect(await posting.claimNext('poster')).toBeUndefined()
  hosts.end(0, 'ok')
  await posted
  await elapse(db, 2)

  expect(await next()).toBe('portolan@c0ffee')
  expect([...hosts.shown.values()]).toEqual([2])
})

test('a host that refuses for good is not asked again until there is something else to tell', async ({
  db,
}) => {
  const { tell, next, troubles } = await aTown(db)
  await tell(aStatus('1'))
  await next((call) => call.refuse(forbidden('the token may not set statuses')))
  await elapse(db, 3600)

  expect(await next()).toBeUndefined()
  expect(await troubles()).toMatchObject([
    {
      about: 'portolan',
      because: 'the token may not set statuses',
      attempts: 1,
      nextAt: undefined,
    },
  ])

  // The same, as somebody may have mended it.
  await tell(aStatus('1'))
  expect(await next()).toBe('portolan@c0ffee')
  expect(await troubles()).toEqual([])
})

test('a host that is away is asked ever more seldom, for a day', async ({ db }) => {
  const { tell, next, troubles } = await aTown(db)
  await tell(aComment('1'))
  const away = (call: Call) => call.refuse(unavailable('no route to host'))
  await next(away)
  await elapse(db, -1000)
  expect(await next()).toBeUndefined()
  await elapse(db, 1004)
  expect(await next(away)).toBe('#1 comment')
  expect(await troubles()).toMatchObject([{ about: 'comment', nextAt: expect.any(Date) }])

  await elapse(db, 24 * 3600)
  expect(await next(away)).toBe('#1 comment')
  await elapse(db, 3600)
  expect(await next()).toBeUndefined()
  expect(await troubles()).toMatchObject([{ attempts: 3, nextAt: undefined }])
})

test('of a project that was asked too much nothing is told for as long, of others it is', async ({
  db,
}) => {
  const limited = await aTown(db)
  await limited.tell(aComment('1'), aStatus('1'), aReaction('seen'))
  const details = { retryAfterSeconds: 60 }
  await limited.next((call) => call.refuse(unavailable('too many requests', { details })))
  await limited.tell(aReaction('seen', '8'))
  expect(await limited.next()).toBeUndefined()

  const other = await aTown(db)
  await other.tell(aComment('1'))
  expect(await other.next()).toBe('#1 comment')

  await elapse(db, 60)
  expect(await limited.next()).toMatch('reaction')
})

test('what a dead process was telling is told by another at once', async ({ db }) => {
  const { tell, posting } = await aTown(db)
  await tell(aComment('1'))
  const held = await posting.claimNext('dead')
  expect(await posting.owners()).toEqual(['dead'])
  await posting.abandon('living')
  expect(await posting.claimNext('living')).toBeUndefined()

  await posting.abandon('dead')
  expect(await posting.owners()).toEqual([])
  expect(await posting.claimNext('living')).toMatchObject({ key: held?.key })
  expect(await posting.owners()).toEqual(['living'])
})

test('one of two posters gets a project whose effects both have seen', async ({ db }) => {
  const { tell, posting } = await aTown(db)
  await tell(aComment('1'), aStatus('1'))
  await db.transaction().execute(async (tx) => {
    const other = createPostingService(tx, { open: new Hosts().open })
    expect(await other.claimNext('poster')).toBeDefined()
    expect(await posting.claimNext('poster')).toBeUndefined()
  })
  expect(await posting.claimNext('poster')).toBeUndefined()
  await elapse(db, 90)
  expect(await posting.claimNext('poster')).toBeDefined()
})
