import type { Forge, ObservedPullRequest } from '../../forges/index.ts'
import { unavailable } from '../../platform/errors.ts'
import { knownCommits, type RefPair, tipOf } from '../../projects/index.ts'
import type { PullRequest } from '../../pull-requests/index.ts'
import { mirrorPlaces } from '../changes/committed-platform.ts'
import type { Context } from '../context.ts'
import { hostLogin } from '../projects/host-login.ts'

/** Both sides of a pull request, in the mirror. */
export interface Tips {
  readonly head: string
  /** Where the base branch stands. */
  readonly base: string
}

/** Where a pull request's two sides are on its host. */
interface Sides {
  readonly number: number
  readonly headBranch: string
  readonly baseBranch: string
}

type BringContext = Pick<Context, 'config' | 'dataDirectory' | 'forges' | 'repositories'>

/**
 * Begins to bring what a pull request is most likely made of, while its host is still asked. What it
 * brings in vain is asked for again.
 */
export function bringAhead(
  context: BringContext,
  forge: Forge,
  { projectId, number, before, branch }: AheadRequest,
): Promise<boolean> {
  const baseBranch = before?.baseBranch ?? branch
  const headBranch = before?.headBranch
  if (forge.kind === 'git' || baseBranch === undefined) return Promise.resolve(false)
  if (headBranch === undefined && forge.headRef(number) === undefined) return Promise.resolve(false)
  return bring(context, forge, {
    projectId,
    sides: { number, headBranch: headBranch ?? '', baseBranch },
  }).then(
    () => true,
    () => false,
  )
}

export interface AheadRequest {
  readonly projectId: string
  readonly number: number
  readonly before: Pick<PullRequest, 'headBranch' | 'baseBranch'> | undefined
  /** The project's own. */
  readonly branch: string | undefined
}

/**
 * Both sides as the host tells of them; what the mirror lacks is brought.
 * @throws AppError `unavailable` when the repository does not have them yet
 */
export async function bringCommits(
  context: BringContext,
  forge: Forge,
  {
    projectId,
    observed,
    isBrought,
  }: {
    readonly projectId: string
    readonly observed: ObservedPullRequest
    /** The base was brought just now. */
    readonly isBrought: boolean
  },
): Promise<Tips> {
  const { number, head, base } = observed
  const places = mirrorPlaces(context)
  const sides = { number, headBranch: head.branch, baseBranch: base.branch }
  const isKnown = async () => {
    const own = await tipOf(places, projectId, headRef(forge, sides).to)
    if (own === head.commit) return true
    return (await knownCommits(places, projectId, [head.commit]).catch(() => [])).length === 1
  }
  const look = () => Promise.all([isKnown(), tipOf(places, projectId, `refs/heads/${base.branch}`)])
  const before = isBrought || forge.kind === 'git' ? await look() : undefined
  if (before?.[0] !== true && forge.kind !== 'git') {
    await bring(context, forge, { projectId, sides })
  }
  const [known, tip] = before?.[0] === true ? before : await look()
  if (tip !== undefined && known) return { head: head.commit, base: tip }
  const missing = tip === undefined ? base.branch : `commit ${head.commit.slice(0, 10)}`
  throw unavailable(`the repository does not have the ${missing} of #${number} yet`, {
    next: 'It is asked for again in a moment.',
  })
}

/**
 * Where a base branch stands now; undefined when it is gone. The mirror of plain git was brought up to date
 * when its pull request was looked at.
 */
export async function bringBase(
  context: BringContext,
  projectId: string,
  baseBranch: string,
): Promise<string | undefined> {
  const ref = branchRef(baseBranch)
  const { kind } = await context.forges.setUp(projectId)
  if (kind !== 'git') {
    const login = await hostLogin(context, projectId)
    await context.repositories.bringRefs(projectId, [{ from: ref, to: ref }], { login })
  }
  return tipOf(mirrorPlaces(context), projectId, ref)
}

async function bring(
  context: BringContext,
  forge: Forge,
  { projectId, sides }: { readonly projectId: string; readonly sides: Sides },
): Promise<void> {
  const { baseBranch } = sides
  const base = { from: branchRef(baseBranch), to: branchRef(baseBranch) }
  const login = await hostLogin(context, projectId)
  await context.repositories.bringRefs(projectId, [headRef(forge, sides), base], { login })
}

/** Where the head is on the host, and where it is put. */
function headRef(forge: Forge, { number, headBranch }: Omit<Sides, 'baseBranch'>): RefPair {
  const own = forge.headRef(number)
  return own === undefined
    ? { from: branchRef(headBranch), to: branchRef(headBranch) }
    : { from: own, to: `refs/portolan/pulls/${number}` }
}

/** @throws AppError `unavailable` for what no branch can be called */
function branchRef(branch: string): string {
  const isName = /^(?!-)[^\p{Cc}\s~^:?*[\\]{1,250}$/u.test(branch) && !/\.\.|@\{|\/\//.test(branch)
  if (isName) return `refs/heads/${branch}`
  throw unavailable(`${JSON.stringify(branch)} is no name of a branch`)
}
