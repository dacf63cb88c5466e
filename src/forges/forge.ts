/** Hosts of repositories. Of plain `git` Portolan itself is the host. */
export type ForgeKind = 'git' | 'github' | 'gitlab' | 'gitea'

/**
 * What Portolan asks of the host of one repository. Every call may fail with an AppError: `unavailable`
 * when it may go better later (`details.retryAfterSeconds` where the host said when), `forbidden` when
 * the credentials do not permit it, `not_found`, `conflict`.
 */
export interface Forge {
  readonly kind: ForgeKind
  readonly limits: ForgeLimits
  /** @throws AppError `not_found` */
  pullRequest(number: number): Promise<ObservedPullRequest>
  /** All of them, whatever it takes to page through. */
  openPullRequests(): Promise<readonly ObservedPullRequest[]>
  /** Who approved it on the host, as their last word. */
  approvals(number: number): Promise<readonly HostApproval[]>
  /** Whether the host would merge it now. */
  mergeability(number: number): Promise<Mergeability>
  /** Comments of these pull requests that were made at or after a moment, oldest first. */
  comments(numbers: readonly number[], since: Date): Promise<readonly HostComment[]>
  /**
   * Writes Portolan's own comment: the known one, else the one with the marker, else a new one. After a
   * failure nobody knows whether it was made: the next call looks for the marker. Answers its id.
   */
  upsertComment(number: number, comment: StickyComment): Promise<string>
  react(comment: Pick<HostComment, 'id' | 'number'>, reaction: Reaction): Promise<void>
  setStatus(commit: string, status: CommitStatus): Promise<void>
  /** What somebody may do with the repository on the host: an upper bound of what they may here. */
  permissionOf(login: string): Promise<HostPermission>
  /** Whether somebody is in a team (`acme/sre`) or group of the host. */
  isMember(team: string, login: string): Promise<boolean>
  /**
   * Merges, if the head is still this commit. Answers the commit on the base branch.
   * @throws AppError `conflict` with why the host refuses, in its words
   */
  merge(number: number, merge: MergeRequest): Promise<string | undefined>
  /** User and password for fetching by https; short-lived where the host can make such ones. */
  gitLogin(): Promise<{ readonly user: string; readonly password: string } | undefined>
  /** The ref of the repository, if the host has one, that leads to a pull request's head also from a fork. */
  headRef(number: number): string | undefined
  /** What of the set-up works: for `portolan project test` and the guided set-up. Never throws. */
  check(expected: { readonly webhookUrl: string | undefined }): Promise<readonly ForgeCheck[]>
}

/** In characters. */
export interface ForgeLimits {
  readonly comment: number
  readonly statusContext: number
  readonly statusDescription: number
}

/** A pull request (GitLab: merge request) as its host tells of it at one moment. */
export interface ObservedPullRequest {
  readonly number: number
  readonly status: 'open' | 'merged' | 'closed'
  readonly title: string
  /** The login of who opened it. */
  readonly author: string
  /** The page of it for people. */
  readonly url: string
  readonly head: {
    readonly branch: string
    readonly commit: string
    /** Undefined when that repository is gone. */
    readonly repository: string | undefined
  }
  readonly base: { readonly branch: string }
  readonly isDraft: boolean
  /** From another repository, or from one that is gone. */
  readonly isFork: boolean
  readonly labels: readonly string[]
  /** On the base branch, once it is merged. */
  readonly mergeCommit: string | undefined
  readonly createdAt: Date
  /** When anything of it last changed, comments too. */
  readonly updatedAt: Date
}

export interface HostApproval {
  readonly login: string
  /** That they looked at, where the host knows it. */
  readonly commit: string | undefined
}

export interface Mergeability {
  /** Undefined while the host finds out. */
  readonly mergeable: boolean | undefined
  /** Why not, in a sentence. */
  readonly because: string | undefined
}

export interface HostComment {
  readonly id: string
  /** Of the pull request. */
  readonly number: number
  readonly author: string
  readonly body: string
  readonly createdAt: Date
  /** It is not what it was when it was made. */
  readonly isEdited: boolean
}

export interface StickyComment {
  /** An HTML comment in the body that nobody sees. */
  readonly marker: string
  readonly body: string
  /** Its id, if it was made before. */
  readonly known: string | undefined
}

/** `seen`: eyes; `done`: thumbs up or rocket; `refused`: confused or thumbs down. */
export type Reaction = 'seen' | 'done' | 'refused'

export interface CommitStatus {
  /** `portolan`, or `portolan/db@dev`. */
  readonly context: string
  readonly state: 'pending' | 'success' | 'failure'
  readonly description: string
  readonly url: string
}

export type HostPermission = 'none' | 'read' | 'write' | 'admin'

export type MergeMethod = 'merge' | 'squash' | 'rebase'

export interface MergeRequest {
  /** The head that was applied. */
  readonly head: string
  readonly method: MergeMethod
  /** Where the base was when it was planned; a host that can refuses when it moved. */
  readonly base?: string | undefined
  /** Who asked for it, where a host can be told. */
  readonly actor?: string | undefined
}

/** One thing of the set-up, and whether it works. */
export interface ForgeCheck {
  readonly name: 'credentials' | 'repository' | 'comments' | 'statuses' | 'webhook' | 'merge'
  /** `unknown`: it cannot be found out without doing it. */
  readonly verdict: 'works' | 'fails' | 'unknown'
  readonly sentence: string
  /** What to click or type. */
  readonly next: string | undefined
}
