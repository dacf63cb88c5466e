import { Change, ChangeView } from '../../api/changes/schema.ts'
import { RunDetails } from '../../api/runs/schema.ts'
import type { ChangeWatch } from '../../app/changes/change-watch.ts'
import type { PlanRequest } from '../../app/runs/local-run.ts'
import { refuseWithoutConfiguration } from '../../app/runs/refusals.ts'
import type { RunWatch } from '../../app/runs/run-watch.ts'
import { conflict, invalid } from '../../platform/errors.ts'
import { workspaceName } from '../../projects/index.ts'
import { type Run, runName } from '../../runs/index.ts'
import type { Work } from '../services/services.ts'
import { followChange } from './follow-change.ts'
import { runOf } from './from-json.ts'
import { planChange, type WorkDeps } from './plan-on-server.ts'
import type { ServerConnection } from './server-connection.ts'

/** One root module of a repository without a manifest: on a server a change of one workspace. */
export function remoteModule(
  deps: WorkDeps,
): Pick<Work, 'planModule' | 'applyModule' | 'refuseToBegin'> {
  const { server, places } = deps
  return {
    planModule: async (request, watch) => {
      const { location, workspace, operation, options } = request
      refuseInputs(request)
      if (operation === 'refresh') throw noRefresh()
      const { targets, replace, refresh, parallelism } = options
      const view = await planChange(
        deps,
        {
          location,
          operation,
          workspaces: new Map([[workspaceName(workspace), []]]),
          selection: workspaceName(workspace),
          reason: undefined,
          set: {},
          force: false,
          runs: {
            targets,
            replace,
            refresh,
            ...(parallelism === undefined ? {} : { parallelism }),
          },
          parallel: undefined,
          failFast: false,
        },
        asChangeWatch(server, watch),
      )
      const run = view.nodes[0]?.run
      if (run === undefined)
        throw conflict(`the server planned nothing of ${workspaceName(workspace)}`)
      return run
    },
    applyModule: async ({ run }, watch) => {
      const { changeId: id } = run
      if (id === undefined) {
        throw conflict(`${runName(run.id)} was planned elsewhere than by this server`)
      }
      const { lastEvent: after } = await server.get(`/changes/${id}`, ChangeView)
      await server.send('POST', `/changes/${id}/apply`, Change, { body: { approve: 'none' } })
      const stop = async () => {
        await server.send('POST', `/changes/${id}/stop`, Change)
      }
      await followChange(server, { id, after, places, stop }, asChangeWatch(server, watch))
      return runNow(server, run.id)
    },
    refuseToBegin: ({ directory }) => refuseWithoutConfiguration(directory),
  }
}

async function runNow(server: ServerConnection, id: number): Promise<Run> {
  return runOf((await server.get(`/runs/${id}`, RunDetails)).run)
}

/** What is told of the change of one workspace is what is told of its run. */
function asChangeWatch(server: ServerConnection, watch: RunWatch): ChangeWatch {
  let status: string | undefined
  let told = Promise.resolve()
  return {
    cancelled: watch.cancelled,
    forced: watch.forced,
    event: (event) => {
      switch (event.event) {
        case 'log':
          return watch.output(event.text)
        case 'progress':
          return watch.progress({ ...event, idKey: undefined, idValue: undefined })
        case 'notice':
          return watch.notice(event.message)
        case 'workspace': {
          if (event.run === undefined || event.runStatus === status) return
          status = event.runStatus
          const { run } = event
          // One after the other, and nothing waits for it.
          told = told.then(async () => watch.changed(await runNow(server, run))).catch(() => {})
          return
        }
        default:
          return
      }
    },
  }
}

function refuseInputs({ inputs }: PlanRequest): void {
  const given = [...Object.keys(inputs.variables), ...inputs.variableFiles]
  if (given.length === 0) return
  throw invalid(`values of a command line stay here: the server does not get ${given.join(', ')}`, {
    next: 'Keep them there: portolan variable set NAME',
  })
}

function noRefresh() {
  return invalid('-refresh-only is not something that a server does', {
    next: 'portolan plan   shows what reality changed together with what is to be done',
  })
}
