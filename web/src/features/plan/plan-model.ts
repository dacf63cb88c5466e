import { byAddress, moduleSteps } from './address-parts.ts'
import { actionOf, ends, type PlanAction, rank, reasonOf } from './plan-actions.ts'
import type { ChangeEntry, PlanContent } from './plan-json.ts'
import { listIn, objectIn, textIn } from './value.ts'

/** Where a change is shown: what ends something first, drift apart from changes. */
export const sections = [
  'ends',
  'changes',
  'deferred',
  'outputs',
  'checks',
  'reads',
  'drift',
] as const

export type Section = (typeof sections)[number]

/** One change as its header shows it; its attributes are asked for when it is opened. */
export interface PlanItem {
  readonly id: string
  readonly section: Section
  readonly address: string
  /** Without its modules. */
  readonly name: string
  readonly modules: readonly string[]
  readonly type: string
  readonly action: PlanAction
  /** Terraform's own words for an action that is not known here. */
  readonly rawAction: string
  /** Why Terraform does it, as the rest of a sentence. */
  readonly reason: string | undefined
  /** The new one is made before the old one ends. */
  readonly createsFirst: boolean
  readonly previousAddress: string | undefined
  readonly importId: string | undefined
  readonly deposed: string | undefined
}

/** A module with its changes, and the modules in it. */
export interface ModuleNode {
  /** Several steps in one where a module has nothing but another one. */
  readonly name: string
  /** The whole address; empty for the root module. */
  readonly path: string
  readonly items: readonly PlanItem[]
  readonly modules: readonly ModuleNode[]
  /** Changes in it, however deep. */
  readonly size: number
}

export interface PlanOutline {
  readonly digest: string
  readonly provisional: boolean
  readonly createdAt: string
  readonly tool: string
  readonly errored: boolean
  /** The most dangerous first, then by address. */
  readonly items: readonly PlanItem[]
}

/** Which change of the plan an item of the outline is. */
export type Entries = ReadonlyMap<string, ChangeEntry>

/** What a plan would do, in the order in which it is shown; what it does not touch is left out. */
export function outlinePlan(plan: PlanContent): {
  readonly outline: PlanOutline
  readonly entries: Entries
} {
  const entries = new Map<string, ChangeEntry>()
  const listed = (list: readonly ChangeEntry[], place: (item: Placed) => Section) =>
    list.flatMap((entry): PlanItem[] => {
      const placed = placeOf(entry)
      if (placed.action === 'none' && entry.deferred === undefined) return []
      const item = toItem(entry, placed, place(placed))
      entries.set(item.id, entry)
      return [item]
    })
  const items = [
    ...listed(plan.resources, ({ action }) =>
      ends(action) ? 'ends' : action === 'read' ? 'reads' : 'changes',
    ),
    ...listed(plan.deferred, () => 'deferred'),
    ...listed(plan.outputs, () => 'outputs'),
    ...plan.checks.flatMap((check): PlanItem[] => {
      if (check.status === 'pass') return []
      const item = checkItem(check.address, check.status)
      entries.set(item.id, checkEntry(check.address, check.problems))
      return [item]
    }),
    ...listed(plan.drift, () => 'drift'),
  ]
  const { digest, provisional, createdAt, tool, errored } = plan
  const sorted = items.toSorted(
    (a, b) => rank(a.action) - rank(b.action) || byAddress(a.address, b.address),
  )
  return { outline: { digest, provisional, createdAt, tool, errored, items: sorted }, entries }
}

interface Placed {
  readonly action: PlanAction
  readonly rawAction: string
}

function placeOf({ change, previousAddress }: ChangeEntry): Placed {
  const list = listIn(change['actions'])
  const imports = change['importing'] !== undefined && change['importing'] !== null
  return {
    action: actionOf(list, { imports, moves: previousAddress !== undefined }),
    rawAction: list.join(', '),
  }
}

function toItem(entry: ChangeEntry, { action, rawAction }: Placed, section: Section): PlanItem {
  const { modules, rest } =
    entry.mode === 'output' ? { modules: [], rest: entry.address } : moduleSteps(entry.address)
  return {
    id: [section, entry.address, ...(entry.deposed ? [entry.deposed] : [])].join(' '),
    section,
    address: entry.address,
    name: rest,
    modules,
    type: entry.type,
    action,
    rawAction,
    reason: forcedBy(entry.change) ?? reasonOf(entry.actionReason) ?? deferral(entry.deferred),
    createsFirst: rawAction.startsWith('create, '),
    previousAddress: entry.previousAddress,
    importId: textIn(objectIn(entry.change['importing'])['id']),
    deposed: entry.deposed,
  }
}

const MOST_NAMED = 3

/** Which attributes make Terraform replace it. */
function forcedBy(change: ChangeEntry['change']): string | undefined {
  const paths = new Set(
    listIn(change['replace_paths']).map((path) => listIn(path).map(String).join('.')),
  )
  if (paths.size === 0) return undefined
  const named = [...paths].slice(0, MOST_NAMED).join(', ')
  const more = paths.size > MOST_NAMED ? ` and ${paths.size - MOST_NAMED} more` : ''
  return `${named}${more} cannot be changed in place`
}

const deferrals: Readonly<Record<string, string>> = {
  instance_count_unknown: 'how many there are is known only after apply',
  resource_config_unknown: 'its configuration is known only after apply',
  provider_config_unknown: "its provider's configuration is known only after apply",
  deferred_prereq: 'what it depends on is put off',
  absent_prereq: 'what it depends on is not there yet',
}

function deferral(reason: string | undefined): string | undefined {
  if (reason === undefined) return undefined
  return (Object.hasOwn(deferrals, reason) ? deferrals[reason] : undefined) ?? 'it is put off'
}

function checkItem(address: string, status: string): PlanItem {
  return {
    ...{
      id: `checks ${address}`,
      section: 'checks',
      address,
      name: address,
      modules: [],
      type: '',
    },
    ...{ action: 'unclear', rawAction: status, reason: undefined, createsFirst: false },
    ...{ previousAddress: undefined, importId: undefined, deposed: undefined },
  }
}

function checkEntry(address: string, problems: readonly string[]): ChangeEntry {
  return {
    ...{ address, mode: 'check', type: '', deposed: undefined, previousAddress: undefined },
    ...{ actionReason: undefined, deferred: undefined, change: { problems } },
  }
}

/** The changes by module: first the module's own, in the order in which they come, then the modules in it. */
export function moduleTree(items: readonly PlanItem[]): ModuleNode {
  const root = draft('', '')
  for (const item of items) {
    let node = root
    for (const step of item.modules) {
      const path = node.path === '' ? step : `${node.path}.${step}`
      const next = node.modules.get(step) ?? draft(step, path)
      node.modules.set(step, next)
      node = next
    }
    node.items.push(item)
  }
  return finished(root, true)
}

interface Draft {
  readonly name: string
  readonly path: string
  readonly items: PlanItem[]
  readonly modules: Map<string, Draft>
}

function draft(name: string, path: string): Draft {
  return { name, path, items: [], modules: new Map() }
}

function finished(node: Draft, isRoot: boolean): ModuleNode {
  const modules = [...node.modules.values()]
    .map((one) => finished(one, false))
    .toSorted((a, b) => worst(a) - worst(b) || byAddress(a.path, b.path))
  const [only] = modules
  if (!isRoot && node.items.length === 0 && modules.length === 1 && only) {
    return { ...only, name: `${node.name}.${only.name}` }
  }
  const size = node.items.length + modules.reduce((sum, { size: inner }) => sum + inner, 0)
  return { name: node.name, path: node.path, items: node.items, modules, size }
}

function worst({ items, modules }: ModuleNode): number {
  const own = items[0] ? rank(items[0].action) : Number.POSITIVE_INFINITY
  return Math.min(own, ...modules.map(worst))
}

/** How many changes there are of each action. */
export function countActions(items: readonly PlanItem[]): ReadonlyMap<PlanAction, number> {
  const counts = new Map<PlanAction, number>()
  for (const { action } of items) counts.set(action, (counts.get(action) ?? 0) + 1)
  return counts
}
