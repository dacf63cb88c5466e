import { unquote } from '../../module/hcl-scan.ts'
import { Unreadable } from '../unreadable.ts'

/** The parts of `module.a["x"].data.t.n[0]`. */
export interface ResourceAddress {
  readonly text: string
  readonly module: readonly ModuleStep[]
  /** The part of the text that names the module: empty for the root. */
  readonly moduleText: string
  readonly mode: 'managed' | 'data'
  readonly type: string
  readonly name: string
  readonly key: InstanceKey
}

export interface ModuleStep {
  readonly name: string
  readonly key: InstanceKey
}

/** Undefined without `count` and `for_each`. */
export type InstanceKey = string | number | undefined

const identifier = String.raw`[\p{ID_Start}_][\p{ID_Continue}-]*`
const key = String.raw`\[(?:\d+|"(?:[^"\\]|\\.)*")\]`
const moduleStep = new RegExp(String.raw`module\.(${identifier})(${key})?\.`, 'uy')
const resource = new RegExp(String.raw`(data\.)?(${identifier})\.(${identifier})(${key})?$`, 'uy')

/** @throws Unreadable for what is no address of a resource or of a data source. */
export function readAddress(text: string): ResourceAddress {
  const module: ModuleStep[] = []
  let at = 0
  for (;;) {
    moduleStep.lastIndex = at
    const step = moduleStep.exec(text)
    if (step === null) break
    module.push({ name: step[1] ?? '', key: keyOf(step[2]) })
    at = moduleStep.lastIndex
  }
  resource.lastIndex = at
  const match = resource.exec(text)
  const [, data, type = '', name = '', instance] = match ?? []
  if (match === null || ['module', 'ephemeral', 'action', 'list', 'resource'].includes(type)) {
    throw new Unreadable('an address is of an unknown form')
  }
  return {
    text,
    module,
    moduleText: text.slice(0, Math.max(0, at - 1)),
    mode: data === undefined ? 'managed' : 'data',
    type,
    name,
    key: keyOf(instance),
  }
}

function keyOf(brackets: string | undefined): InstanceKey {
  if (brackets === undefined) return undefined
  const inner = brackets.slice(1, -1)
  const value = inner.startsWith('"') ? unquote(inner) : Number(inner)
  if (value === undefined) throw new Unreadable('an instance key is of an unknown form')
  return value
}

/** Terraform's order: modules by depth, data before managed resources, then by name and key. */
export function compareAddresses(one: ResourceAddress, other: ResourceAddress): number {
  return (
    compareModules(one.module, other.module) ||
    Number(one.mode === 'managed') - Number(other.mode === 'managed') ||
    compareText(one.type, other.type) ||
    compareText(one.name, other.name) ||
    compareKeys(one.key, other.key)
  )
}

function compareModules(one: readonly ModuleStep[], other: readonly ModuleStep[]): number {
  if (one.length !== other.length) return one.length - other.length
  for (const [index, step] of one.entries()) {
    const beside = other[index]
    const order = compareText(step.name, beside?.name ?? '') || compareKeys(step.key, beside?.key)
    if (order !== 0) return order
  }
  return 0
}

const kindsOfKeys = ['undefined', 'number', 'string']

function compareKeys(one: InstanceKey, other: InstanceKey): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  if (typeof one === 'string' && typeof other === 'string') return compareText(one, other)
  return kindsOfKeys.indexOf(typeof one) - kindsOfKeys.indexOf(typeof other)
}

export function compareText(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
