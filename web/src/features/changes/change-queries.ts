import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, json, queryClient } from '../../lib/api.ts'
import { live } from '../../lib/live.ts'
import type { ChangeListItem } from '../../lib/types.ts'
import { type LiveChange, liveOf } from './live-change.ts'

export interface ChangesFilter {
  readonly project?: string | undefined
  readonly environment?: string | undefined
  readonly status?: string | undefined
  readonly actor?: string | undefined
  readonly q?: string | undefined
}

/** By which changes are listed; `waiting` for an approval. */
export const listStatuses = ['waiting', 'open', 'done', 'cancelled', 'closed'] as const

interface ChangesPage {
  readonly items: readonly ChangeListItem[]
  readonly next: string | null
}

export function changesQuery({ q, status, ...filter }: ChangesFilter) {
  const known = listStatuses.find((one) => one === status)
  const asked = { ...present({ ...filter, text: q }), ...(known && { status: known }) }
  return infiniteQueryOptions({
    queryKey: ['changes', asked],
    queryFn: async ({ pageParam }): Promise<ChangesPage> =>
      json(api.changes.$get({ query: { ...asked, ...present({ cursor: pageParam }) } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    meta: live,
  })
}

function present<Fields extends Readonly<Record<string, string | undefined>>>(
  fields: Fields,
): { [Name in keyof Fields]?: string } {
  const found: Partial<Record<string, string>> = {}
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) found[name] = value
  return found as { [Name in keyof Fields]?: string }
}

export function changeKey(id: string) {
  return ['change', id] as const
}

/** Read once; from then on its events keep it as it is. */
export function changeQuery(id: string) {
  return queryOptions({
    queryKey: changeKey(id),
    queryFn: async (): Promise<LiveChange> => {
      const before = queryClient.getQueryData<LiveChange>(changeKey(id))
      return liveOf(await json(api.changes[':id'].$get({ param: { id } })), before?.waits)
    },
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  })
}
