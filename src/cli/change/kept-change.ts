import { type ChangeView, changeName } from '../../changes/index.ts'
import { invalid, notFound } from '../../platform/errors.ts'
import type { Call } from '../call.ts'
import {
  type ChangePlace,
  openManifest,
  type RepositoryPlace,
  withChangePlace,
  withRepository,
} from './change-place.ts'

/**
 * Runs work on a change of the call's repository and its manifest; without an id on the latest that is
 * open.
 * @throws AppError `not_found` when there is none
 */
export async function withKeptChange<T>(
  call: Call<object>,
  id: number | undefined,
  work: (place: ChangePlace, view: ChangeView) => Promise<T>,
): Promise<T> {
  return withChangePlace(call, await openManifest(call), async (place) =>
    work(place, await keptChange(place, id)),
  )
}

/**
 * The same for what only looks at a change, or ends it: no manifest is in the way.
 * @throws AppError `not_found` when there is none
 */
export async function withRecordedChange<T>(
  call: Call<object>,
  id: number,
  work: (place: RepositoryPlace, view: ChangeView) => Promise<T>,
): Promise<T> {
  return withRepository(call, async (place) => work(place, await keptChange(place, id)))
}

async function keptChange(
  { services, location }: RepositoryPlace,
  id: number | undefined,
): Promise<ChangeView> {
  const { changes, projects, work } = services
  await work.endDeadRuns()
  const project = await projects.findProjectId(location)
  if (id === undefined) {
    const latest = project === undefined ? undefined : await changes.latestOpen(project)
    if (latest !== undefined) return changes.view(latest.id)
    throw notFound(`${location.project} has no change that is open`, {
      next: 'portolan plan   makes one; portolan history   lists those that are over',
    })
  }
  const view = await changes.view(id)
  if (view.change.projectId === project) return view
  throw notFound(`${changeName(id)} belongs to another repository`, {
    next: `Go there: cd ${view.change.source.root}`,
  })
}

/**
 * The names of environments that were asked for, if the change has them.
 * @throws AppError `invalid`
 */
export function environmentsIn(
  view: ChangeView,
  asked: readonly string[] | undefined,
): readonly string[] | undefined {
  const all = view.environments.map((one) => one.name)
  const unknown = asked?.find((name) => !all.includes(name))
  if (unknown === undefined) return asked
  throw invalid(`${changeName(view.change.id)} has nothing in ${JSON.stringify(unknown)}`, {
    next: `It has: ${all.join(', ')}.`,
  })
}
