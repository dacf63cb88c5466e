import { z } from 'zod'
import {
  type ChangeView,
  changeName,
  createReservationService,
  createWorkService,
} from '../../changes/index.ts'
import type { Forge } from '../../forges/index.ts'
import {
  buildGraph,
  isForBranch,
  type Manifest,
  type PullRequestRules,
  select,
} from '../../manifest/index.ts'
import { inTransaction } from '../../platform/db/db.ts'
import { AppError } from '../../platform/errors.ts'
import { mergeCommits, type ProjectView } from '../../projects/index.ts'
import {
  createPullRequestService,
  type Planned,
  type Problem,
  type PullRequest,
  pullRequestName,
} from '../../pull-requests/index.ts'
import type { RunOptions } from '../../runs/index.ts'
import { platformOf } from '../changes/change-platform.ts'
import {
  type CommittedPlatform,
  mirrorPlaces,
  openCommitted,
} from '../changes/committed-platform.ts'
import { createChange } from '../changes/create-change.ts'
import { defineMembers } from '../changes/defined-members.ts'
import { selectAffected } from '../changes/select-committed.ts'
import type { Context } from '../context.ts'
import { asksOtherwise } from './base-rules.ts'
import type { Tips } from './bring-commits.ts'
import { demandOfHost } from './host-requirements.ts'

/** The head of a pull request as it is to be planned. */
export interface HeadToPlan {
  readonly project: ProjectView
  readonly pullRequest: PullRequest
  readonly tips: Tips
  readonly forge: Forge
  readonly rules: PullRequestRules
  /** Who the change is of. */
  readonly actor: string
  /** Somebody asked for it: it is planned again, whatever is there. */
  readonly wish: PlanWish | undefined
}

/** What somebody wants to be planned, beyond what is affected. */
export interface PlanWish {
  /** As it was said: `plan -c db`. */
  readonly text: string
  /** Nothing but what is affected is wished. */
  readonly isWhole: boolean
  /** Workspaces of the manifest; none: what is affected alone. @throws AppError for what is not there */
  select(manifest: Manifest): readonly string[]
  readonly withDependencies: boolean
  /** Given: nothing but what was selected is planned. */
  readonly runs:
    | Partial<Pick<RunOptions, 'targets' | 'replace' | 'refresh' | 'imports'>>
    | undefined
  readonly operation: 'apply' | 'destroy'
}

export type PlannedHead =
  | { readonly kind: 'planned'; readonly planned: Planned; readonly isNew: boolean }
  | { readonly kind: 'problem'; readonly problem: Problem }
  /** What was planned before is being applied: it is not disturbed. */
  | { readonly kind: 'busy'; readonly changeId: number }

/**
 * Has the head of a pull request planned as it would be once it is merged, unless what was planned
 * before still says the same. What was planned before and differs is over.
 * @throws AppError for what somebody wishes in vain, and `unavailable`
 */
export async function planHead(context: Context, head: HeadToPlan): Promise<PlannedHead> {
  const { project, pullRequest, tips, wish } = head
  const { planned } = pullRequest
  const isPlanned = planned?.head === tips.head && planned.base === tips.base
  const busy = await applyingChange(context, pullRequest)
  if (busy !== undefined && planned !== undefined && isPlanned && wish === undefined) {
    return { kind: 'planned', planned, isNew: false }
  }
  if (busy !== undefined) return { kind: 'busy', changeId: busy }
  try {
    const merged = await mergeCommits(mirrorPlaces(context), project.id, tips)
    if (merged.conflicts !== undefined) {
      return { kind: 'problem', problem: conflicting(pullRequest, merged.conflicts) }
    }
    const { commit } = merged
    const committed = await openCommitted(context, {
      projectId: project.id,
      commit,
      branch: pullRequest.headBranch,
      dirty: false,
      actor: head.actor,
      guards: tips.base,
    })
    const workspaces = await selectWorkspaces(context, head, committed)
    await demandOfHost({
      forge: head.forge,
      pullRequest,
      phase: 'plan',
      components: componentsOf(committed.manifest, workspaces),
      base: committed.guards,
      head: committed.manifest,
    })
    const before = await viewOf(context, pullRequest)
    if (
      wish === undefined &&
      (await saysTheSame(context, { before, committed, workspaces, head }))
    ) {
      return keep(context, head, { commit, before })
    }
    return await planAnew(context, head, { commit, committed, workspaces })
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'unavailable') throw error
    // What somebody wished in vain is theirs to hear: what was planned without them stays.
    if (wish !== undefined) throw error
    return { kind: 'problem', problem: problemOf(error) }
  }
}

function componentsOf(
  manifest: Manifest,
  workspaces: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const { nodes } = buildGraph(manifest)
  return [...workspaces.keys()].flatMap((name) => nodes.get(name)?.component ?? [])
}

/** The change of the pull request that a server applies at the moment. */
async function applyingChange(
  context: Context,
  { planned }: PullRequest,
): Promise<number | undefined> {
  if (planned?.changeId === undefined) return undefined
  const works = await createWorkService(context.db).of([planned.changeId])
  return works.get(planned.changeId) === 'apply' ? planned.changeId : undefined
}

function viewOf(context: Context, { planned }: PullRequest): Promise<ChangeView | undefined> {
  if (planned?.changeId === undefined) return Promise.resolve(undefined)
  return context.changes.view(planned.changeId)
}

async function selectWorkspaces(
  context: Context,
  { project, pullRequest, tips, wish }: HeadToPlan,
  committed: CommittedPlatform,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const affected = await selectAffected(context, project.id, { committed, from: tips.base })
  const names = wish?.select(committed.manifest) ?? []
  const isAlone = wish?.runs !== undefined || wish?.operation === 'destroy'
  const graph = buildGraph(committed.manifest)
  const isMeant = (name: string) => {
    const component = committed.manifest.components.get(graph.nodes.get(name)?.component ?? '')
    return component === undefined || isForBranch(component, pullRequest.baseBranch)
  }
  const all = new Map(isAlone ? [] : [...affected].filter(([name]) => isMeant(name)))
  for (const name of names) if (!all.has(name)) all.set(name, affected.get(name) ?? ['selected'])
  if (wish?.withDependencies !== true || all.size === 0) return all
  const { because } = select(graph, {
    names: [...all.keys()],
    withDependencies: true,
  })
  return new Map([...because].map(([name, reasons]) => [name, all.get(name) ?? reasons]))
}

interface Comparison {
  readonly before: ChangeView | undefined
  readonly committed: CommittedPlatform
  readonly workspaces: ReadonlyMap<string, readonly string[]>
  readonly head: HeadToPlan
}

/** Whether what was planned before is what would be planned now, from the states that are there now. */
async function saysTheSame(context: Context, comparison: Comparison): Promise<boolean> {
  const { before, committed, workspaces, head } = comparison
  const { planned } = head.pullRequest
  if (planned === undefined) return false
  if (before === undefined) return workspaces.size === 0
  const { status, operation } = before.change
  const isOfThisHead = planned.head === head.tips.head
  // What somebody wished of this head stays until it is something else, or they wish otherwise.
  const isWished = isOfThisHead && before.change.options.selection !== selectionOf(head)
  if (operation !== 'apply' && !isWished) return false
  // Who discarded it has seen this head.
  if (status === 'cancelled') return isOfThisHead
  if (status === 'closed') return false
  const bases = { before: planned.base, now: head.tips.base }
  if (await asksOtherwise(context, head.project, bases)) return false
  if (!(await isFresh(context, before))) return false
  const names = isWished ? before.nodes.map(({ name }) => name) : [...workspaces.keys()]
  return isMadeOfTheSame(context, { before, committed, names })
}

/** What is recorded as selected: what the pull request affects, or also what somebody wished. */
function selectionOf({ pullRequest, wish }: Pick<HeadToPlan, 'pullRequest' | 'wish'>): string {
  const name = pullRequestName(pullRequest)
  return wish === undefined || wish.isWhole ? name : `${name}: ${wish.text}`
}

/** No plan that waits was made from a state that is not current any more. */
async function isFresh({ runs, state }: Context, { nodes }: ChangeView): Promise<boolean> {
  for (const { run, result, workspaceId } of nodes) {
    if (run?.status === 'closed' && result !== 'skipped') return false
    if (run?.status !== 'planned') continue
    const plan = await runs.planHead(run.id)
    if (plan === undefined || plan.provisional) continue
    const now = await state.current(workspaceId)
    const then = plan.facts.state
    if (then?.lineage !== now?.lineage || then?.serial !== now?.serial) return false
  }
  return true
}

/** Whether the workspaces of a change, and no others, have the same digests in another commit. */
export async function isMadeOfTheSame(
  context: Context,
  {
    before,
    committed,
    names,
  }: {
    readonly before: ChangeView
    readonly committed: CommittedPlatform
    readonly names: readonly string[]
  },
): Promise<boolean> {
  const nodes = new Map(before.nodes.map((node) => [node.name, node]))
  if (nodes.size !== names.length || !names.every((name) => nodes.has(name))) return false
  const graph = buildGraph(committed.manifest)
  const members = names.flatMap((name) => graph.nodes.get(name) ?? [])
  if (members.length !== names.length) return false
  const platform = await platformOf(context.config, committed, before.change.options.set)
  const defined = await defineMembers(context.config, platform, members)
  return defined.every(({ member, definition, sourceDigest }) => {
    const node = nodes.get(member.name)
    return node?.sourceDigest === sourceDigest && node.definitionDigest === definition.digest
  })
}

async function keep(
  context: Context,
  { pullRequest, tips }: HeadToPlan,
  { commit, before }: { readonly commit: string; readonly before: ChangeView | undefined },
): Promise<PlannedHead> {
  const changeId = before?.change.id
  const planned = { ...tips, commit, changeId }
  const isKnown =
    pullRequest.planned?.head === tips.head &&
    pullRequest.planned.base === tips.base &&
    pullRequest.problem === undefined
  if (!isKnown) {
    if (changeId !== undefined) await context.changes.moveHead(changeId, tips)
    await context.pullRequests.savePlanned(pullRequest.id, { planned })
  }
  return { kind: 'planned', planned, isNew: false }
}

interface Anew {
  readonly commit: string
  readonly committed: CommittedPlatform
  readonly workspaces: ReadonlyMap<string, readonly string[]>
}

async function planAnew(
  context: Context,
  head: HeadToPlan,
  { commit, committed, workspaces }: Anew,
): Promise<PlannedHead> {
  const { pullRequest, tips, actor, wish } = head
  const name = pullRequestName(pullRequest)
  if (workspaces.size === 0) {
    const planned = { ...tips, commit, changeId: undefined }
    await context.pullRequests.savePlanned(pullRequest.id, { planned })
    await endOthers(context, head, { because: `nothing is affected by ${name} any more` })
    return { kind: 'planned', planned, isNew: true }
  }
  const failFast = head.rules.failFast === true
  const platform = await platformOf(context.config, committed, {})
  const request = {
    ...committed,
    operation: wish?.operation ?? 'apply',
    workspaces,
    selection: selectionOf(head),
    reason: pullRequest.title,
    set: {},
    force: false,
    runs: wish?.runs ?? {},
    parallel: undefined,
    failFast,
    pullRequest: { id: pullRequest.id, number: pullRequest.number, ...tips },
    untrusted: pullRequest.isFork,
  }
  const { view } = await createChange(context, request, platform)
  const changeId = view.change.id
  const planned = { ...tips, commit, changeId }
  // Both or neither: a change that nobody plans would wait for ever.
  await inTransaction(context.db, async (tx) => {
    await createPullRequestService(tx).savePlanned(pullRequest.id, { planned })
    await createWorkService(tx).ask({ changeId, task: 'plan', request: { failFast }, actor })
    if (head.rules.reserve === 'on-plan') {
      const workspaceIds = view.nodes.map(({ workspaceId }) => workspaceId)
      await createReservationService(tx).reserve({ changeId, workspaceIds })
    }
  })
  await endOthers(context, head, {
    because: `superseded by ${changeName(changeId)}`,
    but: changeId,
  })
  return { kind: 'planned', planned, isNew: true }
}

/** Ends what was planned of the pull request before, and what a process that was lost left of it. */
export async function endOthers(
  context: Context,
  { pullRequest, actor }: Pick<HeadToPlan, 'pullRequest' | 'actor'>,
  { because, but }: { readonly because: string; readonly but?: number },
): Promise<void> {
  const works = createWorkService(context.db)
  for (const id of await context.changes.openOf(pullRequest.id)) {
    if (id === but) continue
    // One of which an apply began meanwhile stays, and is not disturbed.
    if (await context.changes.supersede(id, { because, actor })) await works.requestCancel(id)
  }
}

function conflicting({ baseBranch }: PullRequest, conflicts: readonly string[]): Problem {
  return {
    sentence: `it conflicts with ${baseBranch}`,
    places: conflicts,
    next: `Merge ${baseBranch} into it, and push.`,
  }
}

const Problems = z.array(
  z.object({
    at: z.object({ file: z.string(), line: z.number(), column: z.number() }).optional(),
    message: z.string(),
  }),
)

/** A sentence, and where it says so: places of faults in a manifest. */
function problemOf({ message, next, details }: AppError): Problem {
  const [sentence = message, ...rest] = message.split('\n')
  const found = Problems.safeParse(details['problems'])
  const places = found.success
    ? found.data.map(({ at, message: fault }) =>
        at === undefined ? fault : `${at.file}:${at.line}:${at.column} ${fault}`,
      )
    : rest.filter((line) => line.trim() !== '')
  return { sentence, places, next: next?.replaceAll('--with-deps', 'portolan plan --with-deps') }
}
