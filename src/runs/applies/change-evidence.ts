/** What a change asks for before one of its runs may be applied, and how that stands. */
export interface ChangeEvidence {
  /** `change-7` */
  readonly name: string
  readonly isOpen: boolean
  /** Why it is over: `cancelled`, `superseded by change-9`. */
  readonly closedBecause: string | undefined
  /** Who made it. */
  readonly author: string
  /** That is somebody here, as far as it can be told. */
  readonly isAuthorKnown: boolean
  readonly environment: string
  readonly gate: GateEvidence | undefined
  /** Undefined when its environment may be changed at any time. */
  readonly window: WindowEvidence | undefined
  readonly promotion: PromotionEvidence
  /** The workspaces of the change that it needs. */
  readonly upstreams: readonly Upstream[]
  /** That it was made of; undefined when it was made of none. */
  readonly pullRequest: PullRequestEvidence | undefined
}

export interface PullRequestEvidence {
  readonly number: number
  readonly status: 'open' | 'merged' | 'closed'
  /** Its head is still the one that the change was made of. */
  readonly isHead: boolean
  /** It comes from who may not push to the repository. */
  readonly isUntrusted: boolean
  /** When its environment is applied. */
  readonly apply: 'before-merge' | 'after-merge'
}

/** Who goes before a run in its workspace. */
export interface ReservationEvidence {
  /** `network@prod` */
  readonly workspace: string
  /** The pull request that holds the workspace, or whose turn it is; undefined: the run may go ahead. */
  readonly inFront: ReservedBy | undefined
  /** 1: the run's own pull request is the next; undefined when it has none. */
  readonly place: number | undefined
}

interface ReservedBy {
  readonly number: number
  readonly title: string
  /** Since when it holds it; undefined: it does not, but it is its turn. */
  readonly since: Date | undefined
  /** Until when it is its turn. */
  readonly turnUntil: Date | undefined
}

export interface GateEvidence {
  readonly approvals: number
  readonly from: readonly string[]
  readonly destroy: 'allow' | 'deny'
}

export interface WindowEvidence {
  /** `Mon-Thu 09:00-16:00 Europe/London` */
  readonly text: string
  readonly isOpen: boolean
  /** When it opens next. */
  readonly opens: Date
}

export interface PromotionEvidence {
  /** The environment that comes before; undefined when none does. */
  readonly after: string | undefined
  /** What has not proven itself there yet, each as a sentence. */
  readonly missing: readonly string[]
}

export interface Upstream {
  /** `db@dev` */
  readonly name: string
  /** It ended applied, unchanged or skipped. */
  readonly isSettled: boolean
  /** Where it stands, in a word. */
  readonly standing: string
}
