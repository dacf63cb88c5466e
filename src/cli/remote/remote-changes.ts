import { z } from 'zod'
import { Change, ChangeListItem, ChangeView } from '../../api/changes/schema.ts'
import type { Changes, ListedChange } from '../services/services.ts'
import { changeOf, viewOf } from './from-json.ts'
import type { ServerConnection } from './server-connection.ts'

const LARGEST_PAGE = 200

const Page = z.object({ items: z.array(ChangeListItem), next: z.string().nullable() })

/** The changes of a server; its projects are known by their names. */
export function remoteChanges(server: ServerConnection): Changes {
  const list = async (
    project: string,
    { limit, ...filter }: { readonly limit: number; readonly status?: 'open' },
  ): Promise<ListedChange[]> => {
    const found: ListedChange[] = []
    for (let cursor: string | undefined; ; ) {
      const size = Math.min(limit - found.length, LARGEST_PAGE)
      const page = await server.get('/changes', Page, { ...filter, project, limit: size, cursor })
      found.push(...page.items.map((one) => ({ change: changeOf(one), counts: one.counts })))
      if (page.next === null || found.length >= limit) return found
      cursor = page.next
    }
  }
  return {
    list,
    view: async (id) => viewOf(await server.get(`/changes/${id}`, ChangeView)),
    latestOpen: async (project) => {
      const [latest] = await list(project, { limit: 1, status: 'open' })
      return latest?.change
    },
    cancel: async (id) => changeOf(await server.send('POST', `/changes/${id}/cancel`, Change)),
  }
}
