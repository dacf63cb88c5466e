import { type Manifest, type PullRequestRules, usualRules } from '../../manifest/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { ProjectRecord } from '../../projects/index.ts'
import type { Planned } from '../../pull-requests/index.ts'
import { openAt } from '../changes/committed-platform.ts'
import type { Context } from '../context.ts'
import { guardChanges } from './guard-changes.ts'

/** The manifest of a commit; one that cannot be read says nothing: that is told where something is planned. */
export async function manifestAt(
  context: Pick<Context, 'config' | 'dataDirectory'>,
  project: Pick<ProjectRecord, 'id'>,
  commit: string | undefined,
): Promise<Manifest | undefined> {
  if (commit === undefined) return undefined
  try {
    return (await openAt(context, project, commit)).manifest
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid') return undefined
    throw error
  }
}

/** What a pull request changes of what must hold before anything is applied; undefined: nothing is planned. */
export async function guardsChangedBy(
  context: Pick<Context, 'config' | 'dataDirectory'>,
  project: Pick<ProjectRecord, 'id'>,
  planned: Pick<Planned, 'base' | 'commit'> | undefined,
): Promise<readonly string[]> {
  const base = await manifestAt(context, project, planned?.base)
  const head = await manifestAt(context, project, planned?.commit)
  return base === undefined || head === undefined ? [] : guardChanges(base, head)
}

/** Whether a base asks for something else than an earlier one of what must hold before an apply. */
export async function asksOtherwise(
  context: Pick<Context, 'config' | 'dataDirectory'>,
  project: Pick<ProjectRecord, 'id'>,
  { before, now }: { readonly before: string; readonly now: string },
): Promise<boolean> {
  if (before === now) return false
  const then = await manifestAt(context, project, before)
  const present = await manifestAt(context, project, now)
  if (then === undefined || present === undefined) return true
  // An environment that is new there may be in the pull request already, and as it likes.
  return guardChanges(then, present).length > 0 || guardChanges(present, then).length > 0
}

/** How pull requests into a base are handled. */
export async function baseRules(
  context: Pick<Context, 'config' | 'dataDirectory'>,
  project: Pick<ProjectRecord, 'id'>,
  commit: string | undefined,
): Promise<PullRequestRules> {
  return (await manifestAt(context, project, commit))?.pullRequests ?? usualRules
}
