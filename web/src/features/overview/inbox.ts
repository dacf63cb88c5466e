import type { InboxItem } from '../../lib/types.ts'

export interface InboxParts {
  /** What whoever looks may do something about. */
  readonly mine: readonly InboxItem[]
  readonly others: readonly InboxItem[]
}

/** The most urgent first, as the server says. */
export function inboxParts(items: readonly InboxItem[]): InboxParts {
  return {
    mine: items.filter((item) => item.mine),
    others: items.filter((item) => !item.mine),
  }
}

/** Where an item is dealt with. */
export type InboxTarget =
  | {
      readonly to: 'pull-request'
      readonly project: string
      readonly number: string
      readonly node: string | undefined
    }
  | { readonly to: 'change'; readonly id: string; readonly node: string | undefined }
  | { readonly to: 'run'; readonly id: string }
  | { readonly to: 'workspace'; readonly project: string; readonly workspace: string }
  | { readonly to: 'overview' }

export function inboxTarget(item: InboxItem): InboxTarget {
  const { changeId, runId, pullRequest, workspaces, project } = item
  const only = workspaces.length === 1 ? workspaces[0] : undefined
  const aboutState = item.kind === 'at-risk' || item.kind === 'locked' || item.kind === 'drifted'
  if (aboutState && only !== undefined) return { to: 'workspace', project, workspace: only }
  if (pullRequest !== undefined) {
    return { to: 'pull-request', project, number: String(pullRequest), node: only }
  }
  if (changeId !== undefined) return { to: 'change', id: String(changeId), node: only }
  if (runId !== undefined) return { to: 'run', id: String(runId) }
  if (only !== undefined) return { to: 'workspace', project, workspace: only }
  return { to: 'overview' }
}

/** What one does about it, as a button says it. */
export function inboxAction({ kind, mine }: InboxItem): string {
  if (!mine) return 'Look'
  return actions[kind]
}

const actions = {
  unknown: 'Recover',
  'at-risk': 'Rescue the state',
  approval: 'Review',
  failed: 'See why',
  unmerged: 'See the pull request',
  unapplied: 'See what is left',
  drifted: 'See the drift',
  locked: 'See the lock',
} as const satisfies Record<InboxItem['kind'], string>

/** Stays the same while an item is there, whatever its sentence says. */
export function inboxKey(item: InboxItem): string {
  const { kind, project, environment, changeId, runId, pullRequest, workspaces } = item
  return [kind, project, environment, changeId, runId, pullRequest, workspaces[0]].join('\n')
}
