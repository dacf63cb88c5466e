import fc from 'fast-check'
import { expect, test } from 'vitest'
import { moduleSteps } from './address-parts.ts'
import { plainLines } from './diff-lines.ts'
import { rank } from './plan-actions.ts'
import { detailOf, searchText } from './plan-detail.ts'
import { readPlan } from './plan-json.ts'
import { type ModuleNode, moduleTree, outlinePlan, type PlanItem } from './plan-model.ts'

function outlined(plan: object) {
  return outlinePlan(readPlan(JSON.stringify({ digest: 'd', provisional: false, plan })))
}

function change(address: string, actions: readonly string[], more: object = {}) {
  const { change: inner = {}, ...entry } = more as { change?: object }
  const base = { actions, before: null, after: null, after_unknown: {} }
  return { address, mode: 'managed', type: 'a_b', change: { ...base, ...inner }, ...entry }
}

test('what ends something is apart and first; what is not touched is left out', () => {
  const { outline } = outlined({
    resource_changes: [
      change('a_b.same', ['no-op']),
      change('a_b.new', ['create']),
      change('a_b.gone', ['delete']),
      change('a_b.again', ['create', 'delete'], { action_reason: 'replace_by_request' }),
      change('a_b.left', ['forget']),
      change('a_b.moved', ['no-op'], { previous_address: 'a_b.was' }),
      change('a_b.in', ['no-op'], { change: { importing: { id: 'x-1' } } }),
      change('data.a_b.d', ['read'], { mode: 'data' }),
      change('a_b.odd', ['explode']),
      change('a_b.gone', ['delete'], { deposed: 'ab12' }),
    ],
    resource_drift: [change('a_b.new', ['update'])],
    output_changes: { o: { actions: ['create'], after: 1 }, p: { actions: ['no-op'] } },
    deferred_changes: [
      { reason: 'instance_count_unknown', resource_change: change('a_b.later', ['create']) },
    ],
    checks: [
      {
        address: { to_display: 'check.c' },
        status: 'fail',
        instances: [{ problems: [{ message: 'no answer' }] }],
      },
      { address: { to_display: 'check.fine' }, status: 'pass' },
    ],
  })
  const shown = outline.items.map(({ section, action, name }) => `${section}: ${action} ${name}`)
  expect(shown.toSorted()).toEqual(
    [
      'changes: create a_b.new',
      'changes: import a_b.in',
      'changes: move a_b.moved',
      'checks: unclear check.c',
      'deferred: create a_b.later',
      'drift: update a_b.new',
      'ends: delete a_b.gone',
      'ends: delete a_b.gone',
      'ends: forget a_b.left',
      'ends: replace a_b.again',
      'ends: unclear a_b.odd',
      'outputs: create o',
      'reads: read data.a_b.d',
    ].toSorted(),
  )
  expect(new Set(outline.items.map(({ id }) => id)).size).toBe(outline.items.length)
  const again = outline.items.find(({ name }) => name === 'a_b.again')
  expect(again).toMatchObject({ reason: 'its replacement was asked for', createsFirst: true })
})

const step = fc
  .tuple(
    fc.stringMatching(/^[a-z][a-z0-9_-]{0,5}$/),
    fc.oneof(
      fc.constant(''),
      fc.nat(20).map((index) => `[${index}]`),
      fc.string().map((key) => `[${JSON.stringify(key)}]`),
    ),
  )
  .map(([name, index]) => `module.${name}${index}`)

test('an address is its modules and its name, whatever is in its keys', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 4 }), (modules) => {
      const address = [...modules, 'a_b.c["module.x.y"]'].join('.')
      expect(moduleSteps(address)).toEqual({ modules, rest: 'a_b.c["module.x.y"]' })
    }),
  )
})

const actions = fc.constantFrom(
  ['create'],
  ['delete'],
  ['update'],
  ['delete', 'create'],
  ['forget'],
)

test('every change is in the tree once, in its module, the most dangerous first', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.array(step, { maxLength: 3 }), actions)), (changes) => {
      const { outline } = outlined({
        resource_changes: changes.map(([modules, list], index) =>
          change([...modules, `a_b.c${index}`].join('.'), list),
        ),
      })
      const tree = moduleTree(outline.items)
      expect(tree.size).toBe(changes.length)
      expect(
        allOf(tree)
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(outline.items.map(({ id }) => id).toSorted())
      check(tree)
    }),
  )
})

function allOf(node: ModuleNode): PlanItem[] {
  return [...node.items, ...node.modules.flatMap(allOf)]
}

function check(node: ModuleNode): void {
  for (const item of node.items) {
    expect([node.path, item.name].filter((part) => part !== '').join('.')).toBe(item.address)
  }
  const ranks = node.items.map(({ action }) => rank(action))
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
  const worst = node.modules.map((one) => Math.min(...allOf(one).map(({ action }) => rank(action))))
  expect(worst).toEqual(worst.toSorted((a, b) => a - b))
  for (const inner of node.modules) check(inner)
}

test('a plan of any form is read without failing', () => {
  fc.assert(
    fc.property(
      fc.object({
        key: fc.constantFrom('plan', 'resource_changes', 'change', 'actions', 'before', 'after'),
        maxDepth: 5,
      }),
      (answer) => {
        const { outline, entries } = outlinePlan(readPlan(JSON.stringify(answer)))
        for (const { id } of outline.items) {
          const entry = entries.get(id)
          if (entry) detailOf(entry)
        }
      },
    ),
  )
})

test('a value that is nested without end is said to be, and nothing else is lost', () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  const text = `{"plan":{"resource_changes":[{"address":"a.b","change":{"actions":["create"],"after":{"x":${deep},"y":1}}}]}}`
  const { entries } = outlinePlan(readPlan(text))
  const [entry] = [...entries.values()]
  expect(entry && plainLines(detailOf(entry))).toMatch(/nested too deep|y = 1/)
})

test('a secret is not found by searching', () => {
  const { entries } = outlined({
    resource_changes: [
      change('a_b.c', ['create'], {
        change: {
          after: { open: 'Visible', closed: ['hunter2'] },
          after_sensitive: { closed: true },
        },
      }),
    ],
  })
  const [entry] = [...entries.values()]
  const text = entry ? searchText(entry) : ''
  expect(text).toContain('visible')
  expect(text).toContain('closed')
  expect(text).not.toContain('hunter2')
})

test('an output whose value is masked and changes is a change', () => {
  const { entries } = outlined({
    output_changes: {
      o: {
        actions: ['update'],
        before: '(sensitive value)',
        after: '(sensitive value)',
        before_sensitive: true,
        after_sensitive: true,
      },
    },
  })
  const [entry] = [...entries.values()]
  expect(entry && plainLines(detailOf(entry))).toBe('~ (sensitive value) → (sensitive value)')
})
