import { Hono, type TypedResponse } from 'hono'
import { z } from 'zod'
import { type Permission, permits } from '../../access/index.ts'
import { notFound } from '../../platform/errors.ts'
import type { Workspace } from '../../projects/index.ts'
import { isFinal, noSuchRun, type Run as RunRecord, runName } from '../../runs/index.ts'
import { NumberId } from '../common-schema.ts'
import type { ContextOf } from '../context-of.ts'
import type { ApiEnv } from '../deps.ts'
import { body, demand, params, query, route } from '../route.ts'
import { rawLog } from './log-text.ts'
import { planBody, presentDetails, presentEvent, presentLogPiece, presentRun } from './present.ts'
import { ApproveRun, Log, LogQuery, Plan, RecoverRun, Run, RunDetails, RunEvent } from './schema.ts'

type Answer<Schema extends z.ZodType> = Response & TypedResponse<z.infer<Schema>, 200, 'json'>

interface PlacedRun {
  readonly run: RunRecord
  readonly workspace: Workspace
}

/** Pieces of output in one answer. */
const PIECES = 2000

/** One run: what it is about, its plan and its output, and what people decide about it. */
export function runsRoutes({ context }: ContextOf<'runs' | 'projects' | 'state'>) {
  const { runs, projects, state } = context

  /** @throws AppError `not_found` for a run that who asks may not know of, `forbidden` */
  const placed = async (
    c: Parameters<typeof demand>[0],
    id: number,
    permission: Permission = 'read',
  ): Promise<PlacedRun> => {
    const run = await runs.get(id)
    const workspace = await projects.workspace(run.workspaceId)
    if (!permits(c.get('principal'), 'read', workspace)) throw noSuchRun(id)
    demand(c, permission, workspace)
    return { run, workspace }
  }

  return new Hono<ApiEnv>()
    .get(
      '/runs/:id',
      route({
        summary: 'A run with what is needed to decide about it',
        tag: 'Runs',
        demands: 'read',
        on: 'environment',
        answers: { 200: RunDetails },
      }),
      params(NumberId),
      async (c) => {
        const { id } = c.req.valid('param')
        const { run, workspace } = await placed(c, id)
        const plan = await runs.planHead(id)
        const isOpen = plan !== undefined && run.status === 'planned'
        const versions = await state.versionsOfRun(id)
        const expected = await runs.expectedSecondsOf([run.workspaceId], run.operation)
        const facts = {
          run,
          plan,
          place: workspace,
          requirements: isOpen ? await runs.requirements(id, plan.facts) : [],
          approvals: await runs.approvals(id),
          stateVersions: versions.map(({ number }) => number),
          expected: expected.get(run.workspaceId),
        }
        return c.json(presentDetails(facts, c.get('principal')))
      },
    )
    .get(
      '/runs/:id/plan',
      route({
        summary: 'What a run plans',
        tag: 'Runs',
        demands: 'read',
        on: 'environment',
        answers: { 200: Plan },
      }),
      params(NumberId),
      async (c) => {
        const { id } = c.req.valid('param')
        await placed(c, id)
        const plan = await runs.plan(id)
        if (plan === undefined) {
          throw notFound(`${runName(id)} has no plan`, {
            next: 'It is there as soon as the run is planned.',
          })
        }
        const headers = { 'Content-Type': 'application/json' }
        // `planBody` is made as the schema says; the compiler cannot see that of a text.
        return c.body(planBody(plan), 200, headers) as unknown as Answer<typeof Plan>
      },
    )
    .get(
      '/runs/:id/log',
      route({
        summary: 'The output of a run',
        description: 'At most so much at once: ask again after the last piece until `ended`.',
        tag: 'Runs',
        demands: 'read',
        on: 'environment',
        answers: { 200: Log },
      }),
      params(NumberId),
      query(LogQuery),
      async (c) => {
        const { id } = c.req.valid('param')
        const { after } = c.req.valid('query')
        // Looked at first: what is over when the output is read says nothing more.
        const { run } = await placed(c, id)
        const pieces = await runs.logs(id, after, PIECES)
        const isOver = isFinal(run.status) || run.status === 'unknown'
        return c.json({
          pieces: pieces.map(presentLogPiece),
          ended: isOver && pieces.length < PIECES,
        })
      },
    )
    .get(
      '/runs/:id/log.txt',
      route({
        summary: 'The output of a run as one text, with its colours',
        tag: 'Runs',
        demands: 'read',
        on: 'environment',
        answers: { 200: z.string() },
        media: 'text/plain',
      }),
      params(NumberId),
      async (c) => {
        const { id } = c.req.valid('param')
        await placed(c, id)
        const pieces = (after: number) => runs.logs(id, after, PIECES)
        return c.body(rawLog(pieces), 200, {
          'Content-Type': 'text/plain; charset=utf-8',
          'Content-Disposition': `attachment; filename="${runName(id)}.log"`,
          'X-Content-Type-Options': 'nosniff',
        })
      },
    )
    .get(
      '/runs/:id/events',
      route({
        summary: 'What happened to a run',
        tag: 'Runs',
        demands: 'read',
        on: 'environment',
        answers: { 200: z.array(RunEvent) },
      }),
      params(NumberId),
      async (c) => {
        const { id } = c.req.valid('param')
        await placed(c, id)
        return c.json((await runs.events(id, 0)).map(presentEvent))
      },
    )
    .post(
      '/runs/:id/approve',
      route({
        summary: 'Agree to exactly the plan that was looked at',
        tag: 'Runs',
        demands: 'run:approve',
        on: 'environment',
        answers: { 200: Run },
      }),
      params(NumberId),
      body(ApproveRun),
      async (c) => {
        const { id } = c.req.valid('param')
        const { digest, override } = c.req.valid('json')
        const { workspace } = await placed(c, id, 'run:approve')
        const { name: actor, personId } = c.get('principal')
        const run = await runs.approve(id, { digest, actor, personId, overrideReason: override })
        return c.json(presentRun(run, workspace))
      },
    )
    .post(
      '/runs/:id/cancel',
      route({
        summary: 'Cancel a run, or ask for its end if it is at work',
        tag: 'Runs',
        demands: 'change:apply',
        on: 'environment',
        answers: { 200: Run },
      }),
      params(NumberId),
      async (c) => {
        const { id } = c.req.valid('param')
        const { workspace } = await placed(c, id, 'change:apply')
        return c.json(presentRun(await runs.cancel(id, c.get('principal').name), workspace))
      },
    )
    .post(
      '/runs/:id/recover',
      route({
        summary: 'Say which state is true after an apply whose end nobody saw',
        tag: 'Runs',
        demands: 'run:recover',
        on: 'environment',
        answers: { 200: Run },
      }),
      params(NumberId),
      body(RecoverRun),
      async (c) => {
        const { id } = c.req.valid('param')
        const { state: which, reason } = c.req.valid('json')
        const { workspace } = await placed(c, id, 'run:recover')
        const actor = c.get('principal').name
        return c.json(
          presentRun(await runs.recover(id, { actor, state: which, reason }), workspace),
        )
      },
    )
}
