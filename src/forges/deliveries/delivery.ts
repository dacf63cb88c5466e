import type { HostKind } from '../connection.ts'

/** What a host sent to the webhook's address, and what it led to. */
export interface Delivery {
  readonly id: number
  /** Of the project. */
  readonly project: string
  /** `github.com` */
  readonly host: string
  /** The host's own id of it. */
  readonly delivery: string
  readonly event: string
  readonly status: DeliveryStatus
  /** What it led to, or why it failed. */
  readonly result: string | undefined
  readonly receivedAt: Date
  readonly handledAt: Date | undefined
  /** How often it was handled. */
  readonly times: number
}

export const deliveryStatuses = ['received', 'handled', 'ignored', 'failed'] as const

export type DeliveryStatus = (typeof deliveryStatuses)[number]

/** A delivery with what came. */
export interface WholeDelivery extends Delivery {
  /** Without signatures and secrets. */
  readonly headers: Readonly<Record<string, string>>
  readonly payload: Buffer
}

/** What hosts say in headers; what somebody on the way was let in with is none of it. */
const keptHeader =
  /^(content-(type|length|encoding)|user-agent|idempotency-key|x-(github|gitlab|gitea|forgejo|gogs)-.*)$/
const secretHeader = /signature|token|secret/

/** Headers as they may be kept. */
export function keptHeaders(
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => keptHeader.test(name) && !secretHeader.test(name)),
  )
}

/** Which kind of host sent a request, by what it is called there. Gitea also calls it as GitHub does. */
export function kindOfHeaders(headers: Readonly<Record<string, string>>): HostKind | undefined {
  if ('x-gitea-event' in headers || 'x-forgejo-event' in headers) return 'gitea'
  if ('x-gitlab-event' in headers) return 'gitlab'
  return 'x-github-event' in headers ? 'github' : undefined
}
