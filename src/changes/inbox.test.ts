import { describe, expect, test } from 'vitest'
import { aGate } from '../../test/support/changes.ts'
import { aStanding, at } from '../../test/support/standing.ts'
import type { Approval } from '../runs/index.ts'
import { type InboxFacts, inboxOf, type OpenPlan } from './inbox.ts'

function aPlan(name: string, parts: Partial<OpenPlan> = {}): OpenPlan {
  const [component = '', environment = ''] = name.split('@')
  return {
    project: 'shop',
    changeId: 3,
    author: 'alice',
    isAuthorKnown: true,
    pullRequest: undefined,
    component,
    environment,
    after: undefined,
    gate: undefined,
    isWorking: false,
    runId: 7,
    result: 'planned',
    reason: undefined,
    at: at(9),
    risk: { severity: 'low', sentence: 'changes 1 resource' },
    digest: 'd1',
    ...parts,
  }
}

function inbox(facts: Partial<InboxFacts>) {
  return inboxOf({ standings: [], plans: [], approvals: new Map(), now: at(12), ...facts })
}

function approvalOf(name: string): Approval {
  const person = { id: `id of ${name}`, name, teams: [], isDisabled: false }
  return { digest: 'd1', actor: name, person, overrideReason: undefined, createdAt: at(9) }
}

const sentences = (facts: Partial<InboxFacts>) => inbox(facts).map(({ sentence }) => sentence)

describe('plans of a change', () => {
  test('wait to be applied, by environment, with the worst of their risks', () => {
    const risk = { severity: 'high', sentence: 'replaces 1 database' } as const
    const plans = [
      aPlan('db@dev', { at: at(10) }),
      aPlan('vpc@dev', { runId: 8, risk, at: at(9) }),
      aPlan('app@dev', { runId: 9, risk: undefined, result: 'applied' }),
      aPlan('db@test', { runId: 10 }),
    ]
    expect(inbox({ plans })).toMatchObject([
      {
        kind: 'approval',
        sentence: 'change-3: dev: 2 plans wait to be applied',
        project: 'shop',
        environment: 'dev',
        changeId: 3,
        runId: undefined,
        workspaces: ['db@dev', 'vpc@dev'],
        risk,
        since: at(9),
        asks: { to: 'apply' },
      },
      {
        sentence: 'change-3: test: 1 plan waits to be applied',
        runId: 10,
        risk: { severity: 'low' },
      },
    ])
  })

  test('wait for one approval more where nobody knows who made the change', () => {
    const gate = { ...aGate, approvals: 1 }
    const author = 'github.com/mallory'
    const plans = [aPlan('db@prod', { gate, author, isAuthorKnown: false })]
    const bob = [approvalOf('bob')]
    const why =
      'its author github.com/mallory is nobody here, so one more is needed: portolan person link NAME github.com:mallory, and plan it again'
    expect(sentences({ plans })).toEqual([`change-3: prod waits for 2 approvals of 1 plan; ${why}`])
    expect(inbox({ plans, approvals: new Map([[7, bob]]) })).toMatchObject([
      {
        sentence: `change-3: prod waits for 1 approval of 1 plan; ${why}`,
        asks: { to: 'approve', isAuthorKnown: false },
      },
    ])
    const both = [...bob, approvalOf('carol')]
    expect(inbox({ plans, approvals: new Map([[7, both]]) })).toMatchObject([
      { asks: { to: 'apply' } },
    ])
  })

  test('wait for approvals where a gate asks for them', () => {
    const gate = { ...aGate, approvals: 2, from: ['team/sre', 'bob'] }
    const plans = [aPlan('db@prod', { gate }), aPlan('vpc@prod', { gate, runId: 8 })]
    const bob = [approvalOf('bob')]

    expect(sentences({ plans })).toEqual([
      'change-3: prod waits for 2 approvals from team/sre or bob of 2 plans',
    ])
    expect(inbox({ plans, approvals: new Map([[7, bob]]) })[0]?.asks).toEqual({
      to: 'approve',
      gate,
      author: 'alice',
      isAuthorKnown: true,
      approvals: [bob, []],
    })
    const simple = { ...aGate, approvals: 1 }
    const one = [aPlan('db@prod', { gate: simple }), aPlan('vpc@prod', { gate: simple, runId: 8 })]
    expect(sentences({ plans: one, approvals: new Map([[7, bob]]) })).toEqual([
      'change-3: prod waits for 1 approval of 1 plan',
    ])
    expect(
      sentences({
        plans: one,
        approvals: new Map([
          [7, bob],
          [8, bob],
        ]),
      }),
    ).toEqual(['change-3: prod: 2 plans wait to be applied'])
  })

  test.for<[string, readonly OpenPlan[]]>([
    ['while something is at work', [aPlan('db@dev', { isWorking: true })]],
    ['that were made from planned values', [aPlan('db@dev', { result: 'provisional' })]],
    [
      'that come after what is not there yet',
      [aPlan('db@dev', { result: 'deferred' }), aPlan('db@prod', { after: 'dev' })],
    ],
  ])('wait for nobody %s', ([, plans]) => {
    expect(sentences({ plans })).toEqual([])
  })

  test('wait when what they come after has proven itself', () => {
    const plans = [aPlan('db@dev', { result: 'unchanged' }), aPlan('db@prod', { after: 'dev' })]
    expect(sentences({ plans })).toEqual(['change-3: prod: 1 plan waits to be applied'])
  })

  test('that failed are told with the reason of the first', () => {
    const failed = { result: 'failed', reason: 'no quota' } as const
    expect(inbox({ plans: [aPlan('db@dev', failed)] })).toMatchObject([
      { kind: 'failed', sentence: 'change-3: db@dev failed: no quota', runId: 7 },
    ])
    expect(sentences({ plans: [aPlan('db@dev', failed), aPlan('vpc@dev', failed)] })).toEqual([
      'change-3: 2 workspaces of dev failed; db@dev: no quota',
    ])
  })
})

describe('a workspace', () => {
  test.for<[string, Partial<Parameters<typeof aStanding>[0]>]>([
    ['db@prod: nobody saw how the apply of run-9 ended', { unknownRun: 9 }],
    ['db@prod: the state that an apply left was rejected', { isAtRisk: true, atRiskSince: at(9) }],
    [
      'db@prod: bob holds the lock (maintenance)',
      { lock: { kind: 'person', actor: 'bob', info: 'maintenance', since: at(10) } },
    ],
    [
      'db@prod: run-8 found 2 resources changed outside of Portolan',
      { planned: { id: 8, drifted: 2, at: at(10), hasBegun: false } },
    ],
  ])('%s', ([sentence, parts]) => {
    expect(sentences({ standings: [aStanding(parts)] })).toEqual([sentence])
  })

  test('whose lock is young waits for nobody', () => {
    const lock = { kind: 'person', actor: 'bob', info: '', since: at(11) } as const
    expect(sentences({ standings: [aStanding({ lock })] })).toEqual([])
    expect(sentences({ standings: [aStanding({ lock })], now: at(12.1) })).toHaveLength(1)
  })

  test('that drifted is told together with the others of its environment', () => {
    const planned = { id: 8, drifted: 2, at: at(10), hasBegun: false }
    const standings = [
      aStanding({ planned }),
      aStanding({ planned: { ...planned, at: at(9.5) }, component: 'vpc' }),
      aStanding({ planned, environment: 'dev' }),
      aStanding({ planned, project: 'bank' }),
    ]
    expect(inbox({ standings })).toMatchObject([
      {
        sentence:
          '2 workspaces of prod drifted; db@prod: run-8 found 2 resources changed outside of Portolan',
        workspaces: ['db@prod', 'vpc@prod'],
        since: at(9.5),
      },
      { environment: 'dev', workspaces: ['db@dev'], runId: 8 },
      { project: 'bank', workspaces: ['db@prod'] },
    ])
  })
})

test('the most urgent comes first, then what waits longest', () => {
  const kinds = inbox({
    standings: [
      aStanding({ lock: { kind: 'client', actor: 'ci', info: '', since: at(1) } }),
      aStanding({ planned: { id: 8, drifted: 1, at: at(10), hasBegun: false } }),
      aStanding({ isAtRisk: true, atRiskSince: at(9) }),
      aStanding({ isAtRisk: true, atRiskSince: at(8), component: 'vpc' }),
      aStanding({ unknownRun: 9 }),
    ],
    plans: [aPlan('db@dev'), aPlan('vpc@dev', { result: 'failed' })],
  }).map(({ kind, since }) => [kind, since.toISOString().slice(11, 13)])

  expect(kinds.map(([kind]) => kind)).toEqual([
    'unknown',
    'at-risk',
    'at-risk',
    'approval',
    'failed',
    'drifted',
    'locked',
  ])
  expect(kinds.slice(1, 3).map(([, hour]) => hour)).toEqual(['08', '09'])
})

describe('what main says and what is deployed', () => {
  const three = { number: 3, title: 'faster', status: 'open' } as const
  const five = { number: 5, title: 'safer', status: 'merged', at: at(10) } as const
  const wanted = { sourceDigest: 's2', definitionDigest: 'd1' }
  const unmerged = (component: string) => aStanding({ component, wanted, appliedBy: three })

  test('a pull request that is applied in part is shown at once, with what is left', () => {
    const standings = [unmerged('db'), unmerged('vpc')]
    const plans = [aPlan('app@prod', { pullRequest: 3, result: 'failed' })]
    expect(inbox({ standings, plans, now: at(9) })).toMatchObject([
      { kind: 'failed', pullRequest: 3 },
      {
        kind: 'unmerged',
        sentence:
          '#3 is applied in db@prod, vpc@prod, and not merged; app@prod is still to be applied',
        pullRequest: 3,
        workspaces: ['db@prod', 'vpc@prod'],
        since: at(9),
      },
    ])
    const working = plans.map((plan) => ({ ...plan, isWorking: true }))
    expect(sentences({ standings, plans: working }).some((one) => one.startsWith('#3'))).toBe(false)
  })

  test('one that is applied and not merged has an hour; one that was closed has none', () => {
    const standings = [unmerged('db')]
    expect(sentences({ standings, now: at(9.9) })).toEqual([])
    expect(sentences({ standings, now: at(10.1) })).toEqual([
      '#3 is applied in db@prod, and not merged',
    ])
    // It counts from what was applied first, wherever that stands.
    const later = aStanding({ component: 'api', wanted, appliedBy: three, appliedAt: at(10) })
    expect(inbox({ standings: [later, ...standings], now: at(10.1) })).toMatchObject([
      { sentence: '#3 is applied in api@prod, db@prod, and not merged', since: at(9) },
    ])
    const closed = [aStanding({ wanted, appliedBy: { ...three, status: 'closed' } })]
    expect(sentences({ standings: closed, now: at(9) })).toEqual([
      '#3 was closed without being merged, and db@prod is as it wanted',
    ])
  })

  test('what was merged an hour ago is to be applied', () => {
    const standings = [aStanding({ wanted, mergedBy: five })]
    expect(sentences({ standings, now: at(10.9) })).toEqual([])
    expect(inbox({ standings, now: at(11.1) })).toMatchObject([
      {
        kind: 'unapplied',
        sentence: '#5 is merged, and not applied in db@prod',
        pullRequest: 5,
        since: at(10),
      },
    ])
  })
})
