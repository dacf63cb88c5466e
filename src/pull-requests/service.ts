import { sql } from 'kysely'
import { type Db, inTransaction } from '../platform/db/db.ts'
import { signal } from '../platform/db/signals.ts'
import { notFound } from '../platform/errors.ts'
import * as commandStore from './command-store.ts'
import type { HeldLook, PullRequestPlace } from './look-store.ts'
import * as lookStore from './look-store.ts'
import type { PullRequest, ReceivedCommand } from './pull-request.ts'
import * as store from './pull-request-store.ts'

/** What is signalled when there is a pull request to look at. */
export const LOOK = 'look'

/** Pull requests as they were seen, and what has to be done about them. Joins a transaction. */
export interface PullRequestService {
  /** @throws AppError `not_found` */
  get(projectId: string, number: number): Promise<PullRequest>
  find(projectId: string, number: number): Promise<PullRequest | undefined>
  /** Newest first. */
  list(filter: store.PullRequestFilter): Promise<PullRequest[]>
  /** Those that ended after a moment; those whose change can still be applied, for a week. */
  listEnded(projectId: string, since: Date): Promise<PullRequest[]>
  /** Has somebody look at a pull request soon: at its host, its branches, its commands. */
  requestLook(places: readonly PullRequestPlace[]): Promise<void>
  /** The same, by their records. */
  requestLookOf(ids: readonly number[]): Promise<void>
  /** Has the pull request of a change looked at; when it was applied, those too whose plans rest on the same states. */
  requestLookAfter(changeId: number, work: { readonly isApplied: boolean }): Promise<void>
  /** Takes a comment that may be a command, and has it looked at. Once: false when it is known. */
  receive(command: commandStore.NewCommand): Promise<boolean>
  /** The newest commands, the newest last. */
  commands(place: PullRequestPlace, limit?: number): Promise<ReceivedCommand[]>
  /** Lets a head be planned although it is a draft's or a fork's. */
  permit(id: number, permitted: { readonly commit: string; readonly by: string }): Promise<void>

  /** For those who look. */
  readonly looks: {
    claimNext(owner: string): Promise<HeldLook | undefined>
    renew(look: HeldLook): Promise<boolean>
    finish(look: HeldLook): Promise<void>
    postpone(
      look: HeldLook,
      how: { readonly seconds: number; readonly failed: boolean },
    ): Promise<void>
    owners(): Promise<string[]>
    abandon(owner: string): Promise<void>
  }
  saveSeen(projectId: string, seen: store.SeenPullRequest): Promise<PullRequest>
  savePlanned(id: number, outcome: store.PlanOutcome): Promise<void>
  /** Why it was not merged although everything is applied; undefined: nothing is in the way. */
  saveMergeProblem(id: number, problem: string | undefined): Promise<void>
  /** Has what is applied by merging asked for; false when it was before. */
  takeMerge(id: number): Promise<boolean>
  openCommands(place: PullRequestPlace): Promise<ReceivedCommand[]>
  /** Takes a command to be done; false when somebody did that before. */
  begin(id: number, command: string | undefined): Promise<boolean>
  answer(id: number, answer: commandStore.CommandAnswer): Promise<void>
  /** It was no command after all. */
  forget(id: number): Promise<void>
  /** Its host does not have it; if it ever does, it is taken as a new one. */
  remove(id: number): Promise<void>
  /** When the newest comment that is known of was made: the poll asks for what came since. */
  newestCommentAt(projectId: string): Promise<Date | undefined>
  /** Pull requests of whose change more was told than their host knows. */
  moved(): Promise<{ readonly pullRequest: PullRequest; readonly event: number }[]>
  /** Records what the host is told; false when the pull request has another change by now. */
  saveTold(id: number, told: store.Told): Promise<boolean>
  /** What was planned of it says nothing any more: the next look has it planned anew. */
  forgetPlanned(id: number): Promise<void>
  readonly mergeGroups: {
    record(group: MergeGroup): Promise<void>
    open(place: PullRequestPlace): Promise<MergeGroup[]>
    answered(group: Pick<MergeGroup, 'projectId' | 'commit'>): Promise<void>
  }
}

/** A commit that a merge queue would like to make the head of a branch. */
export interface MergeGroup extends PullRequestPlace {
  readonly commit: string
}

/** Cheap: call it with a transaction to join that one. */
export function createPullRequestService(db: Db): PullRequestService {
  return {
    get: async (projectId, number) => {
      const found = await store.find(db, projectId, number)
      if (found !== undefined) return found
      throw notFound(`there is no pull request #${number} that this server knows`, {
        next: 'It may have been opened just now: try again in a moment.',
      })
    },
    find: (projectId, number) => store.find(db, projectId, number),
    list: (filter) => store.list(db, filter),
    listEnded: (projectId, since) => store.listEnded(db, projectId, since),
    requestLook: (places) => inTransaction(db, (tx) => requestLook(tx, places)),
    requestLookOf: (ids) =>
      inTransaction(db, async (tx) => requestLook(tx, await store.placesOf(tx, ids))),
    requestLookAfter: (changeId, { isApplied }) =>
      inTransaction(db, async (tx) => {
        const own = await store.placesOfChange(tx, changeId)
        const others = isApplied ? await store.listTouchedBy(tx, changeId) : []
        await requestLook(tx, [...own, ...others])
      }),
    receive: (command) =>
      inTransaction(db, async (tx) => {
        if (!(await commandStore.insert(tx, command))) return false
        await requestLook(tx, [command])
        return true
      }),
    commands: (place, limit = 50) => commandStore.listRecent(db, place, limit),
    permit: (id, permitted) => store.permit(db, id, permitted),
    looks: {
      claimNext: (owner) => lookStore.claimNext(db, owner),
      renew: (look) => lookStore.renew(db, look),
      finish: (look) => inTransaction(db, (tx) => lookStore.finish(tx, look)),
      postpone: (look, how) => inTransaction(db, (tx) => lookStore.postpone(tx, look, how)),
      owners: () => lookStore.owners(db),
      abandon: (owner) => lookStore.abandon(db, owner),
    },
    saveSeen: (projectId, seen) => store.saveSeen(db, projectId, seen),
    savePlanned: (id, outcome) => store.savePlanned(db, id, outcome),
    saveMergeProblem: (id, problem) => store.saveMergeProblem(db, id, problem),
    takeMerge: (id) => store.takeMerge(db, id),
    openCommands: (place) => commandStore.listOpen(db, place),
    begin: (id, command) => commandStore.begin(db, id, command),
    answer: (id, given) => commandStore.answer(db, id, given),
    forget: (id) => commandStore.forget(db, id),
    remove: (id) => commandStore.remove(db, id),
    newestCommentAt: (projectId) => commandStore.newestAt(db, projectId),
    moved: () => store.listMoved(db),
    saveTold: (id, told) => store.saveTold(db, id, told),
    forgetPlanned: (id) => store.forgetPlanned(db, id),
    mergeGroups: {
      record: (group) => recordGroup(db, group),
      open: (place) => openGroups(db, place),
      answered: (group) => answerGroup(db, group),
    },
  }
}

async function requestLook(tx: Db, places: readonly PullRequestPlace[]): Promise<void> {
  if (places.length === 0) return
  await lookStore.request(tx, places)
  await signal(tx, LOOK)
}

async function recordGroup(db: Db, { projectId, number, commit }: MergeGroup): Promise<void> {
  await db
    .insertInto('merge_groups')
    .values({
      project_id: projectId,
      number,
      commit,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function openGroups(db: Db, { projectId, number }: PullRequestPlace): Promise<MergeGroup[]> {
  const rows = await db
    .selectFrom('merge_groups')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('number', '=', number)
    .where('answered_at', 'is', null)
    .execute()
  return rows.map((row) => ({
    projectId,
    number,
    commit: row.commit,
  }))
}

async function answerGroup(
  db: Db,
  { projectId, commit }: Pick<MergeGroup, 'projectId' | 'commit'>,
): Promise<void> {
  await db
    .updateTable('merge_groups')
    .set({ answered_at: sql<Date>`clock_timestamp()` })
    .where('project_id', '=', projectId)
    .where('commit', '=', commit)
    .execute()
}
