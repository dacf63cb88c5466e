import type { PullRequestRules } from '../manifest.ts'
import type { MapNode } from '../node.ts'
import { entryOf, flagAt, textAt, textsAt } from './access.ts'

/** How pull requests are handled where a manifest says nothing of them. */
export const usualRules: PullRequestRules = {
  compat: undefined,
  merge: 'automatic',
  method: 'merge',
  extraArguments: [],
  reserve: 'on-approval',
  drafts: false,
}

/** Reads `pull_requests`, whose shape was checked. */
export function readRules(node: MapNode | undefined): PullRequestRules {
  if (node === undefined) return usualRules
  const method = textAt(node, 'method')
  return {
    compat: textAt(node, 'compat') === 'atlantis' ? 'atlantis' : undefined,
    merge: textAt(node, 'merge') === 'manual' ? 'manual' : 'automatic',
    method: method === 'squash' || method === 'rebase' ? method : 'merge',
    extraArguments: entryOf(node, 'extra_arguments') ? textsAt(node, 'extra_arguments') : [],
    reserve: textAt(node, 'reserve') === 'on-plan' ? 'on-plan' : 'on-approval',
    drafts: flagAt(node, 'drafts'),
  }
}
