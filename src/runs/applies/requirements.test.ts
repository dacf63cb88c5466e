import { describe, expect, test } from 'vitest'
import { goodEvidence, known } from '../../../test/support/evidence.ts'
import { aSummary } from '../../../test/support/runs.ts'
import { decideRequirements, type Evidence, type RequirementName } from '../index.ts'

const { facts } = goodEvidence
const good = goodEvidence
const at = new Date('2026-01-02T03:04:05Z')

/** What is not met when the evidence is good but for `parts`. */
function unmet(parts: Partial<Evidence>): Partial<Record<RequirementName, string>> {
  const requirements = decideRequirements({ ...good, ...parts })
  return Object.fromEntries(
    requirements.filter(({ met }) => !met).map(({ name, sentence }) => [name, sentence]),
  )
}

describe('the requirements of an apply', () => {
  test('are all met when a person approved this very plan and nothing moved', () => {
    expect(unmet({})).toEqual({})
    expect(decideRequirements(good)).toHaveLength(9)
  })

  test('bind the approval to the digest', () => {
    expect(unmet({ approvals: known([]) })).toEqual({ approved: 'nobody approved this plan' })
    expect(
      unmet({
        approvals: known([
          { digest: 'd0', actor: 'bob', overrideReason: 'x', createdAt: at, person: undefined },
        ]),
      }),
    ).toEqual({ approved: 'bob approved an earlier plan of this run, not this one' })
  })

  test.each([
    [
      'the state moved from serial 4 to 6 since the plan was made',
      {
        state: known({ lineage: 'l', serial: 6 }),
        facts: { ...facts, state: { lineage: 'l', serial: 6 } },
      },
    ],
    [
      'the state was replaced by one of another lineage since the plan was made',
      {
        state: known({ lineage: 'm', serial: 4 }),
        facts: { ...facts, state: { lineage: 'm', serial: 4 } },
      },
    ],
    [
      'the state disappeared since the plan was made',
      { state: known(undefined), facts: { ...facts, state: undefined } },
    ],
    ['the configuration changed since the plan was made', { facts: { ...facts, source: 'other' } }],
    ['the inputs changed since the plan was made', { facts: { ...facts, inputs: 'other' } }],
    [
      'the tool changed from terraform 1.11.4 to terraform 1.12.0 since the plan was made',
      { facts: { ...facts, tool: 'terraform 1.12.0' } },
    ],
    [
      'the plan file is another one since the plan was made',
      { facts: { ...facts, planFile: 'other' } },
    ],
    [
      'the configuration changed, the inputs changed since the plan was made',
      { facts: { ...facts, source: 'x', inputs: 'x' } },
    ],
  ] satisfies [string, Partial<Evidence>][])('say which fact moved: %s', (sentence, parts) => {
    expect(unmet(parts)).toEqual({ 'not-stale': sentence })
  })

  test('see that a state appeared since the plan of a first apply', () => {
    const first = { ...facts, state: undefined }
    expect(
      unmet({
        plan: known({
          digest: 'd1',
          facts: first,
          applicable: true,
          provisional: false,
          hasFile: true,
        }),
      }),
    ).toEqual({ 'not-stale': 'a state (serial 4) appeared since the plan was made' })
  })

  test('do not trust facts of a state that is not the recorded one', () => {
    expect(unmet({ facts: { ...facts, state: { lineage: 'l', serial: 3 } } })).toEqual({
      'not-stale': 'the state moved just now',
    })
  })

  test('need a plan that is there, whole and applicable', () => {
    const plan = { digest: 'd1', facts, applicable: true, provisional: false, hasFile: true }
    expect(unmet({ plan: known(undefined) })).toMatchObject({
      planned: 'run-42 has no plan',
      applicable: expect.any(String),
      approved: expect.any(String),
      'not-stale': expect.any(String),
    })
    expect(unmet({ plan: known({ ...plan, applicable: false }) })).toEqual({
      applicable: 'Terraform says that this plan cannot be applied',
    })
    expect(unmet({ plan: known({ ...plan, hasFile: false }) })).toEqual({
      planned: 'the plan file of run-42 was deleted',
    })
    expect(unmet({ run: { ...good.run, status: 'applied' } })).toEqual({
      planned: 'run-42 is applied, not planned',
    })
  })

  test('wait for another apply, for one whose end nobody saw, and for a lock, by name', () => {
    const other = { ...good.run, id: 41, actor: 'carol' }
    expect(unmet({ otherApply: known({ ...other, status: 'applying' }) })).toEqual({
      'no-other-apply': 'run-41 by carol is applying',
    })
    expect(unmet({ otherApply: known({ ...other, status: 'unknown' }) })).toEqual({
      'no-other-apply': 'nobody saw how run-41 by carol ended; recover it first',
    })
    const info = { ID: 'x', Operation: '', Info: '', Who: '', Version: '', Created: '', Path: '' }
    const lock = {
      workspaceId: 'w',
      id: 'x',
      kind: 'person',
      runId: undefined,
      actor: 'dave',
      info,
      fence: 1,
      createdAt: at,
    } as const
    expect(unmet({ lock: known(lock) })).toEqual({
      unlocked: 'the workspace is locked: dave since 2026-01-02T03:04:05.000Z',
    })
  })

  test('refuse while the state is at risk', () => {
    const quarantined = {
      id: 'q',
      workspaceId: 'w',
      sha256: '',
      size: 1,
      lineage: 'l',
      serial: 5,
      code: 'serial',
      reason: 'serial 5 is taken',
      actor: 'carol',
      runId: 41,
      lockId: undefined,
      atRisk: true,
      createdAt: at,
      resolution: undefined,
      resolvedBy: undefined,
    } as const
    expect(unmet({ atRisk: known(quarantined) })['state-safe']).toMatch(
      /at risk: an upload by carol.*serial 5 is taken/,
    )
  })

  test('take what could not be looked up as not met', () => {
    const lost = { known: false, error: 'the connection was lost' } as const
    const sentence = 'this could not be checked: the connection was lost'
    expect(unmet({ atRisk: lost })).toEqual({ 'state-safe': sentence })
    expect(unmet({ otherApply: lost })).toEqual({ 'no-other-apply': sentence })
    expect(unmet({ lock: lost })).toEqual({ unlocked: sentence })
    expect(unmet({ state: lost })).toEqual({ 'not-stale': sentence })
    expect(unmet({ approvals: lost })).toEqual({ approved: sentence })
    expect(Object.keys(unmet({ plan: lost }))).toEqual([
      'planned',
      'applicable',
      'approved',
      'not-stale',
    ])
  })
})

describe('the override of protected resources', () => {
  const run = { ...good.run, summary: { ...aSummary, protected: ['aws_db_instance.main'] } }
  function approvedBy(actor: string, overrideReason: string | undefined, digest = 'd1') {
    return known([{ digest, actor, overrideReason, createdAt: at, person: undefined }])
  }

  test('is needed, also when the plan is approved', () => {
    expect(unmet({ run })).toEqual({
      override:
        '1 protected (aws_db_instance.main): somebody other than alice must override the protection of this plan with a reason',
    })
  })

  test('counts from somebody else, with a reason, for this plan only', () => {
    expect(unmet({ run, approvals: approvedBy('bob', 'moved to the new cluster') })).toEqual({})
    expect(unmet({ run, approvals: approvedBy('bob', '  ') })).toHaveProperty('override')
    expect(unmet({ run, approvals: approvedBy('bob', 'an old reason', 'd0') })).toHaveProperty(
      'override',
    )
    expect(unmet({ run, approvals: approvedBy('alice', 'I am sure') })).toHaveProperty('override')
  })

  test('counts from the author only where the policy says that he is alone', () => {
    expect(unmet({ run, selfOverride: true, approvals: approvedBy('alice', 'I am sure') })).toEqual(
      {},
    )
    expect(
      unmet({ run, selfOverride: true, approvals: approvedBy('alice', undefined) }),
    ).toHaveProperty('override')
  })

  test('is not assumed away when the summary is missing', () => {
    expect(unmet({ run: { ...good.run, summary: undefined } })).toHaveProperty('override')
  })
})

describe('a workspace that a pull request has reserved', () => {
  const since = new Date('2026-03-02T08:15:00Z')
  const workspace = 'network@prod'
  const held = { number: 3, title: 'faster\n[db](http://x)', since, turnUntil: undefined }

  test.each([
    [{ workspace, inFront: undefined, place: 0 }, undefined],
    [
      { workspace, inFront: held, place: 2 },
      'network@prod is reserved by #3 (faster [db](http://x)) since 2026-03-02 08:15 UTC; yours is 2nd in the queue',
    ],
    [
      { workspace, inFront: held, place: undefined },
      'network@prod is reserved by #3 (faster [db](http://x)) since 2026-03-02 08:15 UTC',
    ],
    [
      {
        workspace,
        inFront: { number: 4, title: 'x'.repeat(99), since: undefined, turnUntil: since },
        place: 13,
      },
      `network@prod is free, and until 08:15 UTC it is the turn of #4 (${'x'.repeat(59)}…); yours is 13th in the queue`,
    ],
  ])('goes before others: %o', (reservation, sentence) => {
    expect(unmet({ reservation: known(reservation) })['reserved']).toBe(sentence)
  })

  test('goes before everything when it is not known who holds it', () => {
    const lost = { known: false, error: 'the connection was lost' } as const
    expect(unmet({ reservation: lost })).toEqual({
      reserved: 'this could not be checked: the connection was lost',
    })
  })
})
