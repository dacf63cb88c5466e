import { describe, expect, test as plain } from 'vitest'
import { planned, test, userVariables } from '../../../test/support/runner-job.ts'
import { findTool, readPlanJson } from '../../engines/index.ts'
import type { PlanFingerprint } from '../../runs/index.ts'
import { planJob } from '../kinds/terraform/plan-runner.ts'
import { fingerprintPlan } from './plan-fingerprint.ts'

const tool = await findTool(userVariables, import.meta.dirname)

function ofChange(change: object, more: object = {}): PlanFingerprint {
  const entry = { address: 'x.a', change: { actions: ['update'], ...change }, ...more }
  const text = JSON.stringify({ resource_changes: [entry] })
  return fingerprintPlan(readPlanJson(text).unmasked, 'salt')
}

/** The paths of `after` at which two fingerprints differ, or that only one of them has. */
function differences(a: PlanFingerprint, b: PlanFingerprint): string[] {
  const [left, right] = [a, b].map((one) => one.changes[0]?.after ?? {})
  const paths = new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})])
  return [...paths].filter((path) => left?.[path] !== right?.[path]).sort()
}

describe('the fingerprint of a plan', () => {
  plain('has a hash of each value, and tells which one is another', () => {
    const after = { a: 1, tags: { x: 'one', 'y.z': null }, list: [true, { b: 2 }] }
    const first = ofChange({ after })
    expect(Object.keys(first.changes[0]?.after ?? {})).toEqual([
      '',
      'a',
      'list',
      'list[0]',
      'list[1]',
      'list[1].b',
      'tags',
      'tags.x',
      'tags["y.z"]',
    ])
    expect(differences(first, ofChange({ after }))).toEqual([])
    expect(differences(first, ofChange({ after: { ...after, a: '1' } }))).toEqual(['a'])
    const tags = { ...after.tags, x: 'two' }
    expect(differences(first, ofChange({ after: { ...after, tags } }))).toEqual(['tags.x'])
  })

  plain('sees what is added to a map or a list', () => {
    const first = ofChange({ after: { tags: { x: 'one' }, list: [1] } })
    const more = ofChange({ after: { tags: { x: 'one', y: 'two' }, list: [1, 2] } })
    expect(differences(first, more)).toEqual(['list', 'list[1]', 'tags', 'tags.y'])
  })

  plain('has nothing of what is not known yet, and does not mind when it is', () => {
    const before = ofChange({
      after: { a: 1, nested: { b: 2 } },
      after_unknown: { id: true, nested: { c: true }, other: {} },
    })
    const known = ofChange({
      after: { a: 1, id: 'i-1', nested: { b: 2, c: 3 } },
      after_unknown: {},
    })
    expect(differences(before, known)).toEqual(['id', 'nested.c'])
    expect(before.changes[0]?.after['id']).toBeUndefined()
  })

  plain('tells numbers apart that JavaScript does not', () => {
    const of = (digits: string) =>
      fingerprintPlan(
        readPlanJson(
          `{"resource_changes":[{"address":"x.a","change":{"actions":["update"],"after":{"n":${digits}}}}]}`,
        ).unmasked,
        'salt',
      )
    expect(differences(of('9007199254740993'), of('9007199254740992'))).toEqual(['n'])
  })

  plain('tells moves, imports and deposed objects, and leaves out what nothing happens to', () => {
    expect(ofChange({ actions: ['no-op'] }).changes).toEqual([])
    expect(ofChange({ actions: ['read'] }).changes).toEqual([])
    expect(
      ofChange({ actions: ['no-op'] }, { previous_address: 'x.b' }).changes[0]?.actions,
    ).toEqual(['no-op', 'move from x.b'])
    const imported = ofChange({ actions: ['no-op'], importing: { id: 'i-1' } })
    const other = ofChange({ actions: ['no-op'], importing: { id: 'i-2' } })
    expect(imported.changes[0]?.actions[1]).toMatch(/^import \S+$/)
    expect(imported.changes[0]?.actions).not.toEqual(other.changes[0]?.actions)
    expect(ofChange({}, { deposed: 'abcd' }).changes[0]?.address).toBe('x.a (deposed abcd)')
  })

  test('of the same plan is the same again, and holds no value', async ({
    workbench,
    port,
    root,
  }) => {
    await workbench.write({
      'main.tf': `
variable "v" {}
resource "terraform_data" "a" { input = { v = var.v, n = 1 } }`,
    })
    const plan = async (v: string, workDirectory = workbench.workDirectory) => {
      const job = workbench.job({ inputs: { v }, workDirectory })
      return planned(await planJob(job, port, tool)).fingerprint
    }
    const first = await plan('some-value')
    expect(first.changes).toMatchObject([{ address: 'terraform_data.a', actions: ['create'] }])
    expect(await plan('some-value')).toEqual(first)
    const other = await plan('other-value')
    expect(other.salt).toBe(first.salt)
    expect(differences(first, other)).toEqual(['input.v'])
    expect(JSON.stringify(first)).not.toContain('some-value')
    expect((await plan('some-value', `${root}/elsewhere`)).salt).not.toBe(first.salt)
  })
})
