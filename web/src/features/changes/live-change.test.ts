import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChangeEvent } from '../../lib/types.ts'
import { aChange, at, workspaceEvent } from './change-samples.ts'
import { liveOf, type NumberedEvent, reduceAll } from './live-change.ts'

const view = aChange({ 'network@dev': [], 'db@dev': ['network@dev'], 'db@prod': [] })

function numbered(events: readonly ChangeEvent[], from = view.lastEvent): NumberedEvent[] {
  return events.map((event, index) => ({ id: from + index + 1, event }))
}

describe('a change that is followed', () => {
  test('says where each workspace stands, and leaves the others as they were', () => {
    const before = liveOf(view)
    const after = reduceAll(
      before,
      numbered([workspaceEvent('db@dev', 'failed', { because: 'terraform said no', run: 12 })]),
    )

    expect(after.nodes[1]).toMatchObject({
      result: 'failed',
      because: 'terraform said no',
      runId: 12,
    })
    expect(after.nodes[0]).toBe(before.nodes[0])
    expect(after.lastEvent).toBe(view.lastEvent + 1)
  })

  test('takes no event twice', () => {
    const events = numbered([
      workspaceEvent('db@dev', 'applying'),
      progress('a', 'started'),
      progress('a', 'done'),
    ])
    const once = reduceAll(liveOf(view), events)

    expect(once.nodes[1]?.done).toBe(1)
    expect(reduceAll(once, events)).toBe(once)
  })

  test('is the same however the events come in pieces', () => {
    const events = numbered([
      workspaceEvent('network@dev', 'planning', { run: 3 }),
      workspaceEvent('network@dev', 'planned', { run: 3, digest: 'd' }),
      workspaceEvent('db@dev', 'applying'),
      progress('a', 'started'),
      progress('b', 'started'),
      progress('a', 'done'),
      { event: 'end', at, change: 7, status: 'done', counts: {} },
    ])
    const whole = reduceAll(liveOf(view), events)

    void fc.assert(
      fc.property(fc.array(fc.nat(events.length)), (cuts) => {
        let live = liveOf(view)
        for (const cut of [...cuts, events.length]) live = reduceAll(live, events.slice(0, cut))
        expect(live).toEqual(whole)
      }),
    )
  })

  test('forgets the digest of a plan that is made again, and keeps it while that plan is applied', () => {
    const planned = reduceAll(
      liveOf(view),
      numbered([workspaceEvent('db@dev', 'planned', { run: 5, digest: 'looked-at' })]),
    )
    const applying = reduceAll(
      planned,
      numbered([workspaceEvent('db@dev', 'applying', { run: 5 })], planned.lastEvent),
    )
    const again = reduceAll(
      planned,
      numbered([workspaceEvent('db@dev', 'planning', { run: 6 })], planned.lastEvent),
    )

    expect(planned.nodes[1]?.digest).toBe('looked-at')
    expect(applying.nodes[1]?.digest).toBe('looked-at')
    expect(again.nodes[1]).toMatchObject({ digest: undefined, summary: undefined, runId: 6 })
  })

  test('knows what is at work, and what an environment waits for until it goes on', () => {
    const waits: ChangeEvent = {
      event: 'waits',
      at,
      change: 7,
      environment: 'prod',
      workspaces: ['db@prod'],
      because: 'prod waits: 1 approval of this plan is needed',
      next: 'approve',
    }
    const working = reduceAll(liveOf(view), numbered([workspaceEvent('db@dev', 'applying')]))
    const waiting = reduceAll(
      working,
      numbered([waits, { event: 'end', at, change: 7, status: 'open', counts: {} }], 50),
    )
    const on = reduceAll(
      waiting,
      numbered(
        [{ event: 'graph', at, change: 7, operation: 'apply', environments: [], workspaces: [] }],
        60,
      ),
    )

    expect(working.working).toBe('apply')
    expect(waiting.working).toBeUndefined()
    expect(waiting.waits['prod']?.workspaces).toEqual(['db@prod'])
    expect(on.waits).toEqual({})
  })

  test('passes over a workspace that it does not know', () => {
    const before = liveOf(view)
    const after = reduceAll(before, numbered([workspaceEvent('new@dev', 'planned')]))

    expect(after.nodes).toEqual(before.nodes)
  })
})

function progress(address: string, status: 'started' | 'done'): ChangeEvent {
  return {
    event: 'progress',
    at,
    change: 7,
    workspace: 'db@dev',
    run: 1,
    address,
    status,
    action: 'create',
  }
}
