import { describe, expect, test } from 'vitest'
import type { ChangeView, Gate, Result } from '../../lib/types.ts'
import { aChange, aSummary } from './change-samples.ts'
import { lanesOf } from './lanes.ts'
import { liveOf } from './live-change.ts'

const names = { 'a@dev': [], 'b@dev': [], 'a@prod': [] }
const gate: Gate = { approvals: 2, from: ['platform', 'security'], destroy: 'deny', dirty: 'deny' }

function lanes(results: readonly Result[], view: ChangeView = aChange(names)) {
  const live = liveOf(view)
  return lanesOf({
    ...live,
    nodes: live.nodes.map((node, index) => ({ ...node, result: results[index] ?? 'pending' })),
  })
}

describe('the environments of a change', () => {
  test('come in the order of promotion, with how their workspaces stand', () => {
    const [dev, prod] = lanes(['applied', 'failed', 'planned'])

    expect(dev).toMatchObject({ standing: 'failed', counts: { applied: 1, failed: 1 } })
    expect(prod).toMatchObject({ standing: 'waiting', environment: { name: 'prod' } })
  })

  test('wait for the one before until all of it is done', () => {
    expect(lanes(['applied', 'planned'])[1]?.requirements).toEqual([
      { met: false, sentence: 'Comes after dev: 1 of 2 done there.' },
    ])
    expect(lanes(['applied', 'unchanged'])[1]?.requirements).toEqual([
      { met: true, sentence: 'Comes after dev: all is done there.' },
    ])
  })

  test('come the other way round, and wait for nothing, when all is destroyed', () => {
    const view = aChange(names)
    const destroying: ChangeView = { ...view, change: { ...view.change, operation: 'destroy' } }

    const all = lanes([], destroying)

    expect(all.map((lane) => lane.environment.name)).toEqual(['prod', 'dev'])
    expect(all.flatMap((lane) => lane.requirements)).toEqual([])
  })

  test('say what their gate asks for', () => {
    const view = aChange({ 'a@prod': [] })
    const [prod] = view.environments
    const gated: ChangeView = {
      ...view,
      environments: prod === undefined ? [] : [{ ...prod, after: undefined, gate }],
      change: { ...view.change, source: { ...view.change.source, dirty: true } },
    }
    const live = liveOf(gated)
    const nodes = live.nodes.map((node) => ({ ...node, summary: aSummary({ replace: 1 }) }))

    expect(lanesOf({ ...live, nodes })[0]?.requirements).toEqual([
      { met: undefined, sentence: 'Each plan needs 2 approvals from platform or security.' },
      {
        met: false,
        sentence: 'Nothing may be destroyed: the plans would end 1 resource.',
      },
      { met: false, sentence: 'Only what is committed: this is not.' },
    ])
  })

  test('include one that nobody announced: an orphan is shown, not lost', () => {
    const live = liveOf(aChange({ 'a@old': [] }))

    expect(lanesOf({ ...live, environments: [] }).map((lane) => lane.environment.name)).toEqual([
      'old',
    ])
  })
})
