import { createHmac, randomUUID } from 'node:crypto'
import type { Comment } from './book.ts'
import type { OutgoingEvent } from './deliveries.ts'
import * as bodies from './github-bodies.ts'
import { githubDescription, type Json } from './github-openapi.ts'
import type { GitHubState, Pull, Review } from './github-state.ts'

/** A webhook's payload, with GitHub's name of its shape. */
export interface GitHubEvent {
  /** `X-GitHub-Event` */
  readonly event: string
  /** `pull-request-opened` */
  readonly shape: string
  readonly payload: Json
}

function event(state: GitHubState, name: string, given: Json, sender: string): GitHubEvent {
  const { action } = given
  const shape = [name, ...(action === undefined ? [] : [String(action)])]
    .join('-')
    .replaceAll('_', '-')
  const payload = githubDescription().sampleEvent(shape, {
    ...given,
    repository: githubDescription().sample('repository', bodies.repository(state)),
    sender: bodies.user(sender),
  })
  return { event: name, shape, payload }
}

export function pullEvent(
  state: GitHubState,
  pull: Pull,
  action: string,
  more: Json = {},
): GitHubEvent {
  const given = {
    action,
    number: pull.number,
    pull_request: {
      ...bodies.listedPull(state, pull),
      ...githubOnly(pull),
    },
    ...more,
  }
  return event(state, 'pull_request', given, pull.author)
}

/** What a single one has beside what a list has. */
function githubOnly(pull: Pull): Json {
  return {
    merged: pull.mergedAt !== undefined,
    merged_by: null,
    mergeable: null,
    mergeable_state: 'unknown',
    rebaseable: null,
    comments: 0,
    review_comments: 0,
    commits: 1,
    additions: 1,
    deletions: 0,
    changed_files: 1,
    maintainer_can_modify: false,
  }
}

export function commentEvent(
  state: GitHubState,
  pull: Pull,
  made: Comment,
  action: 'created' | 'edited' | 'deleted',
): GitHubEvent {
  const { url, html_url } = bodies.pullFields(state, pull)
  const given = {
    action,
    issue: {
      number: pull.number,
      title: pull.title,
      user: bodies.user(pull.author),
      pull_request: { url, html_url, diff_url: `${html_url}.diff`, patch_url: `${html_url}.patch` },
    },
    comment: bodies.comment(state, made),
    ...(action === 'edited' ? { changes: { body: { from: 'before' } } } : {}),
  }
  return event(state, 'issue_comment', given, made.author)
}

export function reviewEvent(
  state: GitHubState,
  pull: Pull,
  made: Review,
  action: 'submitted' | 'dismissed',
): GitHubEvent {
  const given = {
    action,
    pull_request: bodies.listedPull(state, pull),
    review: { ...bodies.review(made), state: made.state.toLowerCase() },
  }
  return event(state, 'pull_request_review', given, made.author)
}

export interface Pushed {
  readonly branch: string
  readonly before: string | undefined
  readonly after: string | undefined
  readonly author: string
}

const nothing = '0'.repeat(40)

export function pushEvent(state: GitHubState, pushed: Pushed): GitHubEvent {
  const given = {
    ref: `refs/heads/${pushed.branch}`,
    before: pushed.before ?? nothing,
    after: pushed.after ?? nothing,
    created: pushed.before === undefined,
    deleted: pushed.after === undefined,
    pusher: { name: pushed.author, email: `${pushed.author}@example.com` },
  }
  return event(state, 'push', given, pushed.author)
}

export function mergeGroupEvent(state: GitHubState, pull: Pull, group: Json): GitHubEvent {
  const given = { action: 'checks_requested', merge_group: group }
  return event(state, 'merge_group', given, pull.author)
}

export function pingEvent(state: GitHubState): GitHubEvent {
  const given = { zen: 'Keep it logically awesome.', hook_id: state.hook.id }
  return event(state, 'ping', given, state.owner)
}

/** As it goes over the wire. */
export function outgoing(state: GitHubState, secret: string, told: GitHubEvent): OutgoingEvent {
  const id = randomUUID()
  const json = JSON.stringify(told.payload)
  const isForm = state.hook.contentType === 'form'
  const body = isForm ? new URLSearchParams({ payload: json }).toString() : json
  const hmac = (algorithm: string) => createHmac(algorithm, secret).update(body).digest('hex')
  return {
    id,
    event: told.event,
    headers: {
      accept: '*/*',
      'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
      'user-agent': 'GitHub-Hookshot/044aadd',
      'x-github-delivery': id,
      'x-github-event': told.event,
      'x-github-hook-id': String(state.hook.id),
      'x-github-hook-installation-target-id': '1',
      'x-github-hook-installation-target-type': 'repository',
      'x-hub-signature': `sha1=${hmac('sha1')}`,
      'x-hub-signature-256': `sha256=${hmac('sha256')}`,
    },
    body,
  }
}
