import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GateEvidence } from './change-evidence.ts'
import type { Approval, Approver } from './evidence.ts'
import { countsAtGate, decideGate, isForAnybody } from './gate.ts'

const createdAt = new Date('2026-03-02T09:00:00Z')

function person(name: string, parts: Partial<Approver> = {}): Approver {
  return { id: `id of ${name}`, name, teams: [], isDisabled: false, ...parts }
}

function approval(who: Approver | string, digest = 'd1'): Approval {
  const isPerson = typeof who !== 'string'
  return {
    digest,
    actor: isPerson ? who.name : who,
    person: isPerson ? who : undefined,
    overrideReason: undefined,
    createdAt,
  }
}

/** What a gate of prod says of a change that alice made. */
function ask(gate: Partial<GateEvidence>, approvals: readonly Approval[], by = 'alice') {
  return decideGate({
    environment: 'prod',
    gate: { approvals: 1, from: [], destroy: 'allow', ...gate },
    author: by,
    isAuthorKnown: by === 'alice',
    digest: 'd1',
    approvals,
  })
}

const bob = person('bob', { teams: ['sre'] })
const carol = person('carol', { teams: ['web', 'sre'] })
const dave = person('dave', { teams: ['web'] })
const alice = person('alice', { teams: ['sre'] })

describe('a gate', () => {
  test.for<[Partial<GateEvidence>, readonly Approval[], string]>([
    [{}, [approval(bob)], 'bob approved it for prod'],
    [{}, [approval('Ada <ada@example.org>')], 'Ada <ada@example.org> approved it for prod'],
    [{ approvals: 2 }, [approval(bob), approval(carol)], 'bob and carol approved it for prod'],
    [{ from: ['team/sre'] }, [approval(carol)], 'carol approved it for prod'],
    [{ from: ['dave'] }, [approval(dave)], 'dave approved it for prod'],
    [
      { approvals: 3, from: ['team/sre', 'dave'] },
      [approval(bob), approval(carol), approval(dave)],
      'bob, carol and dave approved it for prod',
    ],
  ])('%j lets through', ([gate, approvals, sentence]) => {
    expect(ask(gate, approvals)).toEqual({ met: true, missing: 0, sentence })
  })

  test.for<[string, Partial<GateEvidence>, readonly Approval[], number, string]>([
    ['nobody', {}, [], 1, '1 approval of this plan is needed'],
    ['nobody of two', { approvals: 2 }, [], 2, '2 approvals are needed'],
    [
      'one of two',
      { approvals: 2, from: ['team/sre'] },
      [approval(bob)],
      1,
      '1 more approval of 2 from team/sre is needed; bob approved',
    ],
    [
      'one of four',
      { approvals: 4 },
      [approval(bob)],
      3,
      '3 more approvals of 4 are needed; bob approved',
    ],
    ['another plan', {}, [approval(bob, 'd0')], 1, '1 approval of this plan is needed'],
    [
      'who made the change',
      {},
      [approval(alice)],
      1,
      '1 approval of this plan is needed; alice made the change: others must approve',
    ],
    [
      'who is in no team',
      { from: ['team/sre', 'bob'] },
      [approval(dave)],
      1,
      '1 approval from team/sre or bob is needed; dave approved, who is not asked',
    ],
    [
      'a person of the name of a team',
      { from: ['team/sre'] },
      [approval(person('sre'))],
      1,
      '1 approval from team/sre is needed; sre approved, who is not asked',
    ],
    [
      'who has no account any more',
      {},
      [approval({ ...bob, isDisabled: true })],
      1,
      '1 approval of this plan is needed; the account of bob, who approved, is disabled',
    ],
    [
      'one person twice',
      { approvals: 2 },
      [approval(bob), { ...approval(bob), actor: 'bob (laptop)' }],
      1,
      '1 more approval of 2 is needed; bob approved',
    ],
    [
      'a name that git gives',
      { from: ['bob'] },
      [approval('bob')],
      1,
      '1 approval from bob is needed; bob approved without an account: people and teams need a Portolan server',
    ],
  ])('is shut for %s', ([, gate, approvals, missing, said]) => {
    expect(ask(gate, approvals)).toEqual({
      met: false,
      missing,
      sentence: `prod waits: ${said}`,
    })
  })

  test('says no more than a few of many that do not count', () => {
    const many = Array.from({ length: 9 }, (_, at) => approval(person(`p${at}`)))
    expect(ask({ from: ['bob'] }, many).sentence).toBe(
      'prod waits: 1 approval from bob is needed; p0 approved, who is not asked; p1 approved, who is not asked; 7 more',
    )
  })
})

describe('a gate of a change whose author is nobody here', () => {
  const by = 'github.com/mallory'
  const told =
    'its author github.com/mallory is nobody here, so one more is needed: portolan person link NAME github.com:mallory, and plan it again'

  test.for<[string, Partial<GateEvidence>, readonly Approval[], string]>([
    ['asks for two instead of one', {}, [], '2 approvals are needed'],
    [
      'is not content with one who may be the author',
      { from: ['team/sre'] },
      [approval(bob)],
      '1 more approval of 2 from team/sre is needed; bob approved',
    ],
    [
      'takes a name that proves nothing for nobody',
      {},
      [approval(bob), approval(by)],
      '1 more approval of 2 is needed; bob approved; github.com/mallory approved without an account: people and teams need a Portolan server',
    ],
  ])('%s', ([, gate, approvals, said]) => {
    const { met, sentence } = ask(gate, approvals, by)
    expect(met).toBe(false)
    expect(sentence).toBe(`prod waits: ${said}; ${told}`)
  })

  test('is open for one more than it asks for', () => {
    expect(ask({}, [approval(bob), approval(carol)], by)).toEqual({
      met: true,
      missing: 0,
      sentence: 'bob and carol approved it for prod',
    })
  })

  test('is none that anybody can open, and counts everybody who is asked', () => {
    const gate = { approvals: 1, from: [], destroy: 'allow' } as const
    expect(isForAnybody({ gate, isAuthorKnown: true })).toBe(true)
    expect(isForAnybody({ gate, isAuthorKnown: false })).toBe(false)
    expect(countsAtGate({ gate, author: by }, bob)).toBe(true)
  })

  test('asks for nothing where nothing is asked for', () => {
    expect(ask({ approvals: 0 }, [], by).met).toBe(true)
  })
})

/** Said in another way than the product does. */
function isAsked(from: readonly string[], { name, teams, isDisabled }: Approver): boolean {
  const selves = [name, ...teams.map((team) => `team/${team}`)]
  const isNamed = from.length === 0 || selves.some((self) => from.includes(self))
  return !isDisabled && name !== 'alice' && isNamed
}

test('a gate counts different people with an account who are asked and did not make the change', () => {
  const names = ['alice', 'bob', 'carol', 'dave']
  const aPerson = fc.record({
    name: fc.constantFrom(...names),
    teams: fc.subarray(['sre', 'web']),
    isDisabled: fc.boolean(),
  })
  const anApproval = fc.record({
    who: fc.option(aPerson, { nil: undefined }),
    digest: fc.constantFrom('d1', 'd1', 'd0'),
  })
  const aGate = fc.record({
    approvals: fc.integer({ min: 1, max: 3 }),
    from: fc.subarray(['team/sre', 'team/web', 'bob', 'alice']),
    destroy: fc.constant('allow' as const),
  })
  fc.assert(
    fc.property(aGate, fc.array(anApproval, { maxLength: 6 }), (gate, given) => {
      const approvals = given.map(({ who, digest }) =>
        approval(who === undefined ? 'git' : person(who.name, who), digest),
      )
      const good = approvals.flatMap(({ person: who, digest }) =>
        digest === 'd1' && who !== undefined && isAsked(gate.from, who) ? [who.name] : [],
      )
      const isSimple = gate.approvals === 1 && gate.from.length === 0
      const byGit = approvals.some((one) => one.person === undefined && one.digest === 'd1')
      const expected = new Set(good).size >= gate.approvals || (isSimple && byGit)

      const { met, missing } = ask(gate, approvals)

      expect(met).toBe(expected)
      expect(missing === 0).toBe(expected)
      expect(good).not.toContain('alice')
    }),
  )
})

test('whoever of those who approved the unknown author is, enough others did', () => {
  const aPerson = fc.record({
    name: fc.constantFrom('bob', 'carol', 'dave', 'erin'),
    teams: fc.subarray(['sre', 'web']),
    isDisabled: fc.boolean(),
  })
  const anApproval = fc.record({
    who: fc.option(aPerson, { nil: undefined }),
    digest: fc.constantFrom('d1', 'd1', 'd0'),
  })
  const aGate = fc.record({
    approvals: fc.integer({ min: 1, max: 3 }),
    from: fc.subarray(['team/sre', 'team/web', 'bob']),
    destroy: fc.constant('allow' as const),
  })
  fc.assert(
    fc.property(aGate, fc.array(anApproval, { maxLength: 7 }), (gate, given) => {
      const approvals = given.map(({ who, digest }) =>
        approval(who === undefined ? 'git' : person(who.name, who), digest),
      )
      const good = approvals.flatMap(({ person: who, digest }) =>
        digest === 'd1' && who !== undefined && isAsked(gate.from, who) ? [who.name] : [],
      )
      const enoughWithout = (author: string) =>
        new Set(good.filter((name) => name !== author)).size >= gate.approvals
      const expected = ['nobody of them', ...good].every(enoughWithout)

      const { met, missing } = ask(gate, approvals, 'github.com/mallory')

      expect(met).toBe(expected)
      expect(missing === 0).toBe(expected)
    }),
  )
})
