import { expect, test } from 'vitest'
import { readPlan } from './plan-json.ts'
import { outlinePlan, type PlanItem } from './plan-model.ts'
import { allToggled, firstToggled, planRows, revealed, shownItems } from './plan-rows.ts'

const everything = { actions: new Set<never>(), found: undefined }

function items(changes: Readonly<Record<string, string>>): readonly PlanItem[] {
  const plan = {
    resource_changes: Object.entries(changes).map(([address, action]) => ({
      address,
      change: { actions: action.split('+') },
    })),
  }
  return outlinePlan(readPlan(JSON.stringify({ plan }))).outline.items
}

function shown(all: readonly PlanItem[], toggled: ReadonlySet<string> = new Set()): string[] {
  return planRows(shownItems(all, everything), toggled, new Map()).map((row) => {
    const indent = 'depth' in row ? '  '.repeat(row.depth) : ''
    if (row.kind === 'section') return `${row.section} (${row.size})`
    if (row.kind === 'module') return `${indent}${row.module.name} (${row.module.size})`
    return row.kind === 'item' ? `${indent}${row.item.action} ${row.item.name}` : row.kind
  })
}

const platform = items({
  'a_b.new': 'create',
  'a_b.gone': 'delete',
  'module.net.module.sub[10].a_b.x': 'update',
  'module.net.module.sub[2].a_b.x': 'update',
  'module.app.module.db.a_b.x': 'delete+create',
  'module.app.module.db.a_b.y': 'create',
})

test('destroys and replacements first, each by module, modules that hold only a module in one', () => {
  expect(shown(platform)).toEqual([
    'ends (2)',
    'delete a_b.gone',
    'module.app.module.db (1)',
    '  replace a_b.x',
    'changes (4)',
    'create a_b.new',
    'module.net (2)',
    '  module.sub[2] (1)',
    '    update a_b.x',
    '  module.sub[10] (1)',
    '    update a_b.x',
    'module.app.module.db (1)',
    '  create a_b.y',
  ])
})

test('what is closed is not there, and what is opened waits for its lines', () => {
  const toggled = new Set(['section ends', 'module changes module.net', 'changes a_b.new'])
  expect(shown(platform, toggled)).toEqual([
    'ends (2)',
    'changes (4)',
    'create a_b.new',
    'wait',
    'module.net (2)',
    'module.app.module.db (1)',
    '  create a_b.y',
  ])
})

test('folded lines are shown by opening them', () => {
  const line = { sign: ' ' as const, depth: 0, parts: [] }
  const details = new Map([['changes a_b.new', [{ ...line, folded: [line, line] }]]])
  const tree = shownItems(platform, { ...everything, found: new Set(['changes a_b.new']) })
  const kinds = (toggled: readonly string[]) =>
    planRows(tree, new Set(toggled), details).map(({ kind }) => kind)
  expect(kinds(['changes a_b.new'])).toEqual(['section', 'item', 'fold'])
  const open = ['changes a_b.new', 'changes a_b.new #0']
  expect(kinds(open)).toEqual(['section', 'item', 'fold', 'line', 'line'])
})

test('only the actions that are looked for', () => {
  const tree = shownItems(platform, { actions: new Set(['replace']), found: undefined })
  expect(tree.map(({ section, tree: { size } }) => [section, size])).toEqual([['ends', 1]])
})

test('everything is opened and closed at once', () => {
  const tree = shownItems(platform, everything)
  const open = allToggled(tree, new Set(['section ends']), true)
  expect(shown(platform, open).filter((row) => row === 'wait')).toHaveLength(6)
  expect(shown(platform, allToggled(tree, open, false))).toEqual(shown(platform))
})

test('an item that a link names is seen, whatever was closed around it', () => {
  const item = platform.find(({ address }) => address === 'module.app.module.db.a_b.x')
  const closed = new Set(['section ends', 'module ends module.app.module.db'])
  const rows = item ? shown(platform, revealed(closed, item)) : []
  expect(rows.slice(0, 5)).toEqual([
    'ends (2)',
    'delete a_b.gone',
    'module.app.module.db (1)',
    '  replace a_b.x',
    'wait',
  ])
})

test('a small plan is open at first, a large one is not', () => {
  expect(firstToggled(platform).has('changes a_b.new')).toBe(true)
  const many = items(
    Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`a_b.c${at}`, 'create'])),
  )
  expect([...firstToggled(many)]).toEqual(['section reads'])
})
