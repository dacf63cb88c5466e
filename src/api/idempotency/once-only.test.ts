import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import { sql } from 'kysely'
import { describe, expect } from 'vitest'
import { anApi, aPrincipal } from '../../../test/support/api.ts'
import { test as base } from '../../../test/support/database.ts'
import { type AppError, conflict, forbidden, invalid, notFound } from '../../platform/errors.ts'
import { createSeal } from '../../secrets/index.ts'
import type { ApiEnv } from '../deps.ts'
import { onceOnly } from './once-only.ts'

/** What the work behind a request comes to. */
type Work = () => Promise<void>

const works: Work = async () => undefined

interface Shop {
  /** Sends an order with the key `k`; the work behind it is done if the request is carried out. */
  order(work: Work, text?: string): Promise<Response>
  /** How often an order was carried out to its end. */
  done(): number
}

const test = base.extend<{ readonly shop: Shop }>({
  shop: async ({ db }, use) => {
    let next: Work = works
    let done = 0
    const routes = new Hono<ApiEnv>()
      .use(onceOnly({ context: { db } }, createSeal(randomBytes(32), 'answer')))
      .post('/orders', async (c) => {
        await next()
        done += 1
        return c.json({ order: done }, 201)
      })
    const { app } = anApi(routes, aPrincipal('admin'))
    await use({
      order: async (work, text = 'tea') => {
        next = work
        const headers = { 'Idempotency-Key': 'k' }
        return app.request('/orders', { method: 'POST', headers, body: text })
      },
      done: () => done,
    })
  },
})

function refuses(refusal: AppError): Work {
  return async () => {
    throw refusal
  }
}

/** Work that goes on until it is let end. */
function held(work: Work) {
  const begun = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  return {
    work: async () => {
      begun.resolve()
      await gate.promise
      await work()
    },
    begun: begun.promise,
    end: gate.resolve,
  }
}

describe('a request with an Idempotency-Key', () => {
  test.for([
    invalid('no such branch'),
    forbidden('not yours'),
    notFound('no such project'),
    conflict('something else is in the way'),
  ])('that was refused is tried anew: $code', async (refusal, { shop }) => {
    const refused = await shop.order(refuses(refusal))
    const mended = await shop.order(works)
    const again = await shop.order(works)

    expect(refused.status).toBeGreaterThanOrEqual(400)
    expect([mended.status, again.status]).toEqual([201, 201])
    expect(await again.json()).toEqual(await mended.json())
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(shop.done()).toBe(1)
  })

  test('that was refused may be another one the next time, that was done may not', async ({
    shop,
  }) => {
    await shop.order(refuses(invalid('there is no coffee')), 'coffee')
    const mended = await shop.order(works, 'tea')
    const other = await shop.order(works, 'cocoa')
    const same = await shop.order(works, 'tea')

    expect([mended.status, other.status, same.status]).toEqual([201, 409, 201])
    expect(await other.json()).toMatchObject({ next: 'Use a new key for a new request.' })
    expect(shop.done()).toBe(1)
  })

  test('is carried out by one of two that come at once, also after a refusal', async ({ shop }) => {
    await shop.order(refuses(invalid('not yet')))
    const first = held(works)
    const answer = shop.order(first.work)
    await first.begun
    const second = await shop.order(works)
    first.end()

    expect(second.status).toBe(409)
    expect(await second.json()).toMatchObject({ detail: 'the same request is still at work' })
    expect((await answer).status).toBe(201)
    expect((await shop.order(works)).headers.get('idempotency-replayed')).toBe('true')
    expect(shop.done()).toBe(1)
  })

  test('is not opened again by a slow one, whose place another one took', async ({ db, shop }) => {
    const slow = held(refuses(invalid('too late')))
    const refused = shop.order(slow.work)
    await slow.begun
    await db
      .updateTable('idempotent_answers')
      .set({ created_at: sql`created_at - interval '10 minutes'` })
      .execute()
    const heir = held(works)
    const answer = shop.order(heir.work)
    await heir.begun
    slow.end()
    expect((await refused).status).toBe(400)

    expect((await shop.order(works)).status).toBe(409)
    heir.end()
    expect((await answer).status).toBe(201)
    expect(shop.done()).toBe(1)
  })
})
