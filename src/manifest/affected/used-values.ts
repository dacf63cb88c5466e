import { scalarsIn, textsOfComponent } from '../expressions/component-texts.ts'
import { type Expression, partsOf } from '../expressions/expression.ts'
import { conditionOf, templateOf } from '../expressions/template.ts'
import type { Component, Manifest } from '../manifest.ts'
import type { Node } from '../node.ts'

/** The lowest layer of those values that a component reads, through other values too; by name. */
export function usedValues(manifest: Manifest, component: Component): ReadonlyMap<string, Node> {
  const entries = new Map(manifest.values?.entries.map(({ key, value }) => [key, value]))
  const all = [...entries.keys()]
  const used = new Map<string, Node>()
  const open: string[] = []
  const read = (text: string, condition: boolean) => {
    const { pieces } = condition ? conditionOf(text) : templateOf(text)
    for (const piece of pieces) {
      if (typeof piece !== 'string') open.push(...namesIn(piece.expression, all))
    }
  }
  for (const { scalar, place } of textsOfComponent(manifest, component)) {
    if (typeof scalar.value === 'string') read(scalar.value, place === 'when')
  }
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const node = entries.get(name)
    if (node === undefined || used.has(name)) continue
    used.set(name, node)
    for (const { value } of scalarsIn([node])) if (typeof value === 'string') read(value, false)
  }
  return new Map([...used].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * Names of values that come from files, or are made of such. What is in a file may be a secret.
 */
export function valuesFromFiles(manifest: Manifest): ReadonlySet<string> {
  const layers = [manifest.values, ...[...manifest.environments.values()].map((one) => one.values)]
  const entries = layers.flatMap((layer) => layer?.entries ?? [])
  const names = [...new Set(entries.map(({ key }) => key))]
  const texts = entries.flatMap(({ key, value }) =>
    [...scalarsIn([value])].flatMap((scalar) =>
      typeof scalar.value === 'string' ? [{ key, text: scalar.value }] : [],
    ),
  )
  const found = new Set<string>()
  for (let size = -1; size !== found.size; ) {
    size = found.size
    for (const { key, text } of texts) if (comesFromFile(text, found, names)) found.add(key)
  }
  return found
}

/** Whether a text reads a file, or a value that comes from one. */
export function comesFromFile(
  text: string,
  fromFiles: ReadonlySet<string>,
  names: readonly string[] = [...fromFiles],
): boolean {
  return templateOf(text).pieces.some(
    (piece) =>
      typeof piece !== 'string' &&
      (readsFile(piece.expression) ||
        namesIn(piece.expression, names).some((name) => fromFiles.has(name))),
  )
}

function readsFile(expression: Expression): boolean {
  if (expression.is === 'call' && expression.on === undefined && expression.name === 'file') {
    return true
  }
  return partsOf(expression).some(readsFile)
}

/** Keys of `values` that an expression reads; all of them where the key is computed. */
function namesIn(expression: Expression, all: readonly string[]): readonly string[] {
  if (expression.is === 'access' && isValues(expression.of)) {
    const { key } = expression
    if (key.is === 'literal' && typeof key.value === 'string') return [key.value]
    return [...all, ...namesIn(key, all)]
  }
  if (isValues(expression)) return all
  return partsOf(expression).flatMap((part) => namesIn(part, all))
}

function isValues(expression: Expression): boolean {
  return expression.is === 'name' && expression.name === 'values'
}
