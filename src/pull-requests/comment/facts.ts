import type { ChangeView } from '../../changes/index.ts'
import type { Requirement } from '../../runs/index.ts'
import type { PullRequest, ReceivedCommand } from '../pull-request.ts'
import type { VerdictChange, VerdictFacts } from '../verdict.ts'

/** All that the comment and the statuses of a pull request are made of: the same facts, the same texts. */
export interface CommentFacts {
  /** The HTML comment that Portolan's comment is found by: `<!-- portolan … -->`. */
  readonly marker: string
  readonly pullRequest: VerdictFacts['pullRequest'] &
    Pick<PullRequest, 'number' | 'baseBranch' | 'problemNext' | 'mergeProblem'>
  /** What was planned last; undefined where nothing is affected. */
  readonly view: ChangeView | undefined
  /** What a server does with the change at the moment. */
  readonly working: VerdictChange['working']
  /** What people have to do next, by environment. */
  readonly waits: VerdictChange['waits']
  /** By workspace: what the tool said of its newest plan, or of what failed. Secrets are redacted. */
  readonly outputs: ReadonlyMap<string, string>
  /** By workspace: what must hold before its plan may be applied, and whether it does. */
  readonly requirements: ReadonlyMap<string, readonly Requirement[]>
  /** By workspace: who approved its plan as it is now. */
  readonly approvals: ReadonlyMap<string, readonly string[]>
  readonly reservations: readonly CommentReservation[]
  /** What people asked for in comments, oldest first; the last few are shown. */
  readonly commands: readonly Pick<ReceivedCommand, 'author' | 'command' | 'status' | 'answer'>[]
  /** Sentences that matter now: the base moved, arguments that were given beside. */
  readonly notes: readonly string[]
  /** Names of environments that are applied by merging. */
  readonly afterMerge: readonly string[]
  /** What happens when all is applied. */
  readonly merge: 'automatic' | 'manual'
  readonly urls: {
    /** The page of the change, or of the pull request while there is none. */
    readonly change: string
    readonly run: (id: number) => string
  }
  /** The word that commands begin with: `portolan`. */
  readonly word: string
}

/** A workspace that this pull request holds or waits for. */
export interface CommentReservation {
  readonly workspace: string
  /** Which pull request holds it. */
  readonly holder: number
  /** 0: this one holds it; 1: it is the next. */
  readonly place: number
}

/** In bytes of UTF-8. */
export interface CommentLimits {
  readonly whole: number
  /** Of one workspace's details. */
  readonly details: number
  /** Of all details together. */
  readonly allDetails: number
}

export const usualLimits: CommentLimits = { whole: 60_000, details: 20_000, allDetails: 50_000 }
