import type {
  Change,
  PullRequestCommand,
  PullRequestStatus,
  Result,
  RunStatus,
  WebhookDelivery,
  WorkspaceStatus,
} from '../lib/types.ts'

/** What a colour means. `alarm` is danger that somebody must look at now. */
export type Tone = 'ok' | 'info' | 'wait' | 'warn' | 'danger' | 'alarm' | 'idle'

export type StatusIcon =
  | 'check'
  | 'running'
  | 'person'
  | 'clock'
  | 'cross'
  | 'alarm'
  | 'question'
  | 'lock'
  | 'drift'
  | 'dash'
  | 'dotted'
  | 'equal'
  | 'plan'
  | 'stop'
  | 'merge'
  | 'pull-request'
  | 'pull-request-closed'

export interface StatusLook {
  readonly word: string
  readonly tone: Tone
  readonly icon: StatusIcon
}

const look = (word: string, tone: Tone, icon: StatusIcon): StatusLook => ({ word, tone, icon })

const workspaceLooks: Readonly<Record<WorkspaceStatus, StatusLook>> = {
  unknown: look('Unknown end', 'alarm', 'question'),
  'at-risk': look('State at risk', 'alarm', 'alarm'),
  running: look('Running', 'info', 'running'),
  failed: look('Failed', 'danger', 'cross'),
  waiting: look('Waits for approval', 'wait', 'person'),
  locked: look('Locked', 'warn', 'lock'),
  drifted: look('Drifted', 'warn', 'drift'),
  unmerged: look('Applied, not merged', 'warn', 'pull-request'),
  pending: look('Pending', 'info', 'clock'),
  'in-sync': look('In sync', 'ok', 'check'),
  never: look('Never applied', 'idle', 'dotted'),
}

const runLooks: Readonly<Record<RunStatus, StatusLook>> = {
  queued: look('Queued', 'idle', 'clock'),
  waiting: look('Waiting', 'idle', 'clock'),
  planning: look('Planning', 'info', 'running'),
  planned: look('Planned', 'wait', 'plan'),
  unchanged: look('No changes', 'ok', 'equal'),
  applying: look('Applying', 'info', 'running'),
  applied: look('Applied', 'ok', 'check'),
  failed: look('Failed', 'danger', 'cross'),
  cancelled: look('Cancelled', 'idle', 'stop'),
  closed: look('Closed', 'idle', 'dash'),
  unknown: look('Unknown end', 'alarm', 'question'),
}

const resultLooks: Readonly<Record<Result, StatusLook>> = {
  pending: look('Pending', 'idle', 'clock'),
  planning: look('Planning', 'info', 'running'),
  planned: look('Planned', 'wait', 'plan'),
  provisional: look('Provisional plan', 'wait', 'plan'),
  deferred: look('Planned later', 'idle', 'dotted'),
  applying: look('Applying', 'info', 'running'),
  applied: look('Applied', 'ok', 'check'),
  unchanged: look('No changes', 'ok', 'equal'),
  failed: look('Failed', 'danger', 'cross'),
  blocked: look('Blocked', 'warn', 'stop'),
  skipped: look('Skipped', 'idle', 'dash'),
  cancelled: look('Cancelled', 'idle', 'stop'),
  unknown: look('Unknown end', 'alarm', 'question'),
}

const changeLooks: Readonly<Record<Change['status'], StatusLook>> = {
  open: look('Open', 'info', 'dotted'),
  done: look('Done', 'ok', 'check'),
  cancelled: look('Cancelled', 'idle', 'stop'),
  closed: look('Closed', 'idle', 'dash'),
}

const pullRequestLooks: Readonly<Record<PullRequestStatus, StatusLook>> = {
  open: look('Open', 'info', 'pull-request'),
  merged: look('Merged', 'ok', 'merge'),
  closed: look('Closed', 'idle', 'pull-request-closed'),
}

const commandLooks: Readonly<Record<PullRequestCommand['status'], StatusLook>> = {
  received: look('Waits', 'info', 'clock'),
  doing: look('At work', 'info', 'running'),
  done: look('Done', 'ok', 'check'),
  refused: look('Refused', 'danger', 'cross'),
}

const deliveryLooks: Readonly<Record<WebhookDelivery['status'], StatusLook>> = {
  received: look('Received', 'info', 'clock'),
  handled: look('Handled', 'ok', 'check'),
  ignored: look('Ignored', 'idle', 'dash'),
  failed: look('Failed', 'danger', 'cross'),
}

const kinds = {
  workspace: workspaceLooks,
  run: runLooks,
  result: resultLooks,
  change: changeLooks,
  'pull-request': pullRequestLooks,
  command: commandLooks,
  delivery: deliveryLooks,
} as const

export type StatusKind = keyof typeof kinds

/** How a status is shown; one that this version does not know is shown as it is called. */
export function lookOf(kind: StatusKind, value: string): StatusLook {
  const looks: Readonly<Partial<Record<string, StatusLook>>> = kinds[kind]
  return looks[value] ?? look(value, 'idle', 'dotted')
}
