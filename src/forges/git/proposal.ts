import type { HostComment } from '../forge.ts'

/** A pull request of plain git, whose host is Portolan. */
export interface Proposal {
  readonly projectId: string
  readonly number: number
  readonly status: 'open' | 'merged' | 'closed'
  readonly title: string
  readonly body: string
  /** A person's name. */
  readonly author: string
  readonly headBranch: string
  readonly baseBranch: string
  readonly isDraft: boolean
  /** Where its branch was seen last with something that the base lacks: the branch may be gone by now. */
  readonly lastCommit: string
  /** On the base branch; while it is open: what is about to be put there. */
  readonly mergeCommit: string | undefined
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface ProposalComment extends HostComment {
  /** It is the one that Portolan keeps up to date. */
  readonly isPortolans: boolean
  readonly updatedAt: Date
}

/** Who writes the comment that is kept up to date. */
export const portolan = 'portolan'
