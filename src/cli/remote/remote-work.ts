import { ApprovedWorkspaces, Change, ChangeView } from '../../api/changes/schema.ts'
import { changeName } from '../../changes/index.ts'
import { conflict } from '../../platform/errors.ts'
import { type Run, runName } from '../../runs/index.ts'
import type { Work } from '../services/services.ts'
import { followChange } from './follow-change.ts'
import { planChange, viewNow, type WorkDeps } from './plan-on-server.ts'
import { remoteModule } from './remote-module.ts'
import type { ServerConnection } from './server-connection.ts'

/** What is said while a server is at work. */
const cancelSentences = [
  'Cancelling: the server finishes what it has begun, and starts nothing new. This can take a while.',
  'The server goes on by itself; nobody watches it here any more.',
] as const

/** What a server does, watched from here. */
export function remoteWork(deps: WorkDeps): Work {
  const { server, projects, places } = deps
  return {
    ...remoteModule(deps),
    planChange: (request, watch) => planChange(deps, request, watch),
    applyChange: async (request, watch) => {
      const { changeId: id, environments, approve, override, retry, parallel, failFast } = request
      const { lastEvent: after } = await server.get(`/changes/${id}`, ChangeView)
      await server.send('POST', `/changes/${id}/apply`, Change, {
        body: { environments, approve, override, retry, parallel, failFast },
      })
      // It stays open, to be resumed.
      const stop = async () => {
        await server.send('POST', `/changes/${id}/stop`, Change)
      }
      await followChange(server, { id, after, places, stop }, watch)
      return viewNow(server, id)
    },
    approveChange: async ({ changeId: id, environments, workspaces, override }) => {
      const { approved } = await server.send('POST', `/changes/${id}/approve`, ApprovedWorkspaces, {
        body: { environments, workspaces, override },
      })
      return { view: await viewNow(server, id), approved }
    },
    // The server knows where: here it is but said which of its workspaces it is.
    locationOf: async ({ id }, { workspace, here }) => {
      if (workspace.project === (await projects.projectOf(here))) {
        const { component, environment } = workspace
        return { ...here, component, environment }
      }
      throw conflict(`${runName(id)} belongs to another repository (${workspace.project})`, {
        next: 'Go to a directory of that one.',
      })
    },
    refuseMember: (run) => refuseMember(server, run),
    // The server sees to its own runners.
    endDeadRuns: async () => undefined,
    cancelSentences: { run: cancelSentences, change: cancelSentences },
  }
}

/** A change of one workspace alone is what its run is. */
async function refuseMember(server: ServerConnection, { id, changeId }: Run): Promise<void> {
  if (changeId === undefined) return
  if ((await viewNow(server, changeId)).nodes.length === 1) return
  const name = changeName(changeId)
  throw conflict(`${runName(id)} is part of ${name}, and is applied with it`, {
    next: `portolan apply ${name}`,
  })
}
