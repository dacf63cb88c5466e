import { record } from '../../audit/index.ts'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import { signal } from '../../platform/db/signals.ts'
import { conflict, invalid, notFound } from '../../platform/errors.ts'
import type { Branches } from './branches.ts'
import type { Proposal, ProposalComment } from './proposal.ts'
import * as store from './proposal-store.ts'

/** The pull requests of a project on plain git, as people make and change them. */
export interface ProposalService {
  /**
   * Opens one of a branch that the repository has. Audited.
   * @throws AppError `invalid` for a branch that is none or has nothing new, `conflict` where one is
   *   open already
   */
  open(proposal: NewProposal): Promise<Proposal>
  find(number: number): Promise<Proposal | undefined>
  /** @throws AppError `not_found` */
  get(number: number): Promise<Proposal>
  /** Audited. @throws AppError `not_found`, `conflict` for one that is merged, or of which another is open */
  edit(number: number, edit: store.ProposalEdit, actor: string): Promise<Proposal>
  /** @throws AppError `not_found` */
  comment(
    number: number,
    comment: Pick<ProposalComment, 'author' | 'body'>,
  ): Promise<ProposalComment>
  /** Portolan's own too, oldest first. */
  comments(number: number): Promise<ProposalComment[]>
}

export interface NewProposal
  extends Pick<Proposal, 'title' | 'body' | 'author' | 'headBranch' | 'isDraft'> {
  /** Undefined: the branch that says what should be deployed. */
  readonly baseBranch: string | undefined
}

export interface ProposalDeps {
  readonly db: Db
  readonly project: { readonly id: string; readonly name: string }
  readonly branches: Branches
}

/** Cheap: call it with a transaction to join that one. */
export function createProposalService(deps: ProposalDeps): ProposalService {
  const { db, project } = deps
  const place = (number: number) => ({ projectId: project.id, number })
  const get = async (number: number) => {
    const found = await store.find(db, place(number))
    if (found !== undefined) return found
    throw notFound(`there is no pull request #${number} in ${project.name}`, {
      next: 'List them: portolan pr list',
    })
  }
  return {
    open: (proposal) => open(deps, proposal),
    find: (number) => store.find(db, place(number)),
    get,
    async edit(number, edit, actor) {
      const before = await get(number)
      return inTransaction(db, (tx) => change({ ...deps, db: tx }, before, { edit, actor }))
    },
    async comment(number, comment) {
      await get(number)
      return inTransaction(db, async (tx) => {
        const made = await store.insertComment(tx, place(number), comment)
        await signal(tx, 'overview')
        return made
      })
    },
    comments: (number) =>
      store.listComments(
        db,
        { projectId: project.id, numbers: [number] },
        { since: undefined, withOwn: true },
      ),
  }
}

async function open(
  { db, project, branches }: ProposalDeps,
  { baseBranch, ...proposal }: NewProposal,
): Promise<Proposal> {
  const { headBranch, author } = proposal
  // It was pushed a moment ago.
  await branches.refresh(project.id)
  const base = baseBranch ?? (await branches.main(project.id))
  if (base === undefined) {
    throw invalid('the repository has no main branch', { next: 'Name a base: --base BRANCH' })
  }
  if (base === headBranch) {
    throw invalid(`${headBranch} cannot be proposed to itself`, { next: 'Push another branch.' })
  }
  const head = await tipOf(branches, project.id, headBranch)
  if (await branches.isIn(project.id, head, await tipOf(branches, project.id, base))) {
    throw invalid(`${headBranch} has nothing that ${base} lacks`, {
      next: 'Commit something on it, and push it.',
    })
  }
  return inTransaction(db, async (tx) => {
    await refuseSecond(tx, { projectId: project.id, headBranch, baseBranch: base })
    const made = await store.insert(tx, {
      ...proposal,
      projectId: project.id,
      baseBranch: base,
      lastCommit: head,
    })
    await record(tx, {
      actor: author,
      action: 'pull-request.open',
      subject: `${project.name}/#${made.number}`,
      details: { branch: headBranch, base, commit: head },
    })
    return made
  })
}

async function tipOf(branches: Branches, projectId: string, branch: string): Promise<string> {
  const tip = await branches.tip(projectId, branch)
  if (tip !== undefined) return tip
  throw invalid(`the repository has no branch ${branch}`, {
    next: `Push it first: git push origin ${branch}`,
  })
}

/** One branch is proposed once at a time. Holds the project until the transaction ends. */
async function refuseSecond(
  tx: Db,
  { projectId, headBranch, baseBranch }: Pick<Proposal, 'projectId' | 'headBranch' | 'baseBranch'>,
): Promise<void> {
  await store.lockProject(tx, projectId)
  const open = await store.listOpen(tx, projectId)
  const other = open.find((one) => one.headBranch === headBranch && one.baseBranch === baseBranch)
  if (other === undefined) return
  throw conflict(`#${other.number} proposes ${headBranch} already`, {
    next: 'What is pushed to the branch is part of it.',
    details: { number: other.number },
  })
}

interface Changing {
  readonly edit: store.ProposalEdit
  readonly actor: string
}

async function change(
  { db: tx, project }: ProposalDeps,
  before: Proposal,
  { edit, actor }: Changing,
): Promise<Proposal> {
  if (before.status === 'closed' && edit.status === 'open') await refuseSecond(tx, before)
  const after = await store.update(tx, before, edit)
  if (after === undefined) {
    throw conflict(`#${before.number} is merged`, { next: 'Propose a new change.' })
  }
  await record(tx, {
    actor,
    action: 'pull-request.edit',
    subject: `${project.name}/#${after.number}`,
    details: { status: after.status, draft: after.isDraft },
  })
  return after
}
