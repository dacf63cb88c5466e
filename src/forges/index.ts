export type {
  ForgeConnection,
  ForgeCredentials,
  ForgeRecord,
  ForgeSettings,
  ForgeWish,
  HostKind,
} from './connection.ts'
export { type Delivery, kindOfHeaders, type WholeDelivery } from './deliveries/delivery.ts'
export {
  createDeliveryService,
  type DeliveryService,
  type Received,
} from './deliveries/delivery-service.ts'
export type {
  CommitStatus,
  Forge,
  ForgeCheck,
  ForgeKind,
  HostApproval,
  HostComment,
  HostPermission,
  Mergeability,
  MergeMethod,
  MergeRequest,
  ObservedPullRequest,
  Reaction,
  StickyComment,
} from './forge.ts'
export type { Branches } from './git/branches.ts'
export { createGitForge } from './git/git-forge-client.ts'
export type { Proposal, ProposalComment } from './git/proposal.ts'
export {
  createProposalService,
  type NewProposal,
  type ProposalDeps,
  type ProposalService,
} from './git/proposal-service.ts'
export { createGiteaForge, type GiteaDeps } from './gitea/forge-client.ts'
export { giteaWebhooks } from './gitea/webhooks.ts'
export { createGitHubForge, type GitHubDeps } from './github/forge-client.ts'
export { githubWebhooks } from './github/webhooks.ts'
export { newPullRequestUrl } from './new-pull-request.ts'
export type { Effect, HeldEffect, Outbox, Trouble } from './outbox/effect.ts'
export { listTroubles } from './outbox/outbox-store.ts'
export { createOutbox, createPostingService, OUTBOX, type PostingDeps } from './outbox/service.ts'
export { createForgeService, type ForgeService } from './service.ts'
export type { Hint, WebhookReader, WebhookRequest } from './webhook.ts'
