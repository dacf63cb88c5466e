import { describe, expect, test } from 'vitest'
import type { ChangeEvent } from '../../lib/types.ts'
import { at, workspaceEvent } from './change-samples.ts'
import { emptyTimeline, withEvents } from './timeline.ts'

function timeline(events: readonly ChangeEvent[]) {
  return withEvents(
    emptyTimeline,
    events.map((event, index) => ({ id: index + 1, event })),
  ).entries
}

describe('the timeline of a change', () => {
  test('says who did what, to what, and why', () => {
    const approved: ChangeEvent = {
      event: 'action',
      at,
      change: 7,
      actor: 'ben',
      action: 'approve',
      workspaces: ['db@prod'],
      reason: 'looked at the replacement',
    }

    expect(timeline([approved])).toEqual([
      {
        id: 1,
        at,
        actor: 'ben',
        what: 'approved',
        workspaces: ['db@prod'],
        detail: 'looked at the replacement',
      },
    ])
  })

  test('workspaces that come to the same one after the other are one entry', () => {
    const entries = timeline([
      workspaceEvent('a@dev', 'planned'),
      workspaceEvent('b@dev', 'planned'),
      workspaceEvent('c@dev', 'failed', { because: 'exit 1' }),
      workspaceEvent('d@dev', 'failed', { because: 'exit 2' }),
    ])

    expect(entries.map(({ what, workspaces }) => [what, workspaces])).toEqual([
      ['planned', ['a@dev', 'b@dev']],
      ['failed', ['c@dev']],
      ['failed', ['d@dev']],
    ])
  })

  test('what is at work is no entry: what came of it is', () => {
    const entries = timeline([
      workspaceEvent('a@dev', 'applying'),
      workspaceEvent('a@dev', 'applied'),
      workspaceEvent('b@dev', 'applying'),
      workspaceEvent('b@dev', 'applied'),
      workspaceEvent('b@dev', 'planning'),
      workspaceEvent('b@dev', 'applied'),
    ])

    expect(entries.map(({ what, workspaces }) => [what, workspaces])).toEqual([
      ['applied', ['a@dev', 'b@dev']],
    ])
  })

  test('what a new phase repeats is no news', () => {
    expect(
      timeline([
        workspaceEvent('a@dev', 'pending'),
        workspaceEvent('a@dev', 'planned'),
        { event: 'graph', at, change: 7, operation: 'apply', environments: [], workspaces: [] },
        workspaceEvent('a@dev', 'planned'),
      ]),
    ).toHaveLength(1)
  })

  test('repeated events add nothing', () => {
    const event = { id: 4, event: workspaceEvent('a@dev', 'applied') }
    const once = withEvents(emptyTimeline, [event])

    expect(withEvents(once, [event])).toBe(once)
  })
})
