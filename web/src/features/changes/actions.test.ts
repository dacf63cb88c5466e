import { describe, expect, test } from 'vitest'
import type { Result } from '../../lib/types.ts'
import {
  canApply,
  canApprove,
  canCancel,
  canResume,
  consequencesOf,
  consequencesText,
  type Possibility,
} from './actions.ts'
import { aChange, aSummary } from './change-samples.ts'
import { type LiveChange, type LiveNode, liveOf } from './live-change.ts'

function change(results: readonly Result[], more: Partial<LiveChange> = {}): LiveChange {
  const live = liveOf(aChange({ 'a@dev': [], 'b@dev': [], 'a@prod': [] }))
  const nodes = live.nodes.map((node, index) => ({ ...node, result: results[index] ?? 'pending' }))
  return { ...live, nodes, ...more }
}

function said(possibility: Possibility): string | readonly string[] {
  return possibility.possible ? possibility.nodes.map(({ name }) => name) : possibility.because
}

describe('what may be done with a change', () => {
  test('plans are approved where they wait, all of an environment or one', () => {
    const live = change(['planned', 'provisional', 'planned'])

    expect(said(canApprove(live, 'dev'))).toEqual(['a@dev', 'b@dev'])
    expect(said(canApprove(live, 'dev', 'b@dev'))).toEqual(['b@dev'])
    expect(said(canApprove(change(['applied', 'applied']), 'dev'))).toBe(
      'No plan in dev waits for an approval.',
    )
  })

  test('who may not is told so', () => {
    const may = { approve: ['dev'], apply: [], cancel: false }
    const live = change(['planned', 'failed', 'planned'], { may })

    expect(said(canApprove(live, 'prod'))).toMatch(/^You may not approve in prod\./)
    expect(said(canApply(live))).toMatch(/^You may not apply in dev, prod\./)
    expect(said(canResume(live))).toMatch(/^You may not apply in dev\./)
    expect(said(canCancel(live))).toMatch(/^You may not cancel it\./)
  })

  test('only what is permitted is applied', () => {
    const may = { approve: [], apply: ['dev'], cancel: false }

    expect(said(canApply(change(['planned', 'deferred', 'planned'], { may })))).toEqual([
      'a@dev',
      'b@dev',
    ])
  })

  test('nothing is begun while something is at work, or when it is over', () => {
    const live = change(['planned'])
    const done = { ...live.change, status: 'closed' as const, closedBecause: 'change-9 came later' }

    expect(said(canApply({ ...live, working: 'plan' }))).toBe('It is being planned.')
    expect(said(canResume({ ...live, working: 'apply' }))).toBe('It is being applied already.')
    for (const possible of [canApply, canResume, canCancel]) {
      expect(said(possible({ ...live, change: done }))).toBe(
        'change-7 is closed: change-9 came later.',
      )
    }
  })

  test('what comes from a fork is never applied from there', () => {
    const live = change(['planned', 'failed'])
    const options = { ...live.change.options, untrusted: true }
    const untrusted = { ...live, change: { ...live.change, options } }

    for (const possible of [canApply, canResume]) {
      expect(said(possible(untrusted))).toBe(
        'It comes from a fork, and is never applied from there.',
      )
    }
    expect(canCancel(untrusted).possible).toBe(true)
  })

  test('it starts again at what stopped, never at an apply whose end nobody saw', () => {
    expect(said(canResume(change(['failed', 'blocked', 'unknown'])))).toEqual(['a@dev', 'b@dev'])
  })
})

describe('what plans would do together', () => {
  const nodes = change(['planned', 'planned', 'deferred']).nodes
  const summaries = [
    aSummary({ create: 2, risk: 'creates 2', severity: 'low' }),
    aSummary({ replace: 1, risk: 'replaces a database', severity: 'high', protected: ['db.main'] }),
  ]
  const planned = nodes.map((node, index): LiveNode => ({ ...node, summary: summaries[index] }))

  test('is counted up, the worst first', () => {
    expect(consequencesOf(planned)).toMatchObject({
      workspaces: 3,
      create: 2,
      replace: 1,
      worst: { name: 'b@dev', risk: 'replaces a database', severity: 'high' },
      protected: ['db.main'],
      unseen: ['a@prod'],
    })
  })

  test('is said in half a sentence', () => {
    expect(consequencesText(consequencesOf(planned))).toBe('creates 2, replaces 1 in 3 workspaces')
    expect(consequencesText(consequencesOf(planned.slice(2)))).toBe(
      'changes no resource in 1 workspace',
    )
  })
})
