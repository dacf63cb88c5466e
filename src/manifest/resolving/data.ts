import { type Datum, Dict } from '../expressions/datum.ts'
import type { Node, ScalarNode } from '../node.ts'
import type { Merged } from './layers.ts'

/** Evaluates one text of the manifest. */
export type EvaluateText = (scalar: ScalarNode, path: string) => Datum

/** Merged layers as data; every text is evaluated when it is read. */
export function mergedData(
  entries: ReadonlyMap<string, Merged>,
  path: string,
  evaluate: EvaluateText,
): Dict {
  const read = (key: string) => {
    const merged = entries.get(key)
    return merged === undefined ? null : mergedDatum(merged, below(path, key), evaluate)
  }
  return new Dict(entries.keys(), read, path)
}

export function mergedDatum(merged: Merged, path: string, evaluate: EvaluateText): Datum {
  return merged.kind === 'map'
    ? mergedData(merged.entries, path, evaluate)
    : nodeDatum(merged.node, path, evaluate)
}

/** A node that no layer lies over: in it null is a value. */
export function nodeDatum(node: Node, path: string, evaluate: EvaluateText): Datum {
  if (node.kind === 'scalar') return evaluate(node, path)
  if (node.kind === 'list') {
    return node.items.map((item, at) => nodeDatum(item, `${path}[${at}]`, evaluate))
  }
  const nodes = new Map(node.entries.map(({ key, value }) => [key, value]))
  return new Dict(nodes.keys(), (key) => {
    const value = nodes.get(key)
    return value === undefined ? null : nodeDatum(value, below(path, key), evaluate)
  })
}

/** The path of a key: `values.db`, `values["my-db"]`. */
export function below(path: string, key: string): string {
  if (path === '') return key
  return /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}["${key}"]`
}
