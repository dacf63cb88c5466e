import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { advance, isFinal, type Run, type RunStatus, transitions } from './run.ts'

const statuses = Object.keys(transitions) as RunStatus[]
const status = fc.constantFrom(...statuses)

function aRun(at: RunStatus): Run {
  return {
    id: 42,
    workspaceId: '7b0d4f0e-0000-4000-8000-000000000001',
    changeId: undefined,
    operation: 'apply',
    status: at,
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
    summary: undefined,
    cancelRequestedBy: undefined,
    createdAt: new Date(0),
    plannedAt: undefined,
    applyingAt: undefined,
    finishedAt: undefined,
  }
}

function attempt(run: Run, to: RunStatus): Run {
  try {
    return advance(run, to)
  } catch {
    return run
  }
}

describe('the state machine of a run', () => {
  test('goes only where the table leads', () => {
    fc.assert(
      fc.property(status, status, (from, to) => {
        const allowed: readonly string[] = transitions[from]
        if (allowed.includes(to)) expect(advance(aRun(from), to)).toEqual(aRun(to))
        else
          expect(() => advance(aRun(from), to)).toThrow(`run-42 is ${from} and cannot become ${to}`)
      }),
    )
  })

  test('stays final once it is final, whatever is tried', () => {
    fc.assert(
      fc.property(fc.array(status, { maxLength: 30 }), (tries) => {
        let run = aRun('queued')
        for (const to of tries) {
          const before = run
          run = attempt(run, to)
          if (isFinal(before.status)) expect(run).toBe(before)
        }
      }),
    )
  })

  test('never applies without a plan before it, and never applies twice', () => {
    fc.assert(
      fc.property(fc.array(status, { maxLength: 40 }), (tries) => {
        const way = [aRun('queued')]
        for (const to of tries) way.push(attempt(way.at(-1) ?? aRun('queued'), to))
        const starts = way.flatMap((run, at) =>
          run.status === 'applying' && way[at - 1]?.status !== 'applying' ? [at] : [],
        )
        expect(starts.length).toBeLessThanOrEqual(1)
        for (const at of starts) expect(way[at - 1]?.status).toBe('planned')
      }),
    )
  })

  test('leads out of every status that is not final', () => {
    const reachable = new Set<RunStatus>(['queued'])
    for (const from of reachable) for (const to of transitions[from]) reachable.add(to)

    expect([...reachable].sort()).toEqual([...statuses].sort())
    expect(statuses.filter(isFinal).sort()).toEqual(
      ['applied', 'cancelled', 'closed', 'failed', 'unchanged'].sort(),
    )
  })

  test('lets an unknown run end as applied or failed only', () => {
    expect(transitions.unknown).toEqual(['applied', 'failed'])
    expect(() => advance(aRun('unknown'), 'applying')).toThrow(/cannot become applying/)
  })
})
