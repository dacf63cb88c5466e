import type { CommitStatus, Reaction } from '../forge.ts'

/** Something that a host is to be told about a pull request. */
export type Effect =
  /** Portolan's one comment, as it should be now. */
  | { readonly kind: 'comment'; readonly marker: string; readonly body: string }
  | { readonly kind: 'status'; readonly commit: string; readonly status: CommitStatus }
  | { readonly kind: 'reaction'; readonly commentId: string; readonly reaction: Reaction }

/** What is told is kept by what it is about: a newer one takes the place of an older one that was not told yet. */
export interface Outbox {
  /** Given a transaction, it joins that one: what is told is told if and only if that commits. */
  tell(
    pullRequest: { readonly projectId: string; readonly number: number },
    effects: readonly Effect[],
  ): Promise<void>
}
