import { queryOptions } from '@tanstack/react-query'
import { api, json } from '../../lib/api.ts'
import { live } from '../../lib/live.ts'
import type { RunDetails, RunEvent, RunStatus } from '../../lib/types.ts'

/** A run with what is needed to decide about it. */
export function runQuery(id: number) {
  return queryOptions({
    queryKey: ['runs', String(id), 'details'],
    queryFn: async (): Promise<RunDetails> =>
      json(api.runs[':id'].$get({ param: { id: String(id) } })),
    meta: live,
  })
}

/** What happened to a run until it stood where it stands, the oldest first. */
export function runEventsQuery(id: number, status: RunStatus) {
  return queryOptions({
    queryKey: ['runs', String(id), 'events', status],
    placeholderData: (before: RunEvent[] | undefined) => before,
    queryFn: async (): Promise<RunEvent[]> =>
      json(api.runs[':id'].events.$get({ param: { id: String(id) } })),
    meta: live,
  })
}
