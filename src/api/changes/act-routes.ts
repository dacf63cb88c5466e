import { Hono } from 'hono'
import { type Principal, permits } from '../../access/index.ts'
import { approveChange } from '../../app/changes/approve-change.ts'
import { letGo } from '../../app/pull-requests/end-pull-request.ts'
import { type Change, createWorkService } from '../../changes/index.ts'
import { forbidden } from '../../platform/errors.ts'
import { NumberId } from '../common-schema.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { body, demand, params, route } from '../route.ts'
import { mayCancel, presentChange } from './present.ts'
import { ApplyChange, ApproveChange, ApprovedWorkspaces, Change as ChangeSchema } from './schema.ts'
import { environmentsOf, visibleChange } from './visible-change.ts'

export function changeActRoutes(deps: ApiDeps) {
  const { context } = deps
  const works = createWorkService(context.db)

  /** Nobody waits for a pull request whose plans were given up. */
  const letGoOf = async ({ id, projectId, pullRequest: origin }: Change) => {
    if (origin === undefined) return
    const pullRequest = await context.pullRequests.get(projectId, origin.number)
    if (pullRequest.planned?.changeId === id) await letGo(context, pullRequest)
  }

  /** Says who did what, to those who watch. */
  const tellAct = (
    id: number,
    principal: Principal,
    act: { action: string; workspaces?: readonly string[]; reason?: string | undefined },
  ) =>
    context.changes.tell(id, [
      {
        at: new Date(),
        change: id,
        event: 'action',
        actor: principal.name,
        action: act.action,
        workspaces: act.workspaces ?? [],
        reason: act.reason,
      },
    ])

  return new Hono<ApiEnv>()
    .post(
      '/changes/:id/approve',
      route({
        summary: 'Approve plans of a change',
        description: 'All of them where who asks may approve, or those that are named.',
        tag: 'Changes',
        demands: 'run:approve',
        on: 'environment',
        answers: { 200: ApprovedWorkspaces },
      }),
      params(NumberId),
      body(ApproveChange),
      async (c) => {
        const { id } = c.req.valid('param')
        const asked = c.req.valid('json')
        const principal = c.get('principal')
        const { view, project } = await visibleChange(deps, principal, id)
        const named = [
          ...(asked.environments ?? []),
          ...environmentsOf((asked.workspaces ?? []).values()),
        ]
        for (const environment of named) demand(c, 'run:approve', { project, environment })
        const all = [...new Set(view.nodes.map(({ environment }) => environment))]
        const environments =
          asked.environments ?? permitted(principal, 'run:approve', { project, among: all })
        refuseNowhere(principal, 'run:approve', environments)
        const { approved } = await approveChange(context, {
          changeId: id,
          actor: principal.name,
          personId: principal.personId,
          environments,
          workspaces: asked.workspaces,
          digests: asked.digests,
          override: asked.override,
        })
        await tellAct(id, principal, {
          action: 'approve',
          workspaces: approved,
          reason: asked.override,
        })
        return c.json({ approved: [...approved] }, 200)
      },
    )
    .post(
      '/changes/:id/apply',
      route({
        summary: 'Apply a change as far as its gates allow, or go on with it',
        tag: 'Changes',
        demands: 'change:apply',
        on: 'environment',
        answers: { 202: ChangeSchema },
      }),
      params(NumberId),
      body(ApplyChange),
      async (c) => {
        const { id } = c.req.valid('param')
        const asked = c.req.valid('json')
        const principal = c.get('principal')
        const { view, project } = await visibleChange(deps, principal, id)
        for (const environment of asked.environments ?? []) {
          demand(c, 'change:apply', { project, environment })
        }
        const all = [...new Set(view.nodes.map(({ environment }) => environment))]
        const environments =
          asked.environments ?? permitted(principal, 'change:apply', { project, among: all })
        refuseNowhere(principal, 'change:apply', environments)
        const { approve, override, retry, parallel, failFast } = asked
        await works.ask({
          changeId: id,
          task: 'apply',
          request: {
            personId: principal.personId,
            environments: environments.length === all.length ? undefined : environments,
            approve,
            override,
            retry,
            parallel,
            failFast,
          },
          actor: principal.name,
        })
        await tellAct(id, principal, { action: retry ? 'resume' : 'apply', reason: override })
        return c.json(presentChange(view.change, project), 202)
      },
    )
    .post(
      '/changes/:id/stop',
      route({
        summary: 'End gracefully what a server does with a change; it stays open, to be resumed',
        tag: 'Changes',
        demands: 'change:apply',
        on: 'environment',
        answers: { 202: ChangeSchema },
      }),
      params(NumberId),
      async (c) => {
        const { id } = c.req.valid('param')
        const { change, project } = await endable(c, deps, id)
        if (await works.requestCancel(id)) {
          await tellAct(id, c.get('principal'), { action: 'stop' })
        }
        return c.json(presentChange(change, project), 202)
      },
    )
    .post(
      '/changes/:id/cancel',
      route({
        summary: 'Cancel a change: what waits is over, what is at work ends gracefully',
        description: 'What its pull request reserved is free then.',
        tag: 'Changes',
        demands: 'change:apply',
        on: 'environment',
        answers: { 200: ChangeSchema },
      }),
      params(NumberId),
      async (c) => {
        const { id } = c.req.valid('param')
        const principal = c.get('principal')
        const { project } = await endable(c, deps, id)
        const cancelled = await context.changes.cancel(id, principal.name)
        await works.requestCancel(id)
        await letGoOf(cancelled)
        await tellAct(id, principal, { action: 'cancel' })
        return c.json(presentChange(cancelled, project), 200)
      },
    )
}

type Act = Parameters<typeof demand>[0]

/** @throws AppError `forbidden` for who may not end it */
async function endable(
  c: Act,
  deps: ApiDeps,
  id: number,
): Promise<{ readonly change: Change; readonly project: string }> {
  const principal = c.get('principal')
  const { view, project } = await visibleChange(deps, principal, id)
  if (mayCancel(principal, view, project)) return { change: view.change, project }
  throw forbidden(`${principal.name} may not end change-${id}`, {
    next: 'Whoever made it may, and who may apply all of it.',
  })
}

function permitted(
  principal: Principal,
  permission: Parameters<typeof permits>[1],
  { project, among }: { readonly project: string; readonly among: readonly string[] },
): readonly string[] {
  return among.filter((environment) => permits(principal, permission, { project, environment }))
}

function refuseNowhere(
  { name }: Principal,
  permission: string,
  environments: readonly string[],
): void {
  if (environments.length > 0) return
  throw forbidden(
    `${name} may not do this in any environment of the change: it needs ${permission}`,
    {
      next: 'Ask an administrator for a role that permits it.',
    },
  )
}
