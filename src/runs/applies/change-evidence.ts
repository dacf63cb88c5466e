/** What a change asks for before one of its runs may be applied, and how that stands. */
export interface ChangeEvidence {
  /** `change-7` */
  readonly name: string
  readonly isOpen: boolean
  /** Why it is over: `cancelled`, `superseded by change-9`. */
  readonly closedBecause: string | undefined
  /** Who made it. */
  readonly author: string
  readonly environment: string
  readonly gate: GateEvidence | undefined
  /** Undefined when its environment may be changed at any time. */
  readonly window: WindowEvidence | undefined
  readonly promotion: PromotionEvidence
  /** The workspaces of the change that it needs. */
  readonly upstreams: readonly Upstream[]
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
