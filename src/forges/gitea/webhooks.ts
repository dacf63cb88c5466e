import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { invalid } from '../../platform/errors.ts'
import type { Hint, WebhookReader, WebhookRequest } from '../webhook.ts'

/** Webhooks of Gitea and of Forgejo, which sends the same under both names. */
export const giteaWebhooks: WebhookReader = {
  identify(request) {
    const delivery = header(request, 'delivery')
    const event = header(request, 'event-type') ?? header(request, 'event')
    return delivery && event ? { delivery, event } : undefined
  },

  repositoryOf(request) {
    const named = Named.safeParse(contentOf(request))
    return named.success ? named.data.repository.full_name : undefined
  },

  verify(request, secret) {
    const given = header(request, 'signature')
    if (secret === '' || given === undefined) return false
    const right = createHmac('sha256', secret).update(request.body).digest('hex')
    const [a, b] = [Buffer.from(given), Buffer.from(right)]
    return a.length === b.length && timingSafeEqual(a, b)
  },

  read(request) {
    const event = header(request, 'event-type') ?? header(request, 'event') ?? ''
    const content = contentOf(request)
    if (content === undefined) throw invalid('the body of the webhook is not JSON')
    const reader = readerOf(event, content)
    if (reader === undefined) return ignored(`nothing follows from “${event.slice(0, 60)}”`)
    const read = reader.safeParse(content)
    if (read.success) return read.data
    const fields = read.error.issues.map((issue) => issue.path.join('.')).join(', ')
    throw invalid(`the webhook “${event.slice(0, 60)}” has another shape than expected: ${fields}`)
  },
}

function header({ headers }: WebhookRequest, name: string): string | undefined {
  return headers[`x-gitea-${name}`] ?? headers[`x-forgejo-${name}`]
}

/** A review with a text is a `pull_request_comment` too, in one of the headers: the body tells them apart. */
function readerOf(event: string, content: unknown): z.ZodType<Hint> | undefined {
  const isComment = typeof content === 'object' && content !== null && 'comment' in content
  if (isComment && /^(?:issue|pull_request)_comment$/.test(event)) return onComment
  if (event.startsWith('pull_request')) return onPullRequest
  if (event === 'push') return onPush
  return event === 'create' || event === 'delete' ? onBranch : undefined
}

const Named = z.object({ repository: z.object({ full_name: z.string() }) })

const moment = z.coerce.date()

const onPullRequest = z
  .object({ pull_request: z.object({ number: z.int() }) })
  .transform(({ pull_request }): Hint => ({ kind: 'pull-request', number: pull_request.number }))

const onComment = z
  .object({
    action: z.string(),
    is_pull: z.boolean().optional(),
    issue: z.object({ number: z.int(), pull_request: z.unknown().optional() }),
    comment: z.object({
      id: z.int().transform(String),
      body: z.string(),
      user: z.object({ login: z.string() }).nullish(),
      created_at: moment,
      updated_at: moment,
    }),
  })
  .transform(({ action, is_pull, issue, comment }): Hint => {
    if (!(is_pull ?? issue.pull_request != null)) return ignored('the comment is on an issue')
    if (action !== 'created') return ignored(`a comment that was ${action} is not a command`)
    return {
      kind: 'comment',
      comment: {
        id: comment.id,
        number: issue.number,
        author: comment.user?.login ?? 'Ghost',
        body: comment.body,
        createdAt: comment.created_at,
        isEdited: comment.updated_at.getTime() !== comment.created_at.getTime(),
      },
    }
  })

const BRANCHES = 'refs/heads/'

const onPush = z
  .object({ ref: z.string() })
  .transform(
    ({ ref }): Hint =>
      ref.startsWith(BRANCHES)
        ? { kind: 'push', branch: ref.slice(BRANCHES.length) }
        : ignored('what was pushed is no branch'),
  )

/** Made or deleted: it has its short name here. */
const onBranch = z
  .object({ ref: z.string(), ref_type: z.string() })
  .transform(
    ({ ref, ref_type }): Hint =>
      ref_type === 'branch' ? { kind: 'push', branch: ref } : ignored('it is no branch'),
  )

function ignored(because: string): Hint {
  return { kind: 'ignored', because: because }
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
