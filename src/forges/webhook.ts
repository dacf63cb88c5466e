import type { HostComment } from './forge.ts'

/** A request to the webhook's address, as it came. */
export interface WebhookRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** What an event of a host is a hint of; what is so is looked up. */
export type Hint =
  | { readonly kind: 'pull-request'; readonly number: number }
  | { readonly kind: 'comment'; readonly comment: HostComment }
  /** A branch moved or is gone: a base may have. */
  | { readonly kind: 'push'; readonly branch: string }
  /** A merge queue asks whether a commit may become the head of a branch. */
  | {
      readonly kind: 'merge-group'
      readonly commit: string
      /** Of the pull requests in it, as far as the host says. */
      readonly numbers: readonly number[]
    }
  | { readonly kind: 'ping' }
  | { readonly kind: 'ignored'; readonly because: string }

/** How the webhooks of a kind of host are read. All of it is pure. */
export interface WebhookReader {
  /** The host's id of the delivery and its event; undefined for what is no webhook of this kind. */
  identify(
    request: WebhookRequest,
  ): { readonly delivery: string; readonly event: string } | undefined
  /** The repository that the body names, not verified yet; undefined where it names none. */
  repositoryOf(request: WebhookRequest): string | undefined
  /** Whether it was sent by who knows the secret. In constant time. */
  verify(request: WebhookRequest, secret: string): boolean
  /** Of a request that was verified. @throws AppError `invalid` for a body of another shape */
  read(request: WebhookRequest): Hint
}
