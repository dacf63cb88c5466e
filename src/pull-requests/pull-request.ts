/** A pull request as it was last seen, and what Portolan made of it. GitLab: merge request. */
export interface PullRequest {
  readonly id: number
  readonly projectId: string
  /** As its host counts. */
  readonly number: number
  readonly status: 'open' | 'merged' | 'closed'
  readonly title: string
  /** The login on the host, or the person's name on plain git. */
  readonly author: string
  readonly url: string
  readonly headBranch: string
  readonly headCommit: string
  /** When this head was first seen. */
  readonly headSeenAt: Date
  /** Undefined when it is gone. */
  readonly headRepository: string | undefined
  readonly baseBranch: string
  readonly isDraft: boolean
  readonly isFork: boolean
  readonly labels: readonly string[]
  /** The head that somebody let be planned although it is a draft or from a fork. */
  readonly permittedCommit: string | undefined
  readonly permittedBy: string | undefined
  readonly planned: Planned | undefined
  /** Why its head cannot be planned; one sentence. */
  readonly problem: string | undefined
  /** Where: places in the manifest, files in conflict. */
  readonly problemPlaces: readonly string[]
  /** What to do about it. */
  readonly problemNext: string | undefined
  /** Why it was not merged when everything was applied. */
  readonly mergeProblem: string | undefined
  readonly mergeCommit: string | undefined
  /** What is applied by merging was asked to be: it is asked once. */
  readonly isMergeTaken: boolean
  readonly createdAt: Date
  readonly seenAt: Date
  readonly endedAt: Date | undefined
}

/** Why a head cannot be planned. */
export interface Problem {
  /** One sentence. */
  readonly sentence: string
  readonly places: readonly string[]
  readonly next: string | undefined
}

/** What was planned last of a pull request. */
export interface Planned {
  readonly head: string
  /** The tip of the base that the head was merged with. */
  readonly base: string
  /** The result of merging both. */
  readonly commit: string
  /** Undefined where nothing is affected. */
  readonly changeId: number | undefined
}

/** How a pull request is called in sentences. */
export function pullRequestName({ number }: Pick<PullRequest, 'number'>): string {
  return `#${number}`
}

/** What somebody told Portolan in a comment. */
export interface ReceivedCommand {
  readonly id: number
  readonly commentId: string
  readonly author: string
  readonly body: string
  readonly commentedAt: Date
  /** `doing`: whoever does it is at it, or was lost in the middle. */
  readonly status: 'received' | 'doing' | 'done' | 'refused'
  /** What it was taken for: `apply -e dev`. */
  readonly command: string | undefined
  readonly answer: string | undefined
  readonly answeredAt: Date | undefined
}
