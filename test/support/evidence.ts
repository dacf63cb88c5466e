import type { Evidence, Known } from '../../src/runs/index.ts'
import { aSummary, someFacts } from './runs.ts'

const state = { lineage: 'l', serial: 4 }
const facts = someFacts({ state })
const at = new Date('2026-01-02T03:04:05Z')

/** Everything in order: the plan is approved by bob and nothing moved. */
export const goodEvidence: Evidence = {
  run: {
    id: 42,
    workspaceId: 'w',
    changeId: undefined,
    operation: 'apply',
    status: 'planned',
    reason: undefined,
    actor: 'alice',
    source: { directory: '/srv', commit: undefined, branch: undefined, dirty: false },
    options: {
      planOnly: false,
      targets: [],
      replace: [],
      refresh: true,
      variableNames: [],
      variableFiles: [],
    },
    summary: aSummary,
    cancelRequestedBy: undefined,
    createdAt: at,
    plannedAt: at,
    applyingAt: undefined,
    finishedAt: undefined,
  },
  facts,
  plan: known({ digest: 'd1', facts, applicable: true, provisional: false, hasFile: true }),
  approvals: known([
    { digest: 'd1', actor: 'bob', overrideReason: undefined, createdAt: at, person: undefined },
  ]),
  state: known(state),
  atRisk: known(undefined),
  otherApply: known(undefined),
  lock: known(undefined),
  change: known(undefined),
  reservation: known({ workspace: 'network@prod', inFront: undefined, place: undefined }),
  selfOverride: false,
}

/** Something that was looked up and found. */
export function known<T>(value: T): Known<T> {
  return { known: true, value }
}
