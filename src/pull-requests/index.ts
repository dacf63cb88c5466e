export type {
  Command,
  CommandSelection,
  CommandWords,
  ParsedCommand,
} from './command.ts'
export type {
  CommentFacts,
  CommentLimits,
  CommentProblem,
  CommentReservation,
} from './comment/facts.ts'
export {
  type Planned,
  type PullRequest,
  pullRequestName,
  type ReceivedCommand,
} from './pull-request.ts'
