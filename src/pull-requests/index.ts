export type {
  Command,
  CommandSelection,
  CommandWords,
  ParsedCommand,
} from './command.ts'
export { helpText } from './command-help.ts'
export type { NewCommand } from './command-store.ts'
export { commandText } from './command-text.ts'
export type {
  CommentFacts,
  CommentReservation,
} from './comment/facts.ts'
export { type CommentLimits, usualLimits } from './comment/facts.ts'
export { digestOfPlans } from './comment/plans-digest.ts'
export { renderComment } from './comment/render.ts'
export { renderStatuses } from './comment/status.ts'
export type { HeldLook, PullRequestPlace } from './look-store.ts'
export { mergeRefusal } from './merge-refusal.ts'
export { mayBeCommand, parseCommand } from './parse-command.ts'
export {
  type Planned,
  type Problem,
  type PullRequest,
  pullRequestName,
  type ReceivedCommand,
} from './pull-request.ts'
export type { PullRequestFilter, SeenPullRequest } from './pull-request-store.ts'
export {
  createPullRequestService,
  LOOK,
  type MergeGroup,
  type PullRequestService,
} from './service.ts'
export { type VerdictChange, verdictOf } from './verdict.ts'
