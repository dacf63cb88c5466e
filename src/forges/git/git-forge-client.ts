import { conflict, messageOf, notFound } from '../../platform/errors.ts'
import type { Forge, ForgeCheck, MergeRequest, ObservedPullRequest } from '../forge.ts'
import type { Branches } from './branches.ts'
import type { Proposal } from './proposal.ts'
import type { ProposalDeps } from './proposal-service.ts'
import * as store from './proposal-store.ts'

/**
 * Portolan as the host of a project's pull requests: heads and bases are branches of the repository that
 * the project is fetched from, everything else is in the database.
 */
export function createGitForge(deps: ProposalDeps): Forge {
  const { db, project, branches } = deps
  const place = (number: number) => ({ projectId: project.id, number })
  return {
    kind: 'git',
    limits: { comment: 500_000, statusContext: 500, statusDescription: 500 },
    async pullRequest(number) {
      await branches.refresh(project.id)
      return observed(await look(deps, await get(deps, number)))
    },
    async openPullRequests() {
      await branches.refresh(project.id)
      const open: ObservedPullRequest[] = []
      for (const proposal of await store.listOpen(db, project.id)) {
        const seen = observed(await look(deps, proposal))
        if (seen.status === 'open') open.push(seen)
      }
      return open
    },
    // Its approvals are those of the plans.
    approvals: async () => [],
    async mergeability(number) {
      const because = await refusal(branches, await get(deps, number))
      return { mergeable: because === undefined, because }
    },
    comments: (numbers, since) =>
      store.listComments(db, { projectId: project.id, numbers }, { since, withOwn: false }),
    upsertComment: (number, comment) => store.saveSticky(db, place(number), comment),
    // Whoever looks at the page sees what became of a command, and how each workspace stands.
    react: async () => {},
    setStatus: async () => {},
    // Roles decide.
    permissionOf: async () => 'admin',
    isMember: async () => false,
    merge: (number, request) => merge(deps, number, request),
    gitLogin: async () => undefined,
    headRef: () => undefined,
    check: () => check(deps),
  }
}

async function get({ db, project }: ProposalDeps, number: number): Promise<Proposal> {
  const found = await store.find(db, { projectId: project.id, number })
  if (found !== undefined) return found
  throw notFound(`there is no pull request #${number} in ${project.name}`)
}

/** A proposal as its branches say now: somebody may have pushed to them, or merged it by hand. */
async function look(deps: ProposalDeps, proposal: Proposal): Promise<Proposal> {
  const { db, branches } = deps
  const { projectId, number, headBranch, baseBranch, status, lastCommit } = proposal
  if (status !== 'open') return proposal
  const base = await branches.tip(projectId, baseBranch)
  if (base === undefined) return proposal
  const brought = await mergedAs(branches, { ...proposal, base })
  if (brought !== undefined) {
    await store.saveMerged(db, proposal, brought)
    return { ...proposal, status: 'merged', mergeCommit: brought }
  }
  const head = await branches.tip(projectId, headBranch)
  // What the base has already is nothing that is proposed.
  const isNew = head !== undefined && !(await branches.isIn(projectId, head, base))
  const commit = isNew ? head : lastCommit
  await branches.keep(projectId, `proposals/${number}`, commit)
  if (commit !== lastCommit) await store.saveHead(db, proposal, commit)
  return { ...proposal, lastCommit: commit }
}

/** The commit by which the base has it: ours, if whoever pushed it could not say so any more. */
async function mergedAs(
  branches: Branches,
  { projectId, lastCommit, mergeCommit, base }: Proposal & { readonly base: string },
): Promise<string | undefined> {
  if (mergeCommit !== undefined && (await branches.isIn(projectId, mergeCommit, base))) {
    return mergeCommit
  }
  if (!(await branches.isIn(projectId, lastCommit, base))) return undefined
  return branches.broughtBy(projectId, lastCommit, base)
}

function observed(proposal: Proposal): ObservedPullRequest {
  return {
    number: proposal.number,
    status: proposal.status,
    title: proposal.title,
    author: proposal.author,
    // Its page is here.
    url: '',
    head: {
      branch: proposal.headBranch,
      commit: proposal.lastCommit,
      repository: undefined,
    },
    base: { branch: proposal.baseBranch },
    isDraft: proposal.isDraft,
    isFork: false,
    labels: [],
    mergeCommit: proposal.status === 'merged' ? proposal.mergeCommit : undefined,
    createdAt: proposal.createdAt,
    updatedAt: proposal.updatedAt,
  }
}

/** Why it cannot be merged as its branches are; undefined: it can. */
async function refusal(branches: Branches, proposal: Proposal): Promise<string | undefined> {
  const { projectId, status, headBranch, baseBranch, lastCommit, isDraft } = proposal
  if (status !== 'open') return `it is ${status}`
  if (isDraft) return 'it is a draft'
  const base = await branches.tip(projectId, baseBranch)
  if (base === undefined) return `its base ${baseBranch} is gone`
  const head = await branches.tip(projectId, headBranch)
  if (head === undefined) return `its branch ${headBranch} is gone`
  if (head !== lastCommit && (await branches.isIn(projectId, head, base))) {
    return `${headBranch} has nothing that ${baseBranch} lacks`
  }
  const files = await branches.conflicts(projectId, base, head)
  if (files.length === 0) return undefined
  return `it conflicts with ${baseBranch} in ${files.slice(0, 5).join(', ')}`
}

/** Two at once: the repository itself takes one, as the branch is moved only from where it was seen. */
async function merge(deps: ProposalDeps, number: number, request: MergeRequest): Promise<string> {
  const { db, project, branches } = deps
  await branches.refresh(project.id)
  const proposal = await look(deps, await get(deps, number))
  const because = await refusal(branches, proposal)
  if (because !== undefined) throw refused(number, because)
  const { baseBranch, headBranch } = proposal
  if (proposal.lastCommit !== request.head) throw refused(number, `${headBranch} moved meanwhile`)
  const base = await branches.tip(project.id, baseBranch)
  if (base === undefined) throw refused(number, `its base ${baseBranch} is gone`)
  if (request.base !== undefined && request.base !== base) {
    throw refused(number, `${baseBranch} moved meanwhile`)
  }
  const made = await branches.merge(project.id, {
    base,
    head: request.head,
    method: request.method,
    message: messageFor(proposal, request),
    author: signatureOf(request.actor),
  })
  // First: whoever is killed after the push leaves what says that it is merged.
  if (!(await store.saveIntention(db, proposal, made))) throw refused(number, 'it is not open')
  await branches.push(project.id, { branch: baseBranch, from: base, to: made })
  await store.saveMerged(db, proposal, made)
  await branches.refresh(project.id)
  return made
}

function refused(number: number, because: string) {
  return conflict(`#${number} cannot be merged: ${because}`, {
    next: 'Look at it again, and try it again.',
  })
}

function messageFor(
  { number, title, body, author }: Proposal,
  { method, actor }: MergeRequest,
): string {
  const subject = method === 'squash' ? `${title} (#${number})` : `Merge #${number}: ${title}`
  const trailers = [
    `Proposed-by: ${author}`,
    ...(actor === undefined ? [] : [`Merged-by: ${actor}`]),
  ]
  const parts = [subject, body.trim(), trailers.join('\n')].filter((part) => part !== '')
  return `${parts.join('\n\n')}\n`
}

/** Names of people hold nothing that git takes for something else. */
function signatureOf(actor = 'Portolan') {
  return { name: actor, mail: `${actor.toLowerCase()}@portolan.invalid` }
}

async function check({ project, branches }: ProposalDeps): Promise<readonly ForgeCheck[]> {
  const repository: ForgeCheck = await branches.refresh(project.id).then(
    () => ({
      name: 'repository' as const,
      verdict: 'works' as const,
      sentence: 'the repository can be fetched',
      next: undefined,
    }),
    (error: unknown) => ({
      name: 'repository' as const,
      verdict: 'fails' as const,
      sentence: messageOf(error),
      next: 'See what the list of projects says: portolan project list',
    }),
  )
  return [
    repository,
    {
      name: 'merge',
      verdict: 'unknown',
      sentence: 'whether it may be pushed to shows with the first merge',
      next: undefined,
    },
  ]
}
