import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aLock } from '../../../test/support/state.ts'
import type { Lock } from '../state-version.ts'
import { type Decision, decideWrite, guardLimits, type WriteQuestion } from './decide.ts'

const serials = fc.integer({ min: 0, max: 5 })
const lineages = fc.constantFrom('A', 'B')
const hashes = fc.constantFrom('one', 'two')
const operations = fc.constantFrom('OperationTypeApply', 'state-push', 'state-rm', '')
const counts = fc.constantFrom(undefined, 0, 1, 10, 11, 40)

const lock: fc.Arbitrary<Lock> = fc
  .record({
    id: fc.constantFrom('x', 'y'),
    fence: fc.integer({ min: 1, max: 3 }),
    operation: operations,
  })
  .map(({ id, fence, operation }) => ({
    ...aLock(id, { operation }),
    workspaceId: 'w',
    fence,
    runId: undefined,
    createdAt: new Date(0),
  }))

const question: fc.Arbitrary<WriteQuestion> = fc.record({
  current: fc.option(
    fc.record({ lineage: lineages, serial: serials, sha256: hashes, managed: counts }),
    { nil: undefined },
  ),
  lock: fc.option(lock, { nil: undefined }),
  upload: fc.oneof(
    { weight: 1, arbitrary: fc.constant({ malformed: 'it is torn' }) },
    {
      weight: 9,
      arbitrary: fc.record({
        header: fc.record({
          serial: serials,
          lineage: lineages,
          encrypted: fc.boolean(),
          managed: counts,
        }),
        sha256: hashes,
      }),
    },
  ),
  authority: fc.oneof(
    fc.constant({ kind: 'none' } as const),
    fc.record({ kind: fc.constant('lock' as const), lockId: fc.constantFrom('x', 'y') }),
    fc.record({ kind: fc.constant('fence' as const), fence: fc.integer({ min: 1, max: 3 }) }),
  ),
  cause: fc.constantFrom('client' as const, 'push' as const, 'apply' as const),
  forced: fc.boolean(),
  highestSerial: fc.option(serials, { nil: undefined }),
  removed: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
  heldBefore: fc.boolean(),
  alreadyRecorded: fc.boolean(),
  limits: fc.constant(guardLimits),
})

/** The rules for every question there is, said once more and in another way. */
function always(rule: (question: WriteQuestion, decision: Decision) => void) {
  fc.assert(
    fc.property(question, (asked) => rule(asked, decideWrite(asked))),
    { numRuns: 20_000 },
  )
}

function holds({ lock: held, authority }: WriteQuestion): boolean {
  if (authority.kind === 'lock') return held?.id === authority.lockId
  return authority.kind === 'fence' && held?.fence === authority.fence
}

describe('for any question', () => {
  test('nothing is recorded past a lock that the uploader does not hold', () => {
    always((asked, decision) => {
      const mayWrite = holds(asked) || (asked.lock === undefined && asked.authority.kind === 'none')
      if (!mayWrite) expect(decision.kind).not.toBe('append')
    })
  })

  test('a serial that is recorded always rises above the current one of its lineage', () => {
    always((asked, decision) => {
      if (decision.kind !== 'append' || asked.forced || !asked.current) return
      expect(decision.serial).toBeGreaterThan(asked.current.serial)
    })
  })

  test('without a lock exactly the next serial is recorded', () => {
    always((asked, decision) => {
      if (decision.kind !== 'append' || asked.forced || !asked.current || holds(asked)) return
      expect(decision.serial).toBe(asked.current.serial + 1)
    })
  })

  test('force takes no serial that was ever used in its lineage', () => {
    always((asked, decision) => {
      if (decision.kind !== 'append' || !asked.forced || !asked.current) return
      expect(decision.serial).toBeGreaterThan(asked.highestSerial ?? -1)
    })
  })

  test('only force changes a serial, and never that of an encrypted state', () => {
    always((asked, decision) => {
      if (decision.kind !== 'append' || !('header' in asked.upload)) return
      const isChanged = decision.serial !== asked.upload.header.serial
      expect(isChanged && (!asked.forced || asked.upload.header.encrypted)).toBe(false)
    })
  })

  test('only force changes the lineage', () => {
    always((asked, decision) => {
      if (decision.kind !== 'append' || asked.forced || !asked.current) return
      expect('header' in asked.upload && asked.upload.header.lineage).toBe(asked.current.lineage)
    })
  })

  test('the very bytes that are current are a repeat, by whatever right they come', () => {
    always((asked, decision) => {
      const { current, upload } = asked
      const isSame =
        'header' in upload &&
        current?.lineage === upload.header.lineage &&
        current.serial === upload.header.serial &&
        current.sha256 === upload.sha256
      expect(decision.kind === 'repeat').toBe(isSame)
    })
  })

  test('only who holds or held the lock puts the state at risk, with bytes that are not recorded', () => {
    always((asked, decision) => {
      if (decision.kind !== 'reject' || !decision.atRisk) return
      expect(holds(asked) || asked.heldBefore).toBe(true)
      expect(asked.alreadyRecorded).toBe(false)
    })
  })

  test('whoever holds the lock and is refused puts the state at risk, unless it is a push that drops too much', () => {
    always((asked, decision) => {
      if (decision.kind !== 'reject' || !holds(asked) || asked.alreadyRecorded) return
      expect(decision.atRisk).toBe(!['empty', 'shrink'].includes(decision.code))
    })
  })

  test('an apply under a lock may remove everything', () => {
    always((asked, decision) => {
      if (!holds(asked) || asked.cause === 'push') return
      if (asked.lock?.info.Operation === 'state-push' && asked.authority.kind === 'lock') return
      expect(decision).not.toMatchObject({ code: 'empty' })
      expect(decision).not.toMatchObject({ code: 'shrink' })
    })
  })

  test('no push and no write without a lock empties a state, unless it is forced', () => {
    always((asked, decision) => {
      if (decision.kind !== 'append' || asked.forced || !asked.current?.managed) return
      if (holds(asked) && (asked.cause !== 'push' || asked.authority.kind === 'fence')) return
      expect('header' in asked.upload && asked.upload.header.managed).not.toBe(0)
    })
  })
})

describe('dropping resources without a lock', () => {
  const drop = (managed: number, removed: number) =>
    decideWrite({
      current: { lineage: 'A', serial: 1, sha256: 'one', managed },
      lock: undefined,
      upload: {
        header: { serial: 2, lineage: 'A', encrypted: false, managed: managed - removed },
        sha256: 'two',
      },
      authority: { kind: 'none' },
      cause: 'push',
      forced: false,
      highestSerial: undefined,
      removed,
      heldBefore: false,
      alreadyRecorded: false,
      limits: guardLimits,
    })

  test.each([
    [12, 6, 'append'],
    [10, 9, 'append'],
    [1, 0, 'append'],
  ])('of %i resources %i may go', (managed, removed, kind) => {
    expect(drop(managed, removed).kind).toBe(kind)
  })

  test.each([
    [12, 7, 'shrink'],
    [100, 51, 'shrink'],
    [10, 10, 'empty'],
    [1, 1, 'empty'],
  ])('of %i resources %i may not go', (managed, removed, code) => {
    expect(drop(managed, removed)).toMatchObject({ kind: 'reject', code, atRisk: false })
  })
})
