export type { ForgeConnection, ForgeCredentials, ForgeSettings } from './connection.ts'
export {
  type CommitStatus,
  type Forge,
  type ForgeCheck,
  type ForgeKind,
  forgeKinds,
  type HostApproval,
  type HostComment,
  type HostPermission,
  type Mergeability,
  type MergeMethod,
  type MergeRequest,
  type ObservedPullRequest,
  type Reaction,
  type StickyComment,
} from './forge.ts'
export type { Effect, HeldEffect, Outbox, Trouble } from './outbox/effect.ts'
export { listTroubles } from './outbox/outbox-store.ts'
export { createOutbox, createPostingService, OUTBOX, type PostingDeps } from './outbox/service.ts'
export type { Hint, WebhookReader, WebhookRequest } from './webhook.ts'
