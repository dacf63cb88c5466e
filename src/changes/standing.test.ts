import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aGoodRun, aNewStanding, aStanding, at } from '../../test/support/standing.ts'
import type { RunStatus } from '../runs/index.ts'
import { type Standing, statusOf, type WorkspaceStatus } from './standing.ts'

function telling(status: RunStatus, parts: Partial<NonNullable<Standing['telling']>> = {}) {
  const run = { ...aGoodRun, id: 9, status, isChangeOpen: true, hasBegun: false, at: at(10) }
  return { telling: { ...run, ...parts } }
}

const lock = { kind: 'person', actor: 'bob', info: 'maintenance', since: at(10) } as const
const drift = { planned: { id: 8, drifted: 2, at: at(10), hasBegun: false } }
const moved = { wanted: { sourceDigest: 's2', definitionDigest: 'd1' } }

describe('a workspace', () => {
  test.for<[WorkspaceStatus, string | undefined, Partial<Standing>]>([
    ['in-sync', undefined, {}],
    ['unknown', 'nobody saw how the apply of run-9 ended', { unknownRun: 9 }],
    [
      'at-risk',
      'the state that an apply left was rejected: decide which one is true',
      { isAtRisk: true },
    ],
    ['running', 'run-9 is planning', telling('planning')],
    ['running', 'run-9 is applying', telling('applying', { hasBegun: true })],
    ['failed', 'run-9 failed: no quota', telling('failed', { reason: 'no quota' })],
    ['failed', 'run-9 failed', telling('failed', { isChangeOpen: false, hasBegun: true })],
    ['failed', 'run-9 failed', telling('failed', { changeId: undefined, isChangeOpen: false })],
    ['in-sync', undefined, telling('failed', { isChangeOpen: false })],
    ['waiting', 'run-9 of change-3 is planned', telling('planned')],
    ['pending', 'run-9 of change-3 is to be planned', telling('queued')],
    [
      'pending',
      'run-9 of change-3 is blocked by db@dev',
      telling('waiting', { reason: 'blocked by db@dev' }),
    ],
    ['in-sync', undefined, telling('planned', { changeId: undefined, isChangeOpen: false })],
    ['locked', 'bob has locked it: maintenance', { lock }],
    ['locked', 'bob has locked it', { lock: { ...lock, info: '' } }],
    ['drifted', 'run-8 found 2 resources changed outside of Portolan', drift],
    [
      'drifted',
      'run-8 found 1 resource changed outside of Portolan',
      { planned: { ...drift.planned, drifted: 1 } },
    ],
    ['in-sync', undefined, { ...drift, appliedAt: at(11) }],
    ['in-sync', undefined, { planned: { ...drift.planned, hasBegun: true } }],
    ['pending', 'its sources changed since run-7', moved],
    [
      'pending',
      'its definition changed since run-7',
      { wanted: { sourceDigest: 's1', definitionDigest: 'd2' } },
    ],
    [
      'pending',
      'its sources and its definition changed since run-7',
      { wanted: { sourceDigest: 's2', definitionDigest: 'd2' } },
    ],
    ['in-sync', undefined, { ...moved, declared: false }],
    ['in-sync', '`when` is false', { ...moved, skipped: '`when` is false' }],
    ['in-sync', undefined, { wanted: undefined }],
    [
      'unmerged',
      'run-7 applied it for #3, which is not merged',
      { ...moved, appliedBy: { number: 3, title: 'faster', status: 'open' } },
    ],
    [
      'unmerged',
      'run-7 applied it for #3, which was closed without being merged',
      { ...moved, appliedBy: { number: 3, title: 'faster', status: 'closed' } },
    ],
    ['in-sync', undefined, { appliedBy: { number: 3, title: 'faster', status: 'open' } }],
    [
      'pending',
      '#5 is merged, and not applied: its sources changed since run-7',
      {
        wanted: { sourceDigest: 's2', definitionDigest: 'd1' },
        appliedBy: { number: 3, title: 'faster', status: 'merged' },
        mergedBy: { number: 5, title: 'safer', status: 'merged', at: at(10) },
      },
    ],
    [
      'pending',
      'run-7 destroyed it, and the manifest has it',
      {
        lastGood: {
          ...aGoodRun,
          operation: 'destroy',
          sourceDigest: 's1',
          definitionDigest: 'd1',
        },
        state: { version: 5, resources: 0, recordedAt: at(9) },
      },
    ],
  ])('is %s: %s', ([status, because, parts]) => {
    expect(statusOf(aStanding(parts))).toEqual({ status, because })
  })

  test.for(['client', 'push', 'mv', 'rm', 'taint'] as const)(
    'drifted when its state was written by %s after the last apply',
    (cause) => {
      const written = { cause, actor: 'carol', runId: undefined }
      const state = { version: 5, resources: 12, recordedAt: at(10) }
      expect(statusOf(aStanding({ written, state }))).toEqual({
        status: 'drifted',
        because: 'its state was changed outside of a run by carol',
      })
      expect(statusOf(aStanding({ written, state, appliedAt: at(11) })).status).toBe('in-sync')
      expect(statusOf(aStanding({ written: { ...written, runId: 7 }, state })).status).toBe(
        'in-sync',
      )
      // Kept for a plain Terraform: nothing of Portolan's was ever applied.
      expect(statusOf(aNewStanding({ written, state })).status).toBe('in-sync')
    },
  )

  test('of which nothing was recorded never was', () => {
    expect(statusOf(aNewStanding())).toEqual({ status: 'never', because: undefined })
    expect(statusOf(aNewStanding({ skipped: 'not in prod' }))).toEqual({
      status: 'never',
      because: 'not in prod',
    })
  })
})

test('of everything that is true the worst is told', () => {
  const facts: readonly (readonly [WorkspaceStatus, Partial<Standing>])[] = [
    ['unknown', { unknownRun: 9 }],
    ['at-risk', { isAtRisk: true }],
    ['running', telling('applying')],
    ['locked', { lock }],
    ['drifted', drift],
    ['unmerged', { ...moved, appliedBy: { number: 3, title: 'faster', status: 'open' } }],
    ['pending', moved],
  ]
  const worst = facts.map(([status]) => status)
  fc.assert(
    fc.property(fc.subarray([...facts], { minLength: 1 }), (found) => {
      const standing = aStanding(Object.assign({}, ...found.map(([, parts]) => parts)))
      const statuses = found.map(([status]) => status)
      expect(statusOf(standing).status).toBe(worst.find((status) => statuses.includes(status)))
    }),
  )
})
