import { Change, ChangeView } from '../../api/changes/schema.ts'
import type { PlanChangeRequest } from '../../app/changes/change-requests.ts'
import type { ChangeWatch } from '../../app/changes/change-watch.ts'
import type { ChangeView as View } from '../../changes/index.ts'
import type { Terminal } from '../terminal.ts'
import { followChange, type Places } from './follow-change.ts'
import { viewOf } from './from-json.ts'
import type { RemoteProjects } from './remote-projects.ts'
import { type SentCommit, sendCommit } from './send-commit.ts'
import type { ServerConnection } from './server-connection.ts'

export interface WorkDeps {
  readonly server: ServerConnection
  readonly projects: RemoteProjects
  readonly terminal: Terminal
  readonly places: Places
  readonly env: Readonly<Record<string, string>>
}

/** What is to be planned, beside where. */
type Planned = Omit<PlanChangeRequest, 'manifest' | 'guards'>

/** Makes a change of the working tree as it is, and follows until it is planned. */
export async function planChange(
  { server, projects, terminal, places, env }: WorkDeps,
  request: Planned,
  watch: ChangeWatch,
): Promise<View> {
  const { location } = request
  const project = await projects.demand(location)
  const sent = await sendCommit(server, { project, location, env })
  terminal.note(...leftLines(sent))
  const { ref, branch, dirty } = sent
  const { id } = await server.send('POST', '/changes', Change, {
    body: {
      project,
      ref,
      branch,
      dirty,
      operation: request.operation,
      workspaces: Object.fromEntries(request.workspaces),
      selection: request.selection,
      reason: request.reason,
      set: request.set,
      force: request.force,
      options: request.runs ?? {},
      parallel: request.parallel,
      failFast: request.failFast,
    },
  })
  const stop = async () => {
    await server.send('POST', `/changes/${id}/cancel`, Change)
  }
  await followChange(server, { id, after: 0, places, stop }, watch)
  return viewNow(server, id)
}

const SHOWN = 5

function leftLines({ left }: SentCommit): string[] {
  if (left.length === 0) return []
  const more = left.length > SHOWN ? ` and ${left.length - SHOWN} more` : ''
  return [
    `Git ignores ${left.slice(0, SHOWN).join(', ')}${more}: the server plans without what is written there.`,
  ]
}

export async function viewNow(server: ServerConnection, id: number): Promise<View> {
  return viewOf(await server.get(`/changes/${id}`, ChangeView))
}
