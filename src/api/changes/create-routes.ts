import { Hono } from 'hono'
import { permits } from '../../access/index.ts'
import { platformOf } from '../../app/changes/change-platform.ts'
import { mirrorPlaces, openCommitted } from '../../app/changes/committed-platform.ts'
import { createChange } from '../../app/changes/create-change.ts'
import { selectCommitted } from '../../app/changes/select-committed.ts'
import { createWorkService } from '../../changes/index.ts'
import { invalid } from '../../platform/errors.ts'
import { resolveRef } from '../../projects/index.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { body, demand, route } from '../route.ts'
import { presentChange } from './present.ts'
import { Change, NewChange } from './schema.ts'
import { environmentsOf } from './visible-change.ts'

export function changeCreateRoutes({ context }: ApiDeps) {
  const works = createWorkService(context.db)
  return new Hono<ApiEnv>().post(
    '/changes',
    route({
      summary: 'Make a change and plan it',
      description: 'Answers as soon as it is recorded; follow it by its events.',
      tag: 'Changes',
      demands: 'change:plan',
      on: 'environment',
      answers: { 201: Change },
    }),
    body(NewChange),
    async (c) => {
      const input = c.req.valid('json')
      const principal = c.get('principal')
      demandProject(c, input.project)
      const project = await context.projects.named(input.project)
      const commit =
        input.ref === undefined
          ? project.headCommit
          : await resolveRef(mirrorPlaces(context), project.id, input.ref)
      if (commit === undefined) {
        throw invalid(`the project ${input.project} has no commit on this server yet`, {
          next: 'Fetch it, and see what it says.',
        })
      }
      const committed = await openCommitted(context, {
        projectId: project.id,
        commit,
        branch: input.branch,
        dirty: input.dirty,
        actor: principal.name,
      })
      const workspaces =
        input.workspaces === undefined
          ? await selectCommitted(context, project.id, committed, {
              components: input.select?.components ?? [],
              environments: input.select?.environments ?? [],
              withDependencies: input.select?.withDependencies === true,
              withDependents: input.select?.withDependents === true,
              affected: affectedFrom(input.select?.affected),
            })
          : new Map(Object.entries(input.workspaces))
      if (workspaces.size === 0) {
        throw invalid('nothing is selected, or nothing differs from what is deployed', {
          next: 'Select other components or environments.',
        })
      }
      for (const environment of environmentsOf(workspaces.keys())) {
        demand(c, 'change:plan', { project: input.project, environment })
      }
      const request = {
        ...committed,
        operation: input.operation,
        workspaces,
        selection: input.selection,
        reason: input.reason,
        set: input.set,
        force: input.force,
        runs: defined(input.options),
        parallel: input.parallel,
        failFast: input.failFast,
      }
      const platform = await platformOf(context.config, committed, input.set)
      const { view } = await createChange(context, request, platform)
      await works.ask({
        changeId: view.change.id,
        task: 'plan',
        request: { parallel: input.parallel, failFast: input.failFast },
        actor: principal.name,
      })
      return c.json(presentChange(view.change, input.project), 201)
    },
  )
}

type Act = Parameters<typeof demand>[0]

/** Before anything is said of the project: who may see nothing of it is told that it does not exist. */
function demandProject(c: Act, project: string): void {
  const { scopes, limit } = c.get('principal')
  const own = [...scopes, ...(limit === undefined ? [] : [limit])]
  const environments = own.map((scope) => scope.environment).filter((one) => one !== undefined)
  const anywhere = environments.some((environment) =>
    permits(c.get('principal'), 'change:plan', { project, environment }),
  )
  if (!anywhere) demand(c, 'change:plan', { project })
}

function affectedFrom(asked: boolean | string | undefined) {
  if (asked === undefined || asked === false) return undefined
  return { from: asked === true ? 'deployed' : asked }
}

/** What is absent is not there. */
function defined<T extends object>(value: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>
  }
}
