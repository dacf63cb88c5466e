import { describe, expect, test } from 'vitest'
import { goodEvidence, known } from '../../../test/support/evidence.ts'
import { aSummary } from '../../../test/support/runs.ts'
import {
  type ChangeEvidence,
  decideRequirements,
  type Evidence,
  type GateEvidence,
  type RequirementName,
} from '../index.ts'
import { wayOut } from './way-out.ts'

const change: ChangeEvidence = {
  name: 'change-7',
  isOpen: true,
  closedBecause: undefined,
  author: 'alice',
  isAuthorKnown: true,
  environment: 'prod',
  gate: undefined,
  window: undefined,
  promotion: { after: undefined, missing: [] },
  upstreams: [],
  pullRequest: undefined,
}

const good: Evidence = {
  ...goodEvidence,
  run: { ...goodEvidence.run, changeId: 7 },
  change: known(change),
}

/** What is not met when a change asks for this. */
function unmet(
  asked: Partial<ChangeEvidence>,
  parts: Partial<Evidence> = {},
): Partial<Record<RequirementName, string>> {
  const requirements = decideRequirements({
    ...good,
    change: known({ ...change, ...asked }),
    ...parts,
  })
  return Object.fromEntries(
    requirements.filter(({ met }) => !met).map(({ name, sentence }) => [name, sentence]),
  )
}

describe('a run of a change', () => {
  test('is asked for more than a run of its own', () => {
    expect(unmet({})).toEqual({})
    expect(decideRequirements(good)).toHaveLength(16)
    expect(decideRequirements({ ...good, run: goodEvidence.run })).toHaveLength(9)
  })

  test('may not be applied while nobody knows what its change asks for', () => {
    const names = [
      'change',
      'current',
      'upstreams',
      'promotion',
      'gate',
      'window',
      'destroy-policy',
    ]
    const lost = { known: false, error: 'the connection was lost' } as const
    for (const evidence of [lost, known(undefined)]) {
      const found = unmet({}, { change: evidence })
      expect(Object.keys(found)).toEqual(names)
      for (const sentence of Object.values(found)) expect(sentence).toMatch(/could not be checked/)
    }
  })

  test('is over with its change', () => {
    expect(unmet({ isOpen: false, closedBecause: 'superseded by change-9' })).toEqual({
      change: 'change-7 is over (superseded by change-9)',
    })
  })

  test('waits for everything that it needs, by name', () => {
    const applied = { name: 'vpc@prod', isSettled: true, standing: 'applied' }
    const failed = { name: 'db@prod', isSettled: false, standing: 'failed' }
    expect(unmet({ upstreams: [applied] })).toEqual({})
    expect(unmet({ upstreams: [applied, failed] })).toEqual({
      upstreams: 'it needs what is not applied: db@prod is failed',
    })
    const many = Array.from({ length: 9 }, (_, at) => ({ ...failed, name: `c${at}@prod` }))
    expect(unmet({ upstreams: many }).upstreams).toBe(
      'it needs what is not applied: c0@prod is failed, c1@prod is failed, c2@prod is failed and 6 more',
    )
  })

  test('goes to an environment after the one before it', () => {
    expect(unmet({ promotion: { after: 'staging', missing: [] } })).toEqual({})
    expect(unmet({ promotion: { after: 'staging', missing: ['db@staging is planned'] } })).toEqual({
      promotion: 'prod comes after staging: db@staging is planned',
    })
  })

  test('is not started with a provisional plan', () => {
    const plan = known({
      digest: 'd1',
      facts: good.facts,
      applicable: false,
      provisional: true,
      hasFile: false,
    })
    expect(unmet({}, { plan })).toEqual({
      planned: 'the plan of run-42 is provisional: its inputs are not real yet',
      applicable: 'a provisional plan is never applied',
    })
  })
})

describe('a gate', () => {
  const gate: GateEvidence = { approvals: 1, from: [], destroy: 'allow' }
  function approvedBy(actor: string, digest = 'd1') {
    const createdAt = new Date()
    return {
      approvals: known([
        { digest, actor, overrideReason: undefined, createdAt, person: undefined },
      ]),
    }
  }

  test('that asks for nobody is open', () => {
    expect(unmet({ gate: { ...gate, approvals: 0, from: ['team/sre'] } })).toEqual({})
  })

  test('of one approval opens for one, of this very plan', () => {
    expect(unmet({ gate }, approvedBy('bob'))).toEqual({})
    expect(unmet({ gate }, approvedBy('bob', 'd0'))).toMatchObject({
      gate: 'prod waits: 1 approval of this plan is needed',
    })
    expect(unmet({ gate }, { approvals: known([]) })).toHaveProperty('gate')
  })

  test('of several people, or of a team, needs a server that knows them', () => {
    const names = ['bob', 'carol', 'dave']
    const createdAt = new Date()
    const approvals = known(
      names.map((actor) => ({
        digest: 'd1',
        actor,
        overrideReason: undefined,
        createdAt,
        person: undefined,
      })),
    )
    expect(unmet({ gate: { ...gate, approvals: 2, from: ['team/sre'] } }, { approvals })).toEqual({
      gate: 'prod waits: 2 approvals from team/sre are needed; bob, carol and dave approved without an account: people and teams need a Portolan server',
    })
    expect(unmet({ gate: { ...gate, from: ['bob', 'team/sre'] } }, { approvals })).toEqual({
      gate: 'prod waits: 1 approval from bob or team/sre is needed; bob, carol and dave approved without an account: people and teams need a Portolan server',
    })
    expect(unmet({ gate: { ...gate, approvals: 3 } }, { approvals })).toEqual({
      gate: 'prod waits: 3 approvals are needed; bob, carol and dave approved without an account: people and teams need a Portolan server',
    })
  })

  test('is shut while approvals or the plan could not be read', () => {
    const lost = { known: false, error: 'lost' } as const
    expect(unmet({ gate }, { approvals: lost })).toHaveProperty('gate')
    expect(unmet({ gate }, { plan: lost })).toHaveProperty('gate')
  })

  test('has a window', () => {
    const window = {
      text: 'Mon-Thu 09:00-16:00 UTC',
      isOpen: false,
      opens: new Date('2026-03-09T09:00:00Z'),
    }
    expect(unmet({ window: { ...window, isOpen: true } })).toEqual({})
    expect(unmet({ window })).toEqual({
      window:
        'the window of prod is closed (Mon-Thu 09:00-16:00 UTC); it opens at 2026-03-09 09:00 UTC',
    })
  })

  test.each(['delete', 'replace', 'forget'] as const)('denies a plan with a %s', (what) => {
    const run = { ...good.run, summary: { ...aSummary, [what]: 2 } }
    expect(unmet({ gate: { ...gate, destroy: 'deny' } }, { run })).toEqual({
      'destroy-policy':
        'prod denies what destroys: the plan deletes, replaces or forgets 2 resources',
    })
    expect(unmet({ gate }, { run })).toEqual({})
  })

  test('denies what may destroy, and lets pass what does not', () => {
    const deny: GateEvidence = { ...gate, destroy: 'deny' }
    expect(unmet({ gate: deny })).toEqual({})
    const run = { ...good.run, summary: undefined }
    expect(unmet({ gate: deny }, { run })).toHaveProperty('destroy-policy')
  })
})

test('every requirement has a way out', () => {
  for (const requirement of decideRequirements(good)) {
    expect(wayOut(requirement, good)).toMatch(/^[A-Z].{10,}/)
    const lost = { ...good, change: { known: false, error: 'lost' } as const }
    expect(wayOut(requirement, lost)).toMatch(/^[A-Z].{10,}[^ ]$/)
  }
})

describe('a run of a pull request', () => {
  const pullRequest = {
    number: 3,
    status: 'open',
    isHead: true,
    isUntrusted: false,
    apply: 'before-merge',
  } as const

  test.each([
    [{}, undefined],
    [{ status: 'merged' }, undefined],
    [{ status: 'merged', apply: 'after-merge' }, undefined],
    [{ apply: 'after-merge' }, 'prod is applied by merging #3'],
    [{ isHead: false }, '#3 has another head by now'],
    [{ status: 'closed' }, '#3 was closed without being merged'],
    [{ isUntrusted: true }, '#3 comes from a fork: nothing of it is applied'],
  ] as const)('is applied as long as it is what the pull request says: %o', (parts, sentence) => {
    const asked = { pullRequest: { ...pullRequest, ...parts } }
    expect(unmet(asked)).toEqual(sentence === undefined ? {} : { current: sentence })
    const evidence = { ...good, change: known({ ...change, ...asked }) }
    const current = decideRequirements(evidence).find(({ name }) => name === 'current')
    expect(current && wayOut(current, evidence)).toMatch(/^[A-Z].{10,}/)
  })
})
