import { type Place, type Principal, permits, placesOf } from '../../access/index.ts'
import { waitsOf } from '../../app/pull-requests/waits.ts'
import {
  createWorkService,
  type ListedChange,
  listChanges,
  listOpenPlans,
} from '../../changes/index.ts'
import type { ForgeKind } from '../../forges/index.ts'
import type { PullRequest, VerdictChange } from '../../pull-requests/index.ts'
import type { ContextOf } from '../context-of.ts'

type Deps = ContextOf<'db' | 'runs' | 'projects' | 'forges'>

/** A change of a pull request, with what the verdict is made of. */
export interface KnownChange {
  readonly listed: ListedChange
  readonly verdict: VerdictChange
}

export interface KnownProject {
  readonly name: string
  readonly forge: ForgeKind
  /** Who asks may read every environment of it. */
  readonly isReadWhole: boolean
}

/** What goes beyond the record of pull requests, as a principal may see it. */
export interface Surroundings {
  /** By id. */
  readonly projects: ReadonlyMap<string, KnownProject>
  /** By id; what is closed to who asks is not there. */
  readonly changes: ReadonlyMap<number, KnownChange>
}

/** Of many at once. */
export async function surroundingsOf(
  deps: Deps,
  principal: Principal,
  pullRequests: readonly PullRequest[],
): Promise<Surroundings> {
  const ids = pullRequests.flatMap(({ planned }) => planned?.changeId ?? [])
  return {
    projects: await projectsOf(deps, principal, pullRequests),
    changes: await changesOf(deps, principal, ids),
  }
}

async function projectsOf(
  { context }: Deps,
  principal: Principal,
  pullRequests: readonly PullRequest[],
): Promise<ReadonlyMap<string, KnownProject>> {
  const ids = new Set(pullRequests.map(({ projectId }) => projectId))
  const known = await Promise.all(
    [...ids].map(async (id) => {
      const { name } = await context.projects.project(id)
      const { kind: forge } = await context.forges.setUp(id)
      const isReadWhole = permits(principal, 'read', { project: name })
      return [id, { name, forge, isReadWhole }] as const
    }),
  )
  return new Map(known)
}

async function changesOf(
  { context }: Deps,
  principal: Principal,
  ids: readonly number[],
): Promise<ReadonlyMap<number, KnownChange>> {
  if (ids.length === 0) return new Map()
  const { db } = context
  const places = placesOf(principal, 'read')
  const listed = await listChanges(db, { places, ids, limit: ids.length })
  const working = await createWorkService(db).of(ids)
  const plans = (await listOpenPlans(db, ids)).filter((place: Place) =>
    permits(principal, 'read', place),
  )
  const waiting = await waitsOf(context, plans)
  return new Map(
    listed.map((one) => {
      const { id, status, closedBecause } = one.change
      const waits = waiting.get(id) ?? []
      const facts = {
        status,
        closedBecause,
        working: working.get(id),
        counts: one.counts,
        waits,
      }
      return [id, { listed: one, verdict: facts }]
    }),
  )
}
