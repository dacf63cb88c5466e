import type { Db } from '../platform/db/db.ts'
import type { RunService } from '../runs/index.ts'
import type { Change, ChangeView } from './change.ts'
import type { NewChange } from './new-change.ts'
import type { Orphan } from './orphan.ts'

export interface ExpectedSeconds {
  readonly plan: number | undefined
  readonly apply: number | undefined
}

/** Changes, each with its runs. Every step is one transaction; given a transaction, the service joins it. */
export interface ChangeService {
  /**
   * A change with all its workspaces and one run for each: queued, or closed where it is skipped.
   * @throws AppError `invalid` when it has no workspace
   */
  create(input: NewChange): Promise<ChangeView>
  /** @throws AppError `not_found` */
  get(id: number): Promise<Change>
  /** Everything of it, its workspaces in dependency order. @throws AppError `not_found` */
  view(id: number): Promise<ChangeView>
  /** Newest first; `before` is the id of the last one already seen. */
  list(
    projectId: string,
    page: { readonly before?: number; readonly limit: number },
  ): Promise<Change[]>
  /** The newest change that is open. */
  latestOpen(projectId: string): Promise<Change | undefined>
  /**
   * Cancels what waits at once, and asks what plans or applies to end. The change is cancelled.
   * @throws AppError `conflict` when it is over, or when nobody saw how one of its applies ended
   */
  cancel(id: number, actor: string): Promise<Change>
  /** `done` when every workspace ended applied, unchanged or skipped; otherwise it stays as it is. */
  finishIfDone(id: number): Promise<Change>
  /**
   * Prepares going on with an open or cancelled change: new runs for what failed or was cancelled,
   * and what waits is queued again. `workspaceIds`: only these.
   * @throws AppError `conflict` when it is over, when one of its runs is at work, or when nobody saw
   *   how one ended
   */
  restart(
    id: number,
    request: { readonly actor: string; readonly workspaceIds?: readonly string[] },
  ): Promise<ChangeView>
  /** Recorded workspaces of a project with something in their state that are not among these names. */
  orphans(projectId: string, names: ReadonlySet<string>): Promise<Orphan[]>
  /** How long planning and the operation take, by workspace: medians of the last five. */
  expectedSeconds(
    workspaceIds: readonly string[],
    operation: Change['operation'],
  ): Promise<ReadonlyMap<string, ExpectedSeconds>>
}

/** Cheap: call it with a transaction to join that one. */
export function createChangeService(
  _db: Db,
  _dependencies: { readonly runs: (db: Db) => RunService },
): ChangeService {
  throw new Error('not built yet')
}
