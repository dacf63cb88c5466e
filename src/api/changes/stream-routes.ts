import { Hono } from 'hono'
import { z } from 'zod'
import { permits, permitsSomewhere } from '../../access/index.ts'
import { invalid, notFound } from '../../platform/errors.ts'
import { isFinal, runName } from '../../runs/index.ts'
import { NumberId } from '../common-schema.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { eventStream, lastEventId } from '../event-stream.ts'
import { params, query, route } from '../route.ts'
import { presentLogPiece } from '../runs/present.ts'
import { LogPiece } from '../runs/schema.ts'
import { followChange, parsePlace } from './follow.ts'
import { ChangeEvent, StreamQuery } from './schema.ts'
import { visibleChange } from './visible-change.ts'

const MEDIA = 'text/event-stream'

export function changeStreamRoutes(deps: ApiDeps) {
  const { context } = deps
  return new Hono<ApiEnv>()
    .get(
      '/changes/:id/events',
      route({
        summary: 'What is told of a change, as it happens',
        description:
          'Server-sent events, each with an id to go on from. It does not end: a change may be taken up again.',
        tag: 'Changes',
        demands: 'read',
        on: 'somewhere',
        answers: { 200: ChangeEvent },
        media: MEDIA,
      }),
      params(NumberId),
      query(StreamQuery),
      async (c) => {
        const { id } = c.req.valid('param')
        const principal = c.get('principal')
        const { view, project } = await visibleChange(deps, principal, id)
        const source = followChange(deps, {
          view,
          withLog: c.req.valid('query').log === 'true',
          from: parsePlace(lastEventId(c)),
          mayRead: (environment) => permits(principal, 'read', { project, environment }),
        })
        return eventStream(c, deps, source)
      },
    )
    .get(
      '/runs/:id/log/stream',
      route({
        summary: 'The output of a run, as it is written',
        description:
          'Server-sent events, each with an id to go on from; `end` when the run is over.',
        tag: 'Runs',
        demands: 'read',
        on: 'environment',
        answers: { 200: LogPiece },
        media: MEDIA,
      }),
      params(NumberId),
      query(z.object({ after: z.string().max(20).optional() })),
      async (c) => {
        const { id } = c.req.valid('param')
        const run = await context.runs.get(id)
        const workspace = await context.projects.workspace(run.workspaceId)
        if (!permits(c.get('principal'), 'read', workspace)) throw notFound(`there is no run-${id}`)
        let after = numberIn(lastEventId(c))
        return eventStream(c, deps, {
          subjects: () => [runName(id)],
          read: async () => {
            // Looked at first: what is over when the output is read says nothing more.
            const { status } = await context.runs.get(id)
            const pieces = await context.runs.logs(id, after)
            after = pieces.at(-1)?.seq ?? after
            return {
              events: pieces.map((piece) => ({
                id: String(piece.seq),
                data: presentLogPiece(piece),
              })),
              ended: isFinal(status) || status === 'unknown',
            }
          },
        })
      },
    )
    .get(
      '/stream',
      route({
        summary: 'Hints that something is new',
        description: 'Server-sent events `{ "subject": "overview" }`: ask again for what is shown.',
        tag: 'Overview',
        demands: 'read',
        on: 'somewhere',
        answers: { 200: z.object({ subject: z.string() }) },
        media: MEDIA,
      }),
      async (c) => {
        if (!permitsSomewhere(c.get('principal'), 'read')) throw notFound('there is nothing to see')
        let told = 0
        return eventStream(c, deps, {
          subjects: () => ['overview'],
          read: async (isSignalled) => {
            if (!isSignalled) return { events: [], ended: false }
            told += 1
            const data = { subject: 'overview' }
            return { events: [{ id: String(told), data }], ended: false }
          },
        })
      },
    )
}

function numberIn(text: string | undefined): number {
  if (text === undefined || text === '') return 0
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw invalid('the id of the last event is none', { next: 'Send it as it came.' })
}
