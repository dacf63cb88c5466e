import { queryOptions } from '@tanstack/react-query'
import { api, json } from '../../lib/api.ts'
import { live } from '../../lib/live.ts'
import type { InboxItem, ProjectOverview } from '../../lib/types.ts'

export function overviewQuery(project: string | undefined) {
  return queryOptions({
    queryKey: ['overview', project],
    queryFn: async (): Promise<readonly ProjectOverview[]> => {
      const query = project === undefined ? {} : { project }
      return (await json(api.overview.$get({ query }))).projects
    },
    meta: live,
  })
}

export const inboxQuery = queryOptions({
  queryKey: ['inbox'],
  queryFn: async (): Promise<readonly InboxItem[]> => (await json(api.inbox.$get())).items,
  meta: live,
})
