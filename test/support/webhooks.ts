import { createHmac, randomUUID } from 'node:crypto'

/** A webhook as GitHub sends it. */
export interface SentWebhook {
  readonly secret: string
  readonly event: string
  readonly body: object | string
  /** Usually a new one. */
  readonly delivery?: string
  readonly repository?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Headers and body of a webhook of GitHub. */
export function aWebhook(sent: SentWebhook) {
  const { event, delivery = randomUUID(), repository = 'acme/infra', secret } = sent
  const body =
    typeof sent.body === 'string'
      ? sent.body
      : JSON.stringify({ repository: { full_name: repository }, ...sent.body })
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const headers: Readonly<Record<string, string>> = {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/044aadd',
    'x-github-delivery': delivery,
    'x-github-event': event,
    'x-hub-signature-256': `sha256=${signature}`,
    ...sent.headers,
  }
  return { headers, body, delivery }
}

/** Sends a webhook as GitHub does. */
export async function sendWebhook(url: string, sent: SentWebhook) {
  const { headers, body, delivery } = aWebhook(sent)
  const answer = await fetch(`${url}${sent.path ?? '/webhooks/github'}`, {
    method: 'POST',
    headers,
    body,
  })
  const text = await answer.text()
  return { status: answer.status, text, delivery }
}

/** The body of a comment on a pull request. */
export function aComment(number: number, body: string, id = 1001) {
  const moment = '2026-11-02T10:00:00Z'
  return {
    action: 'created',
    issue: { number, pull_request: {} },
    comment: { id, body, user: { login: 'octocat' }, created_at: moment, updated_at: moment },
  }
}
