import { Hono } from 'hono'
import { z } from 'zod'
import { placesOf } from '../../access/index.ts'
import { readAudit } from '../../audit/index.ts'
import { forbidden } from '../../platform/errors.ts'
import type { ApiEnv } from '../deps.ts'
import { PageQuery, page, query, route } from '../route.ts'
import type { PeopleDeps } from './people-deps.ts'
import { presentAudit } from './present.ts'
import { AuditRecord } from './schema.ts'

const text = z
  .string()
  .max(400)
  .regex(/^[^\0]*$/, 'holds what is no text')

const AuditSearch = PageQuery.extend({
  subject: text.optional(),
  actor: text.optional(),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'is no cursor')
    .optional(),
})

/** What was done, and by whom. */
export function auditRoutes({ context: { db } }: PeopleDeps) {
  return new Hono<ApiEnv>().get(
    '/audit',
    route({
      summary: 'What was done, newest first',
      description: 'Who may read it for a place only sees what was done there.',
      tag: 'Audit',
      demands: 'audit:read',
      on: 'somewhere',
      answers: { 200: page(AuditRecord) },
    }),
    query(AuditSearch),
    async (c) => {
      const { cursor, limit, subject, actor } = c.req.valid('query')
      const principal = c.get('principal')
      const places = placesOf(principal, 'audit:read')
      if (places.length === 0) {
        throw forbidden(`${principal.name} may not read the audit log`, {
          next: 'Ask an administrator for a role that permits it.',
        })
      }
      const before = cursor === undefined ? undefined : Number(cursor)
      const records = await readAudit(db, { subject, actor, before, places, limit: limit + 1 })
      const items = records.slice(0, limit)
      const last = items.at(-1)
      const next = records.length > limit && last !== undefined ? String(last.id) : null
      return c.json({ items: items.map(presentAudit), next })
    },
  )
}
