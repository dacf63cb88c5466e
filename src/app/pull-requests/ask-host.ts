import type { HostComment } from '../../forges/index.ts'
import { storableText } from '../../platform/db/stored-text.ts'
import type { ReceivedCommand } from '../../pull-requests/index.ts'
import type { Look } from './looking.ts'

/** `later`: its host may not show it yet. `otherwise`: it is of somebody else there, or says something else. */
export type Asked =
  | { readonly kind: 'said'; readonly received: ReceivedCommand }
  | { readonly kind: 'later' | 'unknown' | 'otherwise' }

/** Milliseconds after which every host shows what was said. */
const SHOWN_AFTER = 60_000

/** Hosts tell time in seconds, each rounded in its own way. */
const SECOND = 1000

/**
 * What the host says of comments that Portolan was told of, by their ids: whoever knows the secret of a
 * webhook can tell anything, and only what the host has was said. It is asked once for all of them.
 * @throws AppError when the host cannot be asked: then nobody may do anything
 */
export async function askHost(
  { forge, observed }: Pick<Look, 'forge' | 'observed'>,
  told: readonly ReceivedCommand[],
): Promise<ReadonlyMap<number, Asked>> {
  if (told.length === 0) return new Map()
  const first = Math.min(...told.map(({ commentedAt }) => commentedAt.getTime()))
  // Whatever was told of its time: no comment is older than what it is on.
  const since = Math.max(first, observed.createdAt.getTime()) - SECOND
  const comments = await forge.comments([observed.number], new Date(since))
  const byId = new Map(comments.map((comment) => [comment.id, comment]))
  return new Map(told.map((one) => [one.id, asked(one, byId.get(one.commentId))]))
}

function asked(received: ReceivedCommand, comment: HostComment | undefined): Asked {
  // It was said when it was begun.
  if (received.status === 'doing') return { kind: 'said', received }
  if (comment === undefined) {
    const age = Math.abs(Date.now() - received.commentedAt.getTime())
    return { kind: age < SHOWN_AFTER ? 'later' : 'unknown' }
  }
  const isSame =
    !comment.isEdited &&
    storableText(comment.author) === received.author &&
    storableText(comment.body) === received.body
  // What its author had seen by then is a matter of when it was said, not of when that was told.
  if (isSame) return { kind: 'said', received: { ...received, commentedAt: comment.createdAt } }
  return { kind: 'otherwise' }
}
