import type { DiffLine } from './diff-lines.ts'
import type { PlanAction } from './plan-actions.ts'
import { type ModuleNode, moduleTree, type PlanItem, type Section, sections } from './plan-model.ts'

/** A row of the list, as flat as a list that shows only what is in view needs it. */
export type PlanRow =
  | {
      readonly kind: 'section'
      readonly key: string
      readonly section: Section
      readonly size: number
      readonly isOpen: boolean
    }
  | {
      readonly kind: 'module'
      readonly key: string
      readonly module: ModuleNode
      readonly depth: number
      readonly isOpen: boolean
    }
  | {
      readonly kind: 'item'
      readonly key: string
      readonly item: PlanItem
      readonly depth: number
      readonly isOpen: boolean
    }
  | { readonly kind: 'line'; readonly key: string; readonly line: DiffLine; readonly depth: number }
  | {
      readonly kind: 'fold'
      readonly key: string
      readonly line: DiffLine
      readonly depth: number
      readonly isOpen: boolean
    }
  /** In the place of lines that nobody has asked for yet. */
  | {
      readonly kind: 'wait'
      readonly key: string
      readonly itemId: string
      readonly depth: number
    }

export type Details = ReadonlyMap<string, readonly DiffLine[]>

/** What is open, and what is looked for. */
export interface PlanView {
  /** Sections and modules that are closed, items and folds that are open: by the keys of their rows. */
  readonly toggled: ReadonlySet<string>
  /** Only these actions; all when there is none. */
  readonly actions: ReadonlySet<PlanAction>
  /** Only these items, by what was searched for. */
  readonly found: ReadonlySet<string> | undefined
}

export interface ShownItems {
  readonly section: Section
  readonly tree: ModuleNode
}

/** The items that are looked for, by section and module. */
export function shownItems(
  items: readonly PlanItem[],
  { actions, found }: Pick<PlanView, 'actions' | 'found'>,
): readonly ShownItems[] {
  const wanted = items.filter(
    (item) =>
      (found === undefined || found.has(item.id)) &&
      (actions.size === 0 || (actions.has(item.action) && isChange(item))),
  )
  return sections.flatMap((section) => {
    const those = wanted.filter((item) => item.section === section)
    return those.length > 0 ? [{ section, tree: moduleTree(those) }] : []
  })
}

/** Something is done with a resource: not what an output, a check or drift is. */
export function isChange({ section }: PlanItem): boolean {
  return section !== 'outputs' && section !== 'checks' && section !== 'drift'
}

/** The rows of what is open. */
export function planRows(
  shown: readonly ShownItems[],
  toggled: ReadonlySet<string>,
  details: Details,
): PlanRow[] {
  const rows: PlanRow[] = []
  for (const { section, tree } of shown) {
    const key = `section ${section}`
    const isOpen = !toggled.has(key)
    rows.push({ kind: 'section', key, section, size: tree.size, isOpen })
    if (isOpen) addModule(rows, tree, { section, depth: 0, toggled, details })
  }
  return rows
}

interface Place {
  readonly section: Section
  readonly depth: number
  readonly toggled: ReadonlySet<string>
  readonly details: Details
}

function addModule(rows: PlanRow[], module: ModuleNode, place: Place): void {
  const { section, depth, toggled, details } = place
  for (const item of module.items) {
    const isOpen = toggled.has(item.id)
    rows.push({ kind: 'item', key: item.id, item, depth, isOpen })
    if (!isOpen) continue
    const lines = details.get(item.id)
    if (lines) addLines(rows, lines, { key: item.id, depth, toggled })
    else rows.push({ kind: 'wait', key: `${item.id} wait`, itemId: item.id, depth })
  }
  for (const inner of module.modules) {
    const key = moduleKey(section, inner)
    const isOpen = !toggled.has(key)
    rows.push({ kind: 'module', key, module: inner, depth, isOpen })
    if (isOpen) addModule(rows, inner, { ...place, depth: depth + 1 })
  }
}

function moduleKey(section: Section, { path }: ModuleNode): string {
  return `module ${section} ${path}`
}

function addLines(
  rows: PlanRow[],
  lines: readonly DiffLine[],
  place: { readonly key: string; readonly depth: number; readonly toggled: ReadonlySet<string> },
): void {
  const { key, depth, toggled } = place
  lines.forEach((line, index) => {
    const lineKey = `${key} #${index}`
    if (line.folded === undefined) {
      rows.push({ kind: 'line', key: lineKey, line, depth })
      return
    }
    const isOpen = toggled.has(lineKey)
    rows.push({ kind: 'fold', key: lineKey, line, depth, isOpen })
    if (isOpen) addLines(rows, line.folded, { ...place, key: lineKey })
  })
}

/** More than this is not read as a whole at first sight. */
const FEW = 8

/** What is open at first: the changes of a small plan; data that is only read is not. */
export function firstToggled(items: readonly PlanItem[]): ReadonlySet<string> {
  const main = items.filter(({ section }) => section !== 'reads' && section !== 'drift')
  return new Set(['section reads', ...(main.length <= FEW ? main.map(({ id }) => id) : [])])
}

/** All of it opened or closed: the items, and the modules around them open. */
export function allToggled(
  shown: readonly ShownItems[],
  toggled: ReadonlySet<string>,
  isOpening: boolean,
): ReadonlySet<string> {
  const next = new Set(toggled)
  const visit = (section: Section, module: ModuleNode) => {
    next.delete(moduleKey(section, module))
    for (const { id } of module.items) {
      if (isOpening) next.add(id)
      else next.delete(id)
    }
    for (const inner of module.modules) visit(section, inner)
  }
  for (const { section, tree } of shown) {
    next.delete(`section ${section}`)
    visit(section, tree)
  }
  return next
}

/** What must be open so that an item is seen: itself, its modules, its section. */
export function revealed(toggled: ReadonlySet<string>, item: PlanItem): ReadonlySet<string> {
  const around = item.modules.map(
    (_, index) => `module ${item.section} ${item.modules.slice(0, index + 1).join('.')}`,
  )
  const next = new Set(toggled)
  for (const key of [...around, `section ${item.section}`]) next.delete(key)
  return next.add(item.id)
}
