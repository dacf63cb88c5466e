import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { invalid } from '../../platform/errors.ts'
import type { Hint, WebhookReader, WebhookRequest } from '../webhook.ts'

/** Webhooks of github.com and of Enterprise Server, of a repository's hook or of an App's. */
export const githubWebhooks: WebhookReader = {
  identify({ headers }) {
    // Gitea and Gogs send GitHub's headers too, beside their own.
    if (others.some((name) => headers[name] !== undefined)) return undefined
    const delivery = headers['x-github-delivery']
    const event = headers['x-github-event']
    return delivery && event ? { delivery, event } : undefined
  },

  repositoryOf(request) {
    const named = Named.safeParse(contentOf(request))
    return named.success ? named.data.repository.full_name : undefined
  },

  verify({ headers, body }, secret) {
    const given = headers['x-hub-signature-256']
    if (secret === '' || given === undefined) return false
    const right = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
    const [a, b] = [Buffer.from(given), Buffer.from(right)]
    return a.length === b.length && timingSafeEqual(a, b)
  },

  read(request) {
    const event = request.headers['x-github-event'] ?? ''
    const reader = Object.hasOwn(readers, event) ? readers[event] : undefined
    if (reader === undefined) return ignored(`nothing follows from “${event.slice(0, 60)}”`)
    const content = contentOf(request)
    if (content === undefined) throw invalid('the body of the webhook is not JSON')
    const read = reader.safeParse(content)
    if (read.success) return read.data
    const fields = read.error.issues.map((issue) => issue.path.join('.')).join(', ')
    throw invalid(`the webhook “${event}” has another shape than expected: ${fields}`)
  },
}

const others = ['x-gitea-event', 'x-forgejo-event', 'x-gogs-event']

const Named = z.object({ repository: z.object({ full_name: z.string() }) })

const id = z.union([z.number(), z.bigint(), z.string()]).transform(String)

const moment = z.coerce.date()

const onPullRequest = z
  .object({ pull_request: z.object({ number: z.int() }) })
  .transform(({ pull_request }): Hint => ({ kind: 'pull-request', number: pull_request.number }))

const onComment = z
  .object({
    action: z.string(),
    issue: z.object({ number: z.int(), pull_request: z.unknown().optional() }),
    comment: z.object({
      id,
      body: z.string().nullish(),
      user: z.object({ login: z.string() }).nullish(),
      created_at: moment,
      updated_at: moment,
    }),
  })
  .transform(({ action, issue, comment }): Hint => {
    if (issue.pull_request == null) return ignored('the comment is on an issue')
    if (action !== 'created') return ignored(`a comment that was ${action} is not a command`)
    return {
      kind: 'comment',
      comment: {
        id: comment.id,
        number: issue.number,
        author: comment.user?.login ?? 'ghost',
        body: comment.body ?? '',
        createdAt: comment.created_at,
        isEdited: comment.updated_at.getTime() !== comment.created_at.getTime(),
      },
    }
  })

const onPush = z
  .object({ ref: z.string() })
  .transform(
    ({ ref }): Hint =>
      ref.startsWith('refs/heads/')
        ? { kind: 'push', branch: branchOf(ref) }
        : ignored('what was pushed is no branch'),
  )

const onMergeGroup = z
  .object({
    action: z.string(),
    merge_group: z.object({
      head_sha: z.string(),
      head_ref: z.string(),
    }),
  })
  .transform(({ action, merge_group: group }): Hint => {
    if (action !== 'checks_requested') return ignored(`the merge group was ${action}`)
    return {
      kind: 'merge-group',
      commit: group.head_sha,
      numbers: numbersOf(group.head_ref),
    }
  })

const readers: Readonly<Record<string, z.ZodType<Hint>>> = {
  pull_request: onPullRequest,
  pull_request_review: onPullRequest,
  issue_comment: onComment,
  push: onPush,
  merge_group: onMergeGroup,
  ping: z.unknown().transform((): Hint => ({ kind: 'ping' })),
}

function ignored(because: string): Hint {
  return { kind: 'ignored', because }
}

function branchOf(ref: string): string {
  return ref.replace(/^refs\/heads\//, '')
}

/** `refs/heads/gh-readonly-queue/main/pr-104-<base>`: the last of the group; GitHub names no other. */
function numbersOf(ref: string): readonly number[] {
  const number = /\/pr-(\d{1,9})-[0-9a-f]+$/.exec(ref)?.[1]
  return number === undefined ? [] : [Number(number)]
}

/** The JSON, which a hook of the other content type sends as a field of a form. */
function contentOf({ headers, body }: WebhookRequest): unknown {
  const text = Buffer.from(body).toString('utf8')
  const isForm = headers['content-type']?.includes('application/x-www-form-urlencoded') === true
  try {
    return JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text)
  } catch {
    return undefined
  }
}
