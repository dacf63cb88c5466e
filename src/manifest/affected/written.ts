import { environmentsOf } from '../graph/edges.ts'
import type { Component, Environment, Manifest } from '../manifest.ts'
import type { MapNode } from '../node.ts'
import { valueLayers } from '../resolving/value-layers.ts'

/** Whether two parts of manifests say the same, wherever they stand. */
export function saysTheSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Map && b instanceof Map) return saysTheSame([...a], [...b])
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, at) => saysTheSame(item, b[at]))
  }
  const left = contentOf(a)
  const right = new Map(contentOf(b))
  return (
    left.length === right.size &&
    left.every(([key, value]) => right.has(key) && saysTheSame(value, right.get(key)))
  )
}

const places = new Set(['at', 'keyAt', 'source'])

function contentOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([key, part]) => !places.has(key) && part !== undefined)
}

/** A part of a manifest as JSON has it, without where it stands; keys in order. */
export function plainOf(part: unknown): unknown {
  if (part instanceof Map) return [...part].map(([key, value]) => [key, plainOf(value)])
  if (Array.isArray(part)) return part.map(plainOf)
  if (typeof part !== 'object' || part === null) return part
  // A map says the same in any order.
  if (isMapNode(part)) return part.entries.map((one) => [one.key, plainOf(one.value)]).sort(byKey)
  const content = contentOf(part).sort(byKey)
  return Object.fromEntries(content.map(([key, value]) => [key, plainOf(value)]))
}

function isMapNode(part: object): part is MapNode {
  return 'kind' in part && part.kind === 'map'
}

function byKey([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1
}

/** Whether a component is written as before, as far as that decides what it does. */
export function isWrittenAlike(before: Component, now: Component): boolean {
  return saysTheSame(meaningOf(before), meaningOf(now))
}

/** What of a component decides what it does. */
export function meaningOf(component: Component) {
  const { kind, main, inputs, valueFiles, outputs, when, once, terraform } = component
  const { before, after, workflow } = component
  return { kind, main, inputs, valueFiles, outputs, when, once, terraform, before, after, workflow }
}

/** Whether everything that expressions see of an environment is written as before. */
export function hasSameValues(
  before: { readonly manifest: Manifest; readonly environment: Environment },
  now: { readonly manifest: Manifest; readonly environment: Environment },
): boolean {
  const layers = ({ manifest, environment }: typeof before) =>
    valueLayers(manifest, environment).map((layer) => layer.node)
  return (
    before.environment.order === now.environment.order && saysTheSame(layers(before), layers(now))
  )
}

/** Whether a component exists in an environment. */
export function existsIn(manifest: Manifest, component: Component, environment: string): boolean {
  return environmentsOf(manifest, component).includes(environment)
}
