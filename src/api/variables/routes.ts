import { Hono } from 'hono'
import { z } from 'zod'
import { permits, permitsSomewhere } from '../../access/index.ts'
import { notFound } from '../../platform/errors.ts'
import { parseWorkspaceName } from '../../projects/index.ts'
import { type EffectiveVariable, placeText, type Variable } from '../../variables/index.ts'
import { ProjectName, WorkspaceName } from '../common-schema.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { body, demand, params, route } from '../route.ts'
import * as schema from './schema.ts'

interface Deps {
  readonly context: Pick<ApiDeps['context'], 'variables'>
}

/** Variables and credentials of the runs of a server. Values go in, and never out. */
export function variablesRoutes({ context: { variables } }: Deps) {
  return new Hono<ApiEnv>()
    .get(
      '/projects/:project/variables',
      route({
        summary: 'The variables of a project, without their values',
        tag: 'Variables',
        demands: 'read',
        on: 'somewhere',
        answers: { 200: z.array(schema.Variable) },
      }),
      params(ProjectName),
      async (c) => {
        const { project } = c.req.valid('param')
        const principal = c.get('principal')
        if (!permitsSomewhere(principal, 'read', project)) throw unseen()
        const visible = (await variables.list(project)).filter(
          ({ environment }) =>
            environment === undefined || permits(principal, 'read', { project, environment }),
        )
        return c.json(visible.map(present), 200)
      },
    )
    .put(
      '/projects/:project/variables',
      route({
        summary: 'Write a variable',
        description:
          'Over its value if it is there already. For all environments (none is named) it needs the permission in the whole project.',
        tag: 'Variables',
        demands: 'variable:write',
        on: 'environment',
        answers: { 200: schema.Variable },
      }),
      params(ProjectName),
      body(schema.SetVariable),
      async (c) => {
        const { project } = c.req.valid('param')
        const variable = c.req.valid('json')
        demand(c, 'variable:write', { project, environment: variable.environment })
        return c.json(present(await variables.set(project, variable, c.get('principal').name)), 200)
      },
    )
    .delete(
      '/projects/:project/variables/:id',
      route({
        summary: 'Remove a variable',
        tag: 'Variables',
        demands: 'variable:write',
        on: 'environment',
        answers: { 204: undefined },
      }),
      params(ProjectName.extend({ id: z.uuid() })),
      async (c) => {
        const { project, id } = c.req.valid('param')
        if (!permitsSomewhere(c.get('principal'), 'read', project)) throw unseen()
        const { environment } = await variables.find(project, id)
        demand(c, 'variable:write', { project, environment })
        await variables.remove(project, id, c.get('principal').name)
        return c.body(null, 204)
      },
    )
    .get(
      '/projects/:project/workspaces/:workspace/variables',
      route({
        summary: 'What the runs of a workspace are given, and from where',
        tag: 'Variables',
        demands: 'read',
        on: 'environment',
        answers: { 200: z.array(schema.EffectiveVariable) },
      }),
      params(WorkspaceName),
      async (c) => {
        const { project, workspace } = c.req.valid('param')
        const named = parseWorkspaceName(workspace)
        if (named === undefined) throw unseen()
        const { path: component, environment } = named
        demand(c, 'read', { project, environment })
        const effective = await variables.effective({ project, component, environment })
        return c.json(effective.map(presentEffective), 200)
      },
    )
}

function unseen() {
  return notFound('there is nothing at this address that you may see')
}

function present(variable: Variable): z.output<typeof schema.Variable> {
  return { ...variable, updatedAt: variable.updatedAt.toISOString() }
}

function presentEffective({
  variable,
  hides,
  phases,
  hiddenBy,
}: EffectiveVariable): z.output<typeof schema.EffectiveVariable> {
  return {
    ...present(variable),
    from: placeText(variable),
    phases: [...phases],
    ...(hiddenBy === undefined ? {} : { hiddenBy }),
    hidden: hides.map((one) => ({ id: one.id, from: placeText(one) })),
  }
}
