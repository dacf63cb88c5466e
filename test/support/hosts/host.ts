/** What a test does with a host of repositories that stands in for a hosted service, whichever it is. */
export interface FakeHost {
  readonly kind: 'github' | 'gitlab' | 'gitea'
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** As it goes into a `ForgeConnection`. */
  readonly apiUrl: string
  /** The repository's full name: `acme/infra`. */
  readonly repository: string
  /** By http, with the token as a password. */
  readonly cloneUrl: string
  /** The path of the bare repository that is served. */
  readonly bare: string
  /** Of the account that Portolan uses. */
  readonly token: string
  /** Whose token it is. */
  readonly botLogin: string
  /** Of the webhook. */
  readonly secret: string
  readonly users: FakeUsers
  readonly deliveries: FakeDeliveries
  readonly faults: FakeFaults
  readonly calls: FakeCalls

  /** Commits files to a branch, which is made from the base when there is none. Answers the commit. */
  push(push: FakePush): Promise<string>
  deleteBranch(branch: string): Promise<void>
  /** The tip of a branch of the repository. */
  tip(branch: string): Promise<string>
  /** What must be so before the host lets anybody merge into a branch. */
  protect(branch: string, rules: FakeProtection): void

  /** Opens one of a branch that was pushed. */
  openPullRequest(pullRequest: NewFakePullRequest): Promise<FakePullRequest>
  /** As it stands now. */
  pullRequest(number: number): FakePullRequest
  close(number: number): Promise<void>
  reopen(number: number): Promise<void>
  retarget(number: number, base: string): Promise<void>
  /** Draft or ready for review. */
  setDraft(number: number, isDraft: boolean): Promise<void>
  label(number: number, label: string): Promise<void>
  unlabel(number: number, label: string): Promise<void>
  /** A person merges it on the host. Answers the commit on the base branch. */
  merge(number: number, author: string, method?: 'merge' | 'squash' | 'rebase'): Promise<string>

  comment(number: number, author: string, body: string): Promise<FakeComment>
  editComment(id: string, body: string): Promise<void>
  deleteComment(id: string): Promise<void>
  review(number: number, author: string, verdict: FakeVerdict): Promise<void>
  /** Oldest first. */
  commentsOf(number: number): readonly FakeComment[]
  /** Every status that was set, oldest first. */
  statusesOf(commit: string): readonly FakeStatus[]
  reactionsOf(commentId: string): readonly FakeReaction[]

  /**
   * What is done there from now on was done in the next second: hosts tell time in seconds, and who speaks
   * in the second in which something was planned has not read it.
   */
  nextSecond(): void

  /** Sets the webhook up. Until then nothing is sent. */
  deliverTo(webhookUrl: string): void
  /** Ends it. @throws if anything was asked for that the documentation of the real one does not know. */
  dispose(): Promise<void>
}

export interface FakeUsers {
  /** Makes somebody known, and says what they may do with the repository. */
  add(login: string, permission?: 'none' | 'read' | 'write' | 'admin'): void
  /** `acme/sre`; makes the team when there is none. */
  join(team: string, login: string): void
}

export interface FakePush {
  readonly branch: string
  /** By path; undefined removes one. */
  readonly files: Readonly<Record<string, string | undefined>>
  /** What the branch is made from. Usually `main`. */
  readonly from?: string
  readonly message?: string
  readonly author?: string
  /** Into somebody's fork instead, which is made when there is none. */
  readonly fork?: string
  /** Throws away what the branch had beyond `from`. */
  readonly force?: boolean
}

export interface NewFakePullRequest {
  readonly branch: string
  /** Usually `main`. */
  readonly base?: string
  readonly title?: string
  readonly body?: string
  readonly author: string
  readonly draft?: boolean
  /** Whose fork has the branch. */
  readonly fork?: string
  readonly labels?: readonly string[]
}

export interface FakePullRequest {
  readonly number: number
  readonly status: 'open' | 'merged' | 'closed'
  readonly title: string
  readonly author: string
  readonly branch: string
  readonly base: string
  /** The head commit. */
  readonly head: string
  readonly isDraft: boolean
  readonly labels: readonly string[]
  /** On the base branch, once it is merged. */
  readonly mergeCommit: string | undefined
}

export interface FakeProtection {
  /** Contexts of statuses that must be there and good. */
  readonly statuses?: readonly string[]
  /** How many people must approve. */
  readonly approvals?: number
}

export type FakeVerdict = 'approve' | 'request-changes' | 'comment' | 'dismiss'

export interface FakeComment {
  readonly id: string
  readonly number: number
  readonly author: string
  readonly body: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface FakeStatus {
  readonly context: string
  readonly state: string
  readonly description: string
  readonly url: string
}

export interface FakeReaction {
  readonly author: string
  /** As the host calls it: `eyes`, `rocket`, `+1`. */
  readonly name: string
}

/** What becomes of events that the host wants to tell. */
export interface FakeDeliveries {
  /** `hold` keeps them until `release`. Usually `deliver`. */
  mode: 'deliver' | 'drop' | 'twice' | 'hold'
  /** Sends what was held back. */
  release(order?: 'as-they-came' | 'reversed'): Promise<void>
  /** Sends one again, under its old id. */
  redeliver(id: string): Promise<void>
  /** Resolves when all that was to be sent was answered or failed. */
  settled(): Promise<void>
  /** Oldest first, also those that were dropped. */
  readonly all: readonly FakeDelivery[]
}

export interface FakeDelivery {
  readonly id: string
  readonly event: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The answer's status; 0 when there was none; undefined when it was not sent. */
  readonly answered: number | undefined
}

/**
 * `rate-limit`: the usual one is used up. `secondary-rate-limit`: too fast, or too much at once. `before`: 502
 * and nothing was done. `after`: 502 and it was done. `cut`: the connection ends without an answer, and it was
 * done. `slow`: no answer until the test ends. `unauthorized`: 401.
 */
export type Fault =
  | 'rate-limit'
  | 'secondary-rate-limit'
  | 'before'
  | 'after'
  | 'cut'
  | 'slow'
  | 'unauthorized'

export interface FakeFaults {
  /** The next calls go wrong; all calls, or those whose route (`POST /repos/…`) contains something. */
  next(fault: Fault, options?: { readonly times?: number; readonly route?: string }): void
  /** From now on all is well. */
  clear(): void
}

export interface FakeCalls {
  /** Routes as the host's documentation writes them: `GET /repos/{owner}/{repo}/pulls/{pull_number}`. */
  readonly all: readonly string[]
  /** How many calls there were whose route contains something. */
  count(route?: string): number
  /** Forgets them. */
  clear(): void
}
