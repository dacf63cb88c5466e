import type { MapNode, Node, Position } from '../node.ts'
import type { Problem } from '../problem.ts'
import { readDocument } from '../reading/document.ts'
import { type Layer, setLayer } from './layers.ts'

/** `--set name=value` as layers, one each: names are dotted paths, values are YAML. */
export function setLayers(set: Readonly<Record<string, string>>): {
  readonly layers: readonly Layer[]
  readonly problems: readonly Problem[]
} {
  const problems: Problem[] = []
  const layers = Object.entries(set).flatMap(([name, text]): Layer[] => {
    const at = { file: `--set ${name}`, line: 1, column: 1 }
    const node = nodeOf(text, at)
    const keys = name.split('.')
    if (keys.some((key) => key === '' || key === '__proto__')) {
      problems.push(wrong(`--set ${name}=… names no value`, 'It is written --set db.size=large.'))
      return []
    }
    if (node === undefined) {
      problems.push(wrong(`the value of --set ${name} is no YAML`, 'Put it in quotes.'))
      return []
    }
    return [{ name: setLayer, node: nested(keys, node, at) }]
  })
  return { layers, problems }
}

function wrong(message: string, next: string): Problem {
  return { at: undefined, message, next }
}

/**
 * Numbers, bools, null, and what is written with quotes or brackets are YAML; anything else is the text
 * itself, so that nobody has to think of `#` and `: `.
 */
function nodeOf(text: string, at: Position): Node | undefined {
  const literal: Node = { kind: 'scalar', value: text, at }
  if (text.trim() === '') return literal
  const { node, problems } = readDocument(at.file, text)
  if (/^\s*["'[{]/.test(text))
    return problems.length > 0 || node === undefined ? undefined : placed(node, at)
  if (problems.length > 0 || text.includes('#')) return literal
  if (node === undefined) return { kind: 'scalar', value: null, at }
  const isPlain = node.kind === 'scalar' && typeof node.value !== 'string'
  return isPlain ? placed(node, at) : literal
}

/** What was typed has no lines: everything in it stands at its `--set`. */
function placed(node: Node, at: Position): Node {
  if (node.kind === 'scalar') return { kind: 'scalar', value: node.value, at }
  if (node.kind === 'list')
    return { ...node, at, items: node.items.map((item) => placed(item, at)) }
  const entries = node.entries.map(({ key, value }) => ({
    key,
    keyAt: at,
    value: placed(value, at),
  }))
  return { kind: 'map', entries, at }
}

function nested(keys: readonly string[], node: Node, at: Position): MapNode {
  const [first = '', ...others] = keys
  const value = others.length === 0 ? node : nested(others, node, at)
  return { kind: 'map', entries: [{ key: first, keyAt: at, value }], at }
}
