import type { CommitStatus, Reaction } from '../forge.ts'

/** Something that a host is to be told about a pull request. */
export type Effect =
  /** Portolan's one comment, as it should be now. */
  | { readonly kind: 'comment'; readonly marker: string; readonly body: string }
  | { readonly kind: 'status'; readonly commit: string; readonly status: CommitStatus }
  | { readonly kind: 'reaction'; readonly commentId: string; readonly reaction: Reaction }

/** What is told is kept by what it is about: a newer one takes the place of an older one that was not told yet. */
export interface Outbox {
  /**
   * Given a transaction, it joins that one: what is told is told if and only if that commits. What is told
   * anew waits a moment for what may follow, but for what `isLast`: nothing is expected to follow it.
   */
  tell(
    pullRequest: { readonly projectId: string; readonly number: number },
    effects: readonly Effect[],
    how?: { readonly isLast: boolean },
  ): Promise<void>
}

/** What an effect is about: of two with the same one the newer counts. */
export function keyOf(effect: Effect): string {
  switch (effect.kind) {
    case 'comment':
      return 'comment'
    case 'status':
      return `status:${effect.status.context}@${effect.commit}`
    case 'reaction':
      return `reaction:${effect.commentId}`
  }
}

/** An effect that this process alone tells its host now. */
export interface HeldEffect {
  readonly projectId: string
  readonly number: number
  readonly key: string
  readonly effect: Effect
  readonly version: number
  /** The host's id of what was made before. */
  readonly hostId: string | undefined
  /** How often it failed until now. */
  readonly attempts: number
  /** It is older than a day: what fails now is given up. */
  readonly isOld: boolean
  readonly lease: string
}

/** Something that a host was not told. */
export interface Trouble {
  /** `comment`, `reaction`, or the status by its name: `portolan/db@dev`. */
  readonly about: string
  /** The host's refusal, in a sentence. */
  readonly because: string
  /** When it was to be told. */
  readonly since: Date
  readonly attempts: number
  /** When it is tried again; undefined: it was given up. */
  readonly nextAt: Date | undefined
}
