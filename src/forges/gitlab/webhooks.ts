import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { invalid } from '../../platform/errors.ts'
import type { Hint, WebhookReader, WebhookRequest } from '../webhook.ts'

/** How webhooks of a project or a group of GitLab are read. */
export const gitlabWebhooks: WebhookReader = {
  identify({ headers, body }) {
    const event = headers['x-gitlab-event']
    if (event === undefined || event === '') return undefined
    // Of these only the first is the same when GitLab sends something again (since 17.4), the second is new for each
    // request. X-Gitlab-Event-UUID is no such id: all that one action of a person sets off share it.
    const id = headers['idempotency-key'] ?? headers['x-gitlab-webhook-uuid']
    return { delivery: id === undefined || id === '' ? digest(event, body) : id, event }
  },

  repositoryOf({ body }) {
    const named = Named.safeParse(json(body))
    return named.success ? named.data.project.path_with_namespace : undefined
  },

  verify({ headers }, secret) {
    const given = headers['x-gitlab-token']
    if (given === undefined || secret === '') return false
    return timingSafeEqual(hmac(given), hmac(secret))
  },

  read(request) {
    const body = json(request.body)
    const kind = Kind.safeParse(body)
    if (!kind.success) throw unreadable('webhook')
    switch (kind.data.object_kind) {
      case 'merge_request':
        return mergeRequestHint(body)
      case 'note':
        return noteHint(body)
      case 'push':
        return pushHint(body)
      default:
        return {
          kind: 'ignored',
          because: `${word(kind.data.object_kind)} changes no merge request`,
        }
    }
  },
}

/** Made anew in every process: what is compared has nothing to do with the secret’s length or beginning. */
const key = randomBytes(32)

function hmac(text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

/** For versions before 16.2, which name no delivery: the same event with the same content is the same. */
function digest(event: string, body: Uint8Array): string {
  return createHash('sha256').update(event).update('\0').update(body).digest('hex')
}

/** `2015-05-17 18:21:36 UTC`, or as ISO 8601 has it. */
const moment = z
  .string()
  .transform((text) => new Date(text.replace(/^(\S+) (\S+) UTC$/, '$1T$2Z')))
  .refine((date) => !Number.isNaN(date.getTime()))

const number = z.number().int().positive()

const Named = z.object({ project: z.object({ path_with_namespace: z.string() }) })

const Kind = z.object({ object_kind: z.string() })

const MergeRequestHook = z.object({ object_attributes: z.object({ iid: number }) })

const NoteHook = z.object({
  user: z.object({ username: z.string() }),
  object_attributes: z.object({
    id: number,
    note: z.string(),
    noteable_type: z.string(),
    created_at: moment,
    updated_at: moment,
    system: z.boolean().optional(),
    /** Since 16.11. */
    action: z.string().optional(),
  }),
  merge_request: z.object({ iid: number }).optional(),
})

const PushHook = z.object({ ref: z.string() })

function mergeRequestHint(body: unknown): Hint {
  const parsed = MergeRequestHook.safeParse(body)
  if (!parsed.success) throw unreadable('merge request event')
  return { kind: 'pull-request', number: parsed.data.object_attributes.iid }
}

function noteHint(body: unknown): Hint {
  const parsed = NoteHook.safeParse(body)
  if (!parsed.success) throw unreadable('comment event')
  const { user, object_attributes: note, merge_request: on } = parsed.data
  if (note.noteable_type !== 'MergeRequest' || on === undefined) {
    return { kind: 'ignored', because: 'it is a comment on something else than a merge request' }
  }
  if (note.system === true) return { kind: 'ignored', because: 'GitLab wrote it itself' }
  const isNew =
    note.action === undefined
      ? note.created_at.getTime() === note.updated_at.getTime()
      : note.action === 'create'
  if (!isNew) return { kind: 'ignored', because: 'the comment was edited' }
  return {
    kind: 'comment',
    comment: {
      id: String(note.id),
      number: on.iid,
      author: user.username,
      body: note.note,
      createdAt: note.created_at,
      isEdited: false,
    },
  }
}

const BRANCHES = 'refs/heads/'

function pushHint(body: unknown): Hint {
  const parsed = PushHook.safeParse(body)
  if (!parsed.success) throw unreadable('push event')
  const { ref } = parsed.data
  if (!ref.startsWith(BRANCHES)) return { kind: 'ignored', because: 'no branch was pushed' }
  return { kind: 'push', branch: ref.slice(BRANCHES.length) }
}

function unreadable(what: string) {
  return invalid(`the ${what} is not as GitLab sends it`)
}

function json(body: WebhookRequest['body']): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return undefined
  }
}

function word(text: string): string {
  return text.replaceAll(/[^\w ]/g, '').slice(0, 40)
}
