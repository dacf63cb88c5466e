import { type NewProposal, newPullRequestUrl } from '../../forges/index.ts'
import { inTransaction } from '../../platform/db/db.ts'
import { conflict, forbidden } from '../../platform/errors.ts'
import { mayBeCommand, type PullRequest } from '../../pull-requests/index.ts'
import type { Context } from '../context.ts'
import { seenOf } from './look.ts'
import { takeHint } from './take-hint.ts'

interface Project {
  readonly id: string
  readonly name: string
}

/** @throws AppError `conflict` for a project whose pull requests are elsewhere */
async function demandPlainGit(
  { forges }: Pick<Context, 'forges'>,
  { name }: Project,
  branch?: string,
): Promise<void> {
  const forge = await forges.show(name)
  const { kind, host } = forge
  if (kind === 'git') return
  const openAt = branch === undefined ? undefined : newPullRequestUrl(forge, branch)
  throw conflict(`the pull requests of ${name} are on ${host ?? kind}`, {
    next: `Do it there: ${openAt ?? `Portolan follows what happens on ${host ?? kind}.`}`,
    details: openAt === undefined ? {} : { openAt },
  })
}

/** Opens a pull request of a branch that was pushed, and has it looked at. @throws AppError */
export async function openProposal(
  context: Context,
  project: Project,
  proposal: NewProposal,
): Promise<PullRequest> {
  await demandPlainGit(context, project, proposal.headBranch)
  return refreshSeen(context, await context.proposals(project).open(proposal))
}

/** Changes what is said of a pull request, closes it or opens it again. @throws AppError */
export async function editProposal(
  context: Context,
  project: Project,
  { number, actor, ...edit }: { readonly number: number; readonly actor: string } & ProposalEdit,
): Promise<PullRequest> {
  await demandPlainGit(context, project)
  return refreshSeen(context, await context.proposals(project).edit(number, edit, actor))
}

type ProposalEdit = Parameters<ReturnType<Context['proposals']>['edit']>[1]

/**
 * Comments on a pull request: what is a command is taken as one. It is done as its author, with all roles
 * of that person: whoever may do less, as by a token, gives none.
 * @throws AppError `forbidden` for a command of who may give none
 */
export async function commentProposal(
  context: Context,
  project: Project,
  { number, isWhole, ...comment }: { readonly number: number; readonly isWhole: boolean } & Comment,
): Promise<void> {
  if (!isWhole && mayBeCommand(comment.body)) throw noCommands(comment)
  await demandPlainGit(context, project)
  await inTransaction(context.db, async (tx) => {
    const proposals = context.proposals(project, tx)
    const made = await proposals.comment(number, comment)
    await takeHint(tx, { projectId: project.id }, { kind: 'comment', comment: made })
  })
}

function noCommands({ author }: Comment) {
  return forbidden(`a command in a comment would be done with all that ${author} may`, {
    next: 'This token may do less, or is nobody: ask for it directly, as portolan apply --pr does.',
  })
}

interface Comment {
  readonly author: string
  readonly body: string
}

/** What everybody may see at once, without waiting for who looks. */
export async function refreshSeen(
  context: Context,
  { projectId, number }: Pick<PullRequest, 'projectId' | 'number'>,
): Promise<PullRequest> {
  const forge = await context.forges.open(projectId)
  const found = await forge.pullRequest(number)
  const saved = await context.pullRequests.saveSeen(projectId, seenOf(found))
  await context.pullRequests.requestLook([{ projectId, number }])
  return saved
}
