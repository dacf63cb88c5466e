import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, json, segment } from '../../lib/api.ts'
import { live } from '../../lib/live.ts'
import type {
  Quarantined,
  Resource,
  Run,
  StateDifference,
  StateVersion,
  WorkspaceDetails,
} from '../../lib/types.ts'
import { parseExactJson } from '../plan/exact-json.ts'

/** Which workspace: `network@prod` of a project. */
export interface WorkspacePlace {
  readonly project: string
  readonly workspace: string
}

/** Everything about a workspace begins so: what was done to it makes all of it old. */
export function workspaceKey({ project, workspace }: WorkspacePlace) {
  return ['workspace', project, workspace] as const
}

/** The place in an address. */
export function paramOf({ project, workspace }: WorkspacePlace) {
  return { project: segment(project), workspace: segment(workspace) }
}

const routes = api.projects[':project'].workspaces[':workspace']

export function workspaceQuery(place: WorkspacePlace) {
  return queryOptions({
    queryKey: [...workspaceKey(place), 'details'],
    queryFn: async (): Promise<WorkspaceDetails> => json(routes.$get({ param: paramOf(place) })),
    meta: live,
  })
}

export interface ReadResources {
  readonly version?: number
  readonly hidden?: string
  readonly resources: readonly Resource[]
}

export function resourcesQuery(place: WorkspacePlace) {
  return queryOptions({
    queryKey: [...workspaceKey(place), 'resources'],
    queryFn: async () => exact<ReadResources>(routes.resources.$get({ param: paramOf(place) })),
    structuralSharing: false,
    meta: live,
  })
}

export interface ReadOutputs {
  readonly version?: number
  readonly hidden?: string
  readonly outputs: readonly {
    readonly name: string
    readonly sensitive: boolean
    readonly value?: unknown
  }[]
}

export function outputsQuery(place: WorkspacePlace) {
  return queryOptions({
    queryKey: [...workspaceKey(place), 'outputs'],
    queryFn: async () => exact<ReadOutputs>(routes.outputs.$get({ param: paramOf(place) })),
    structuralSharing: false,
    meta: live,
  })
}

/** An answer with values of states: their numbers keep all their digits. */
async function exact<Body>(answer: Promise<{ text(): Promise<string> }>): Promise<Body> {
  return parseExactJson(await (await answer).text()) as Body
}

interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

export function versionsQuery(place: WorkspacePlace) {
  return infiniteQueryOptions({
    queryKey: [...workspaceKey(place), 'versions'],
    queryFn: async ({ pageParam }): Promise<Page<StateVersion>> =>
      json(routes.versions.$get({ param: paramOf(place), query: cursorOf(pageParam) })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    meta: live,
  })
}

export function runsQuery(place: WorkspacePlace) {
  return infiniteQueryOptions({
    queryKey: [...workspaceKey(place), 'runs'],
    queryFn: async ({ pageParam }): Promise<Page<Run>> =>
      json(routes.runs.$get({ param: paramOf(place), query: cursorOf(pageParam) })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    meta: live,
  })
}

function cursorOf(cursor: string | undefined): { cursor?: string } {
  return cursor === undefined ? {} : { cursor }
}

/** What recorded states differ by: they never change. */
export function differencesQuery(place: WorkspacePlace, versions: { from: number; to: number }) {
  const query = { from: String(versions.from), to: String(versions.to) }
  return queryOptions({
    queryKey: [...workspaceKey(place), 'differences', query],
    queryFn: async () =>
      exact<StateDifference>(routes.differences.$get({ param: paramOf(place), query })),
    structuralSharing: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function quarantineQuery(place: WorkspacePlace) {
  return queryOptions({
    queryKey: [...workspaceKey(place), 'quarantine'],
    queryFn: async (): Promise<readonly Quarantined[]> =>
      json(routes.quarantine.$get({ param: paramOf(place) })),
    meta: live,
  })
}
