import { describe, expect, test } from 'vitest'
import { mergeRefusal } from './merge-refusal.ts'
import { type VerdictChange, type VerdictFacts, verdictOf } from './verdict.ts'

const head = 'a'.repeat(40)
const planned = { head, base: 'b'.repeat(40), commit: 'c'.repeat(40), changeId: 7 }

function pullRequest(more: Partial<VerdictFacts['pullRequest']> = {}): VerdictFacts['pullRequest'] {
  return {
    status: 'open',
    headCommit: head,
    isDraft: false,
    isFork: false,
    permittedCommit: undefined,
    planned,
    problem: undefined,
    problemPlaces: [],
    mergeProblem: undefined,
    ...more,
  }
}

function change(more: Partial<VerdictChange> = {}): VerdictChange {
  const waiting = { working: undefined, counts: { planned: 3 }, waits: [] }
  return { status: 'open', closedBecause: undefined, ...waiting, ...more }
}

const said = (
  one: Partial<VerdictFacts['pullRequest']> = {},
  of: VerdictChange | undefined = change(),
) => verdictOf({ pullRequest: pullRequest(one), change: of })

describe('a pull request', () => {
  test('that is over says so, and what of it is still to be applied', () => {
    expect(said({ status: 'closed' })).toBe('closed')
    expect(said({ status: 'merged' }, change({ status: 'done' }))).toBe('merged')
    const closedBecause = 'main is not what was planned of #7'
    expect(said({ status: 'merged' }, change({ status: 'closed', closedBecause }))).toBe(
      'merged; main is not what was planned of #7',
    )
    const waits = [{ environment: 'prod', to: 'apply' }] as const
    expect(said({ status: 'merged' }, change({ waits }))).toBe(
      'merged; waits to be applied in prod',
    )
  })

  test('without a plan of its head says why', () => {
    expect(said({ problem: 'it conflicts with main', problemPlaces: ['a.tf', 'b.tf'] })).toBe(
      'it conflicts with main: a.tf and 1 more',
    )
    expect(said({ planned: undefined })).toBe('waits to be planned')
    expect(said({ headCommit: 'f'.repeat(40) })).toBe('its new head waits to be planned')
    expect(said({ planned: undefined, isDraft: true })).toContain('a draft')
    expect(said({ planned: undefined, isFork: true })).toContain('from a fork')
    const permitted = { planned: undefined, isFork: true, permittedCommit: head }
    expect(said(permitted)).toBe('waits to be planned')
  })

  test('that affects nothing, or nothing that may be seen, says no more', () => {
    expect(said({ planned: { ...planned, changeId: undefined } })).toBe('nothing to apply')
    expect(verdictOf({ pullRequest: pullRequest(), change: undefined })).toBe('planned')
  })

  test('at work says how far it is', () => {
    const counts = { planned: 1, planning: 1, deferred: 1 }
    expect(said({}, change({ working: 'plan', counts }))).toBe('1 of 3 planned')
    const applying = { applied: 1, unchanged: 1, applying: 1 }
    expect(said({}, change({ working: 'apply', counts: applying }))).toBe('2 of 3 applied')
  })

  test('that waits says for what and where, what failed before all', () => {
    const approve = { environment: 'prod', to: 'approve' } as const
    const apply = { environment: 'dev', to: 'apply' } as const
    expect(said({}, change({ waits: [approve, apply] }))).toBe('waits for approval in prod')
    expect(said({}, change({ waits: [apply] }))).toBe('waits to be applied in dev')
    const failed = { applied: 1, failed: 1, blocked: 1 }
    expect(said({}, change({ counts: failed, waits: [apply] }))).toBe('1 of 3 failed')
    const unknown = { applied: 1, unknown: 1, failed: 1 }
    expect(said({}, change({ counts: unknown }))).toBe('nobody saw how 1 of 3 ended')
  })

  test('of which all is done is merged, or says why not', () => {
    const done = change({ status: 'done', counts: { applied: 2, unchanged: 1 } })
    expect(said({}, done)).toBe('all applied')
    expect(said({ mergeProblem: 'main moved' }, done)).toBe('all applied; not merged: main moved')
    expect(said({}, change({ status: 'done', counts: { unchanged: 3 } }))).toBe(
      'nothing differs from what is deployed',
    )
    expect(said({}, change({ status: 'cancelled' }))).toBe('discarded')
    expect(said({}, change({ status: 'closed' }))).toBe('waits to be planned again')
  })
})

describe('merging', () => {
  const refused = (one: Partial<VerdictFacts['pullRequest']>, unapplied: readonly string[] = []) =>
    mergeRefusal({ pullRequest: pullRequest(one), unapplied })

  test('waits for everything that is to be applied before', () => {
    expect(refused({})).toBeUndefined()
    expect(refused({}, ['db@dev'])).toBe('db@dev is not applied')
    expect(refused({}, ['db@dev', 'db@prod'])).toBe('2 workspaces are not applied: db@dev …')
    expect(refused({ headCommit: 'f'.repeat(40) })).toBe('its head is not planned yet')
    expect(refused({ isDraft: true })).toBe('it is a draft')
    expect(refused({ status: 'merged' })).toBe('it is merged')
    expect(refused({ problem: 'it conflicts with main' })).toBe('it conflicts with main')
  })
})
