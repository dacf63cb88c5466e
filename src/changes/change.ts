import type { Environment, Gate, KindName } from '../manifest/index.ts'
import type { PlanSummary, Run, RunStatus } from '../runs/index.ts'

/** One proposal to move the platform: several runs under one commit and one reason. */
export interface Change {
  readonly id: number
  readonly projectId: string
  readonly operation: 'apply' | 'destroy'
  /** `open` until every run has ended well, somebody cancels it, or a newer one takes its place. */
  readonly status: 'open' | 'done' | 'cancelled' | 'closed'
  /** Why it is closed: superseded by change-9. */
  readonly closedBecause: string | undefined
  /** Why somebody wants it: the commit's subject, or what was given with `--reason`. */
  readonly reason: string
  readonly actor: string
  readonly source: ChangeSource
  readonly options: ChangeOptions
  /** Of which pull request it is, if of any. */
  readonly pullRequest: ChangePullRequest | undefined
  readonly createdAt: Date
  readonly finishedAt: Date | undefined
}

/** The pull request that a change was made of, as it was then. */
export interface ChangePullRequest {
  readonly number: number
  readonly head: string
  /** The tip of the base that the head was merged with: the change's commit is the result. */
  readonly base: string
}

export interface ChangeSource {
  /** Root of the working tree, absolute. */
  readonly root: string
  readonly commit: string | undefined
  readonly branch: string | undefined
  readonly dirty: boolean
}

export interface ChangeOptions {
  /** What was selected, in words: `-e prod --affected=main`. */
  readonly selection: string
  /** `--set`, recorded. */
  readonly set: Readonly<Record<string, string>>
  /** `once` components run again, `run` components run although nothing changed. */
  readonly force: boolean
  /** It comes from who may not push to the repository: it sees no secrets and is never applied. */
  readonly untrusted?: boolean | undefined
}

/** An environment as it was when the change was made. */
export interface ChangeEnvironment {
  readonly name: string
  readonly order: number
  readonly after: string | undefined
  readonly auto: boolean
  /** Whether a pull request is applied before it is merged, or by merging it. */
  readonly apply: Environment['apply']
  readonly concurrency: number | undefined
  readonly gate: Gate | undefined
}

/** An edge: the workspace that is needed, and which of its outputs are read (none: order only). */
export interface Need {
  readonly name: string
  readonly outputs: readonly string[]
}

/** A workspace in a change. */
export interface ChangeNode {
  readonly workspaceId: string
  /** `db@dev` */
  readonly name: string
  readonly component: string
  readonly environment: string
  readonly kind: KindName
  /** Why it takes part: "infra/db/main.tf changed". */
  readonly reasons: readonly string[]
  readonly needs: readonly Need[]
  /** Why it takes part only to be passed over: `when: …` is false. */
  readonly skipped: string | undefined
  readonly orphan: boolean
  /** sha256 over its sources, the same in every environment: what promotion compares. */
  readonly sourceDigest: string
  /** sha256 of its resolved definition. */
  readonly definitionDigest: string
  readonly result: Result
  /** One sentence: what it waits for, what blocks it, why it failed or was skipped. */
  readonly because: string | undefined
  /** Its newest run in this change. */
  readonly run: Run | undefined
  /** Of the plan that waits in it: what an approval must name. */
  readonly digest: string | undefined
}

/** Where a workspace of a change stands, for people. */
export type Result =
  | 'pending'
  | 'planning'
  /** Planned from nothing but real values: it can be applied. */
  | 'planned'
  /** Planned from planned values: shown, never applied. */
  | 'provisional'
  /** Waits for outputs that nobody knows yet. */
  | 'deferred'
  | 'applying'
  | 'applied'
  | 'unchanged'
  | 'failed'
  | 'blocked'
  | 'skipped'
  | 'cancelled'
  | 'unknown'

/** A change with all that belongs to it. */
export interface ChangeView {
  readonly change: Change
  readonly environments: readonly ChangeEnvironment[]
  /** In dependency order. */
  readonly nodes: readonly ChangeNode[]
}

/** What is told while a change is at work: the screen, `--json`, and later the server read the same. */
export type ChangeEvent = { readonly at: Date; readonly change: number } & (
  | {
      readonly event: 'graph'
      readonly operation: Change['operation']
      readonly environments: readonly ChangeEnvironment[]
      readonly workspaces: readonly GraphEntry[]
    }
  | {
      readonly event: 'workspace'
      readonly workspace: string
      readonly result: Result
      readonly because: string | undefined
      readonly run: number | undefined
      readonly runStatus: RunStatus | undefined
      readonly summary: PlanSummary | undefined
    }
  | {
      readonly event: 'log'
      readonly workspace: string
      readonly run: number
      readonly phase: 'plan' | 'apply'
      readonly text: string
    }
  | {
      readonly event: 'progress'
      readonly workspace: string
      readonly run: number
      readonly address: string
      readonly status: 'started' | 'done' | 'failed'
      readonly action: string
      readonly seconds: number | undefined
    }
  | { readonly event: 'notice'; readonly workspace: string | undefined; readonly message: string }
  /** Environments that wait for somebody: who must do what. */
  | {
      readonly event: 'waits'
      readonly environment: string
      readonly workspaces: readonly string[]
      readonly because: string
      readonly next: string
    }
  /** Somebody did something with it: approved, applied, cancelled. */
  | {
      readonly event: 'action'
      readonly actor: string
      /** `approve`, `apply`, `resume`, `stop`, `cancel`. */
      readonly action: string
      readonly workspaces: readonly string[]
      readonly reason: string | undefined
    }
  | { readonly event: 'end'; readonly status: Change['status']; readonly counts: Counts }
)

export interface GraphEntry {
  readonly workspace: string
  readonly kind: KindName
  readonly needs: readonly string[]
  readonly reasons: readonly string[]
  /** From history: seconds of planning and of applying; undefined when nothing like it ran. */
  readonly expected: { readonly plan: number | undefined; readonly apply: number | undefined }
}

export type Counts = Readonly<Partial<Record<Result, number>>>

/**
 * Whether who made a change is somebody here, as far as it can be told. Of a pull request of nobody's
 * the login at its host is recorded, `github.com/alice`: no person's name has a slash.
 */
export function isAuthorKnown(author: string, pullRequest: number | undefined): boolean {
  return pullRequest === undefined || !author.includes('/')
}

/** How a change is called in sentences and commands. */
export function changeName(id: number): string {
  return `change-${id}`
}
