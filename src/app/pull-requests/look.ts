import type { Logger } from 'pino'
import type { Forge, ObservedPullRequest } from '../../forges/index.ts'
import { type PullRequestRules, usualRules } from '../../manifest/index.ts'
import { AppError } from '../../platform/errors.ts'
import { branchOf, type ProjectView } from '../../projects/index.ts'
import type { PullRequest, PullRequestPlace, SeenPullRequest } from '../../pull-requests/index.ts'
import { mirrorPlaces } from '../changes/committed-platform.ts'
import type { Context } from '../context.ts'
import { manifestAt } from './base-rules.ts'
import { bringAhead, bringCommits, type Tips } from './bring-commits.ts'
import { doCommands } from './do-commands.ts'
import { endPullRequest } from './end-pull-request.ts'
import { authorName } from './host-actor.ts'
import type { Look, PlanEnd } from './looking.ts'
import { answerMergeGroups } from './merge-groups.ts'
import { mergeWhenApplied } from './merge-when-applied.ts'
import { endOthers, type PlanWish, planHead } from './plan-head.ts'
import { tellPullRequest } from './tell.ts'

/** Seconds until a host may know whether it merges; until an apply may have ended, a host show what was said. */
const LATER = 15
const BUSY = 5

export interface LookEnd {
  /** Seconds after which it should be looked at again, if it should. */
  readonly again: number | undefined
}

export interface LookDeps {
  readonly context: Context
  readonly log: Pick<Logger, 'warn'>
  /** Where people open this server. */
  readonly url: string
}

/**
 * Looks at a pull request: at its host, its branches and what was asked for in comments; and does what
 * is to be done. Whoever calls it is the only one who looks at this pull request.
 * @throws AppError when the host or the repository cannot be had: it is looked at again later
 */
export async function lookAt(
  { context, url, log }: LookDeps,
  { projectId, number }: PullRequestPlace,
): Promise<LookEnd> {
  const { pullRequests } = context
  const project = await context.repositories.byId(projectId)
  const forge = await context.forges.open(projectId)
  const before = await pullRequests.find(projectId, number)
  const branch = await branchOf(mirrorPlaces(context), projectId, project.branch).catch(
    () => undefined,
  )
  const ahead = bringAhead(context, forge, { projectId, number, before, branch })
  const observed = await observe(forge, number)
  if (observed === undefined) return { again: undefined }
  await pullRequests.saveSeen(projectId, seenOf(observed))
  const isBrought = (await ahead) && (before?.baseBranch ?? branch) === observed.base.branch
  const tips =
    observed.status === 'open'
      ? await bringCommits(context, forge, { projectId, observed, isBrought })
      : undefined
  const look = await openLook(context, { project, forge, observed, tips, branch })
  const planEnd = tips === undefined ? 'ended' : await look.plan(undefined)
  const { isWaiting } = await doCommands(context, look, log)
  if (observed.status !== 'open') await endPullRequest(context, look)
  else await answerMergeGroups(context, look)
  const merging = observed.status === 'open' ? await mergeWhenApplied(context, look) : undefined
  await tellPullRequest(context, { url, project, forge, number, merge: look.rules.merge })
  if (merging === 'merged') return { again: 0 }
  if (merging === 'later') return { again: LATER }
  return { again: planEnd === 'busy' || isWaiting ? BUSY : undefined }
}

/** Undefined for what is no pull request: comments are made on other things too. */
async function observe(forge: Forge, number: number): Promise<ObservedPullRequest | undefined> {
  try {
    return await forge.pullRequest(number)
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined
    throw error
  }
}

export function seenOf({ head, base, ...observed }: ObservedPullRequest): SeenPullRequest {
  return {
    ...observed,
    headBranch: head.branch,
    headCommit: head.commit,
    headRepository: head.repository,
    baseBranch: base.branch,
  }
}

interface Found {
  readonly project: ProjectView
  readonly forge: Forge
  readonly observed: ObservedPullRequest
  readonly tips: Tips | undefined
  /** The project's own. */
  readonly branch: string | undefined
}

async function openLook(context: Context, found: Found): Promise<Look> {
  const { project, forge, observed, tips, branch } = found
  const { pullRequests, changes } = context
  const base = tips?.base ?? project.headCommit
  const manifest = await manifestAt(context, project, base)
  const rules = manifest?.pullRequests ?? usualRules
  const pullRequest = () => pullRequests.get(project.id, observed.number)
  return {
    project,
    forge,
    observed,
    rules,
    baseManifest: manifest,
    pullRequest,
    view: async () => {
      const { planned } = await pullRequest()
      return planned?.changeId === undefined ? undefined : changes.view(planned.changeId)
    },
    plan: async (wish) => {
      if (tips === undefined) return 'ended'
      const request = { project, forge, branch, rules, tips, wish }
      return planIfItMay(context, await pullRequest(), request)
    },
  }
}

interface PlanRequest {
  readonly project: ProjectView
  readonly forge: Forge
  readonly branch: string | undefined
  readonly rules: PullRequestRules
  readonly tips: Tips
  readonly wish: PlanWish | undefined
}

async function planIfItMay(
  context: Context,
  pullRequest: PullRequest,
  { project, forge, branch, rules, tips, wish }: PlanRequest,
): Promise<PlanEnd> {
  const actor = await authorName(context, { project, login: pullRequest.author })
  if (branch !== undefined && pullRequest.baseBranch !== branch) {
    const sentence = `it is for ${pullRequest.baseBranch}: only pull requests into ${branch} are planned`
    await context.pullRequests.savePlanned(pullRequest.id, {
      problem: { sentence, places: [], next: `Make ${branch} its base.` },
    })
    await endOthers(context, { pullRequest, actor }, { because: sentence })
    return 'problem'
  }
  if (!mayBePlanned(pullRequest, rules)) {
    // What was planned of the same head before it became a draft stays as it is.
    if (pullRequest.planned?.head !== pullRequest.headCommit) {
      await endOthers(context, { pullRequest, actor }, { because: 'its head is another one now' })
    }
    return 'held'
  }
  const end = await planHead(context, {
    project,
    forge,
    rules,
    pullRequest,
    tips,
    actor,
    wish,
  })
  if (end.kind === 'busy') return 'busy'
  if (end.kind === 'planned') return end.isNew ? 'planned' : 'kept'
  await context.pullRequests.savePlanned(pullRequest.id, { problem: end.problem })
  if (pullRequest.planned?.head !== tips.head) {
    await endOthers(context, { pullRequest, actor }, { because: end.problem.sentence })
  }
  return 'problem'
}

/** With this label a draft is planned; what comes from elsewhere has to be looked at, head by head. */
const LABEL = 'portolan'

/** Whether a head is planned without anybody asking for it. */
function mayBePlanned(
  { isDraft, isFork, labels, headCommit, permittedCommit }: PullRequest,
  { drafts }: Pick<PullRequestRules, 'drafts'>,
): boolean {
  if (permittedCommit === headCommit) return true
  return !isFork && (!isDraft || drafts || labels.includes(LABEL))
}
