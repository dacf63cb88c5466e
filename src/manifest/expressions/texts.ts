import type { Value } from '../../platform/value.ts'
import type { Node } from '../node.ts'
import { readDocument } from '../reading/document.ts'
import { type Datum, datumOf } from './datum.ts'

/** Reads JSON; whole numbers stay exact however long they are. @throws SyntaxError */
export function readJson(text: string): Datum {
  return datumOf(JSON.parse(text, keepWhole))
}

function keepWhole(_key: string, value: Value, context?: { readonly source?: string }): Value {
  const isLong = typeof value === 'number' && !Number.isSafeInteger(value)
  return isLong && /^-?\d+$/.test(context?.source ?? '') ? BigInt(context?.source ?? 0) : value
}

/** Reads one YAML 1.2 document. @throws Error */
export function readYaml(text: string): Datum {
  const { node, problems } = readDocument('yaml()', text)
  if (problems.length > 0) throw new Error('this is no YAML')
  return node === undefined ? null : datumOf(literalValue(node))
}

/** The value of a node in which nothing is evaluated. */
export function literalValue(node: Node): Value {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(literalValue)
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, literalValue(value)]))
}
