import { describe, expect, test } from 'vitest'
import {
  changeEvents,
  type SyntheticChange,
  shop,
  stages,
} from '../../../../test/support/change-events.ts'
import { viewAfter } from '../../../../test/support/change-record.ts'
import type { ChangeView, Result } from '../../../changes/index.ts'
import { plain } from '../style.ts'
import { endingLines } from './ending.ts'
import { startModel } from './model.ts'
import { reduce } from './reduce.ts'

const applied = { phase: 'apply', components: shop, environments: stages, limit: 4 } as const
const quota = `Error: quota exceeded\n\n  on main.tf line 3:\n`

function ending(change: SyntheticChange, edit: (view: ChangeView) => ChangeView = (view) => view) {
  const events = changeEvents(change)
  const model = events.reduce(reduce, startModel({ goal: change.phase, limit: change.limit }))
  const now = events.at(-1)?.at.getTime() ?? 0
  return `${endingLines(model, edit(viewAfter(events)), { style: plain, width: undefined, now }).join('\n')}\n`
}

const withResults = (results: readonly Result[]) => (view: ChangeView) => ({
  ...view,
  nodes: view.nodes.slice(0, results.length).map((node, at) => ({
    ...node,
    result: results[at] ?? node.result,
    because: undefined,
  })),
})

describe('the end of a change', () => {
  test('says what failed and why, what that blocks, who is waited for, and what is next', () => {
    const failures = new Map([['cache@staging', quota]])
    expect(ending({ ...applied, failures, gated: ['prod'] })).toBe(`
✗ cache@staging failed: Terraform exited with code 1
    Error: quota exceeded
      on main.tf line 3:
    → portolan logs run-49   shows all that it said

⊘ blocked by cache@staging: api@staging, search@staging, seed@staging

… prod waits for 1 approval (6 workspaces)
  → portolan approve change-7 -e prod

Failed change-7: 8 applied, 6 planned, 1 failed, 3 blocked in 4m 15s
→ portolan resume change-7   starts again at what failed
`)
  })

  test('tells of the same failure in many workspaces once', () => {
    const failures = new Map(stages.map(({ name }) => [`network@${name}`, quota]))
    const planned = { ...applied, phase: 'plan', failures } as const
    expect(ending(planned).split('\n').slice(1, 5)).toEqual([
      '✗ network@dev, network@staging, network@prod failed: Terraform exited with code 1',
      '    Error: quota exceeded',
      '      on main.tf line 3:',
      '    → portolan logs run-41   shows all that it said',
    ])
  })

  test('tells of very many failures only the first in full', () => {
    const components = Array.from({ length: 14 }, (_, at) => ({
      name: `c${at}`,
      needs: [],
      plan: 1,
      apply: 1,
    }))
    const failures = new Map(components.map(({ name }) => [`${name}@dev`, `Error: ${name}\n`]))
    const lines = ending({ ...applied, components, failures }).split('\n')
    expect(lines.filter((line) => line.startsWith('    Error: '))).toHaveLength(10)
    expect(lines).toContain('✗ 4 more failed: c10@dev, c11@dev, c12@dev, c13@dev')
  })

  test.each<[SyntheticChange['phase'], Result[], string]>([
    [
      'plan',
      ['planned', 'unchanged'],
      'Planned change-7: 1 planned, 1 unchanged in 19s\n→ portolan apply change-7   applies it, in this order',
    ],
    [
      'plan',
      ['unchanged', 'skipped'],
      'Nothing to change in change-7: 1 unchanged, 1 skipped in 19s',
    ],
    ['plan', ['skipped'], 'Nothing was planned in change-7: 1 skipped in 19s'],
    ['plan', [], 'Nothing was planned in change-7: no workspace takes part'],
    ['apply', ['applied', 'unchanged'], 'Applied change-7: 1 applied, 1 unchanged in 7m 15s'],
    ['apply', ['unchanged'], 'Nothing was applied in change-7: 1 unchanged in 7m 15s'],
    [
      'apply',
      ['applied', 'planned'],
      'Applied a part of change-7: 1 applied, 1 planned in 7m 15s\n→ portolan resume change-7   goes on where it stopped',
    ],
    [
      'apply',
      ['applied', 'cancelled'],
      'Cancelled change-7: 1 applied, 1 cancelled in 7m 15s\n→ portolan resume change-7   goes on where it stopped',
    ],
    [
      'apply',
      ['unknown'],
      '✗ network@dev ended unseen\n    no reason was given\n    → portolan logs run-41   shows all that it said\n\nFailed change-7: 1 of unknown end in 7m 15s\n→ portolan state rescue   shows what is known of it, and the way on',
    ],
  ])('of a %s that ended with %j calls nothing a success that is none', (phase, results, text) => {
    expect(ending({ ...applied, phase }, withResults(results))).toBe(`\n${text}\n`)
  })

  test('of a destroy says so', () => {
    const destroyed = (view: ChangeView) => {
      const { change, ...rest } = withResults(['applied'])(view)
      return { ...rest, change: { ...change, operation: 'destroy' as const } }
    }
    expect(ending(applied, destroyed)).toBe('\nDestroyed change-7: 1 destroyed in 7m 15s\n')
  })
})
