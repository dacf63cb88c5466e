import { z } from 'zod'
import { Log, RunDetails, RunEvent, Run as RunJson } from '../../api/runs/schema.ts'
import { RunList } from '../../api/workspaces/schema.ts'
import { conflict } from '../../platform/errors.ts'
import { isFinal, type LogLine, type Run, runName } from '../../runs/index.ts'
import type { Runs } from '../services/services.ts'
import { runOf } from './from-json.ts'
import type { KnownWorkspaces } from './known-workspaces.ts'
import type { ServerConnection } from './server-connection.ts'

const LARGEST_PAGE = 200

/** The runs of a server. */
export function remoteRuns(server: ServerConnection, known: KnownWorkspaces): Runs {
  const seen = (json: z.output<typeof RunJson>): Run => {
    const { workspaceId: id, project, component, environment } = json
    known.remember({ id, project, component, environment })
    return runOf(json)
  }
  const details = (id: number) => server.get(`/runs/${id}`, RunDetails)
  const list: Runs['list'] = async (workspaceId, { before, limit }) => {
    const found: Run[] = []
    for (let cursor = before?.toString(); ; ) {
      const size = Math.min(limit - found.length, LARGEST_PAGE)
      const query = { limit: size, cursor }
      const page = await server.get(`${known.pathOf(workspaceId)}/runs`, RunList, query)
      found.push(...page.items.map(seen))
      if (page.next === null || found.length >= limit) return found
      cursor = page.next
    }
  }
  return {
    list,
    get: async (id) => seen((await details(id)).run),
    live: async (workspaceId) => {
      const newest = await list(workspaceId, { limit: LARGEST_PAGE })
      return newest.filter(({ status }) => !isFinal(status)).reverse()
    },
    plan: async (id) => {
      const { digest } = await details(id)
      return digest === undefined ? undefined : { digest }
    },
    logs: (id, after) => logsOf(server, id, after),
    events: async (id, after) => {
      const events = await server.get(`/runs/${id}/events`, z.array(RunEvent))
      return events
        .filter(({ seq }) => seq > after)
        .map((event) => ({ ...event, at: new Date(event.at) }))
    },
    approve: async (id, { digest, overrideReason }) =>
      seen(
        await server.send('POST', `/runs/${id}/approve`, RunJson, {
          body: { digest, override: overrideReason },
        }),
      ),
    cancel: async (id) => seen(await server.send('POST', `/runs/${id}/cancel`, RunJson)),
    recover: async (id, { state, reason }) => {
      if (Buffer.isBuffer(state)) throw notTheirs(id)
      const body = { state, reason }
      return seen(await server.send('POST', `/runs/${id}/recover`, RunJson, { body }))
    },
    expectedSeconds: async (workspaceId) => {
      const [newest] = await list(workspaceId, { limit: 1 })
      return newest && (await details(newest.id)).expectedSeconds.apply
    },
  }
}

function notTheirs(id: number) {
  return conflict(`what lies on this machine is not of ${runName(id)}, which is the server's`, {
    next: 'Move errored.tfstate away and recover it again; or record it: portolan state push FILE --reason "…"',
  })
}

async function logsOf(server: ServerConnection, id: number, after: number): Promise<LogLine[]> {
  const lines: LogLine[] = []
  for (let seen = after; ; ) {
    const { pieces, ended } = await server.get(`/runs/${id}/log`, Log, { after: seen })
    lines.push(...pieces.map((piece) => ({ ...piece, at: new Date(piece.at) })))
    seen = pieces.at(-1)?.seq ?? seen
    if (ended || pieces.length === 0) return lines
  }
}
