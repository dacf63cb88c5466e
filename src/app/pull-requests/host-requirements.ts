import path from 'node:path'
import type { Forge } from '../../forges/index.ts'
import type { Component, Manifest, Requirement } from '../../manifest/index.ts'
import { conflict } from '../../platform/errors.ts'
import type { PullRequest } from '../../pull-requests/index.ts'

/** What the host is asked about a pull request. */
export interface HostQuestion {
  readonly forge: Forge
  readonly pullRequest: Pick<PullRequest, 'number' | 'author' | 'headCommit'>
  /** Before they are planned, or before they are applied. */
  readonly phase: 'plan' | 'apply'
  /** Names of components that are about to be planned or applied. */
  readonly components: readonly string[]
  /** What the base branch says; undefined: the head is the base. */
  readonly base: Manifest | undefined
  /** What the pull request says. */
  readonly head: Manifest | undefined
}

/**
 * Asks the host for what an `atlantis.yaml` wants it to say before anything is planned or applied. That
 * the base is not behind is looked at for every pull request.
 * @throws AppError `conflict` with what is missing; and when the host cannot be asked
 */
export async function demandOfHost(question: HostQuestion): Promise<void> {
  const wanted = new Set(question.components.flatMap((name) => requirementsOf(question, name)))
  if (wanted.has('approved')) await demandApproved(question)
  if (wanted.has('mergeable')) await demandMergeable(question)
}

/**
 * What the base says of it. What the base does not know by this name and place wants what the head says
 * and what the base wants there under any name; of a place that is new, what the base wants anywhere: a
 * name alone gets rid of nothing.
 */
function requirementsOf({ base, head, phase }: HostQuestion, name: string): readonly Requirement[] {
  const wanted = (components: readonly (Component | undefined)[]) =>
    components.flatMap(
      (one) => (phase === 'plan' ? one?.planRequirements : one?.requirements) ?? [],
    )
  const now = head?.components.get(name)
  if (base === undefined) return wanted([now])
  const before = base.components.get(name)
  if (before !== undefined && (now === undefined || isAtSamePlace(before, now))) {
    return wanted([before])
  }
  const all = [...base.components.values()]
  const there = now === undefined ? [] : all.filter((one) => isAtSamePlace(one, now))
  return wanted([now, before, ...(there.length === 0 ? all : there)])
}

/** Directories that are only known once something is resolved are taken for different ones. */
function isAtSamePlace(one: Component, other: Component): boolean {
  const [first, second] = [one, other].map(({ main: { value } }) =>
    typeof value === 'string' && !value.includes('${{') ? path.posix.join(value, '.') : undefined,
  )
  return one.kind === other.kind && first !== undefined && first === second
}

/** Of the head as it is now: whoever approved an earlier one has not seen this. */
async function demandApproved({ forge, pullRequest }: HostQuestion): Promise<void> {
  const { number, author, headCommit } = pullRequest
  const approvals = await forge.approvals(number)
  const others = approvals.filter(({ login }) => login.toLowerCase() !== author.toLowerCase())
  if (others.some(({ commit }) => commit === undefined || commit === headCommit)) return
  throw conflict(
    others.length === 0
      ? `#${number} is not approved on its host`
      : `#${number} was approved before its head ${headCommit.slice(0, 10)} was pushed`,
    { next: 'Somebody other than its author approves it there.' },
  )
}

async function demandMergeable({ forge, pullRequest }: HostQuestion): Promise<void> {
  const { mergeable, because } = await forge.mergeability(pullRequest.number)
  if (mergeable === true) return
  throw conflict(
    mergeable === undefined
      ? `the host does not know yet whether #${pullRequest.number} can be merged`
      : `#${pullRequest.number} cannot be merged: ${because ?? 'its host does not say why'}`,
    { next: mergeable === undefined ? 'Say it again in a moment.' : 'Mend that first.' },
  )
}
