import { createHmac, randomUUID } from 'node:crypto'
import type { Comment } from './book.ts'
import type { OutgoingEvent } from './deliveries.ts'
import * as bodies from './gitea-bodies.ts'
import type { GiteaState, Pull } from './gitea-model.ts'

/** A webhook's payload, with both of Gitea's names of what happened. */
export interface GiteaEvent {
  /** `X-Gitea-Event` */
  readonly event: string
  /** `X-Gitea-Event-Type` */
  readonly type: string
  readonly payload: object
}

export function pullEvent(
  state: GiteaState,
  pull: Pull,
  { action, type, event = 'pull_request' }: { action: string; type: string; event?: string },
): GiteaEvent {
  const payload = {
    action,
    number: pull.number,
    pull_request: bodies.pullBody(state, pull, true),
    repository: bodies.repository(state),
    sender: bodies.user(pull.author),
  }
  return { event, type, payload }
}

export function commentEvent(
  state: GiteaState,
  pull: Pull,
  { made, action }: { made: Comment; action: 'created' | 'edited' | 'deleted' },
): GiteaEvent {
  const payload = {
    action,
    issue: { number: pull.number, title: pull.title, pull_request: { merged: false } },
    pull_request: bodies.pullBody(state, pull, true),
    comment: bodies.comment(state, made),
    repository: bodies.repository(state),
    sender: bodies.user(made.author),
    is_pull: true,
  }
  return { event: 'issue_comment', type: 'pull_request_comment', payload }
}

export function pushEvent(
  state: GiteaState,
  branch: string,
  after: string | undefined,
): GiteaEvent {
  const common = { repository: bodies.repository(state), sender: bodies.user('ada') }
  if (after === undefined) {
    const payload = { ref: branch, ref_type: 'branch', pusher_type: 'user', ...common }
    return { event: 'delete', type: 'delete', payload }
  }
  const payload = { ref: `refs/heads/${branch}`, after, commits: [], ...common }
  return { event: 'push', type: 'push', payload }
}

/** As it goes over the wire. */
export function outgoing(secret: string, { event, type, payload }: GiteaEvent): OutgoingEvent {
  const id = randomUUID()
  const body = JSON.stringify(payload, undefined, 2)
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const named = Object.fromEntries(
    ['gitea', 'gogs', 'github'].flatMap((name) => [
      [`x-${name}-delivery`, id],
      [`x-${name}-event`, event],
      [`x-${name}-event-type`, type],
    ]),
  )
  return {
    id,
    event: type,
    headers: {
      ...named,
      'content-type': 'application/json',
      'x-gitea-signature': signature,
      'x-gogs-signature': signature,
      'x-hub-signature-256': `sha256=${signature}`,
    },
    body,
  }
}
