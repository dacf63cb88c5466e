import type { Standing } from '../../src/changes/index.ts'

const morning = new Date('2026-03-02T08:00:00Z')

/** A moment of the same day: `at(9)` is 09:00. */
export function at(hour: number): Date {
  return new Date(morning.getTime() + (hour - 8) * 3_600_000)
}

/** A run that was applied at 9, and nothing happened since. */
export const aGoodRun = {
  id: 7,
  changeId: 3,
  operation: 'apply',
  status: 'applied',
  reason: undefined,
  at: at(9),
} as const

/** `db@prod` as run-7 of change-3 left it: what the manifest has is deployed. */
export function aStanding(parts: Partial<Standing> = {}): Standing {
  return {
    workspaceId: '0197d7a4-0000-7000-8000-000000000001',
    project: 'shop',
    component: 'db',
    environment: 'prod',
    declared: true,
    position: 0,
    kind: 'terraform',
    skipped: undefined,
    needs: [],
    wanted: { sourceDigest: 's1', definitionDigest: 'd1' },
    state: { version: 4, resources: 12, recordedAt: at(9) },
    written: { cause: 'apply', actor: 'alice', runId: 7 },
    lastRun: aGoodRun,
    telling: { ...aGoodRun, isChangeOpen: false, hasBegun: true },
    lastGood: { ...aGoodRun, sourceDigest: 's1', definitionDigest: 'd1' },
    release: { commit: 'c0ffee', reason: 'a faster database', actor: 'alice' },
    appliedBy: undefined,
    mergedBy: undefined,
    planned: { id: 7, drifted: 0, at: at(8), hasBegun: true },
    appliedAt: at(9),
    unknownRun: undefined,
    isAtRisk: false,
    atRiskSince: undefined,
    lockedBy: undefined,
    lock: undefined,
    ...parts,
  }
}

/** One of which nothing was ever recorded. */
export function aNewStanding(parts: Partial<Standing> = {}): Standing {
  return aStanding({
    state: undefined,
    written: undefined,
    lastRun: undefined,
    telling: undefined,
    lastGood: undefined,
    release: undefined,
    planned: undefined,
    appliedAt: undefined,
    ...parts,
  })
}
