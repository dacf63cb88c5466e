import type { Value } from '../platform/value.ts'
import { isList, isMap } from '../platform/value-json.ts'
import type { OutputDeclaration } from './manifest.ts'
import { type OutputField, type OutputType, TypeReader } from './type-reader.ts'

export type { OutputType } from './type-reader.ts'

/** The type that a text says, or in one sentence why it says none. */
export function parseOutputType(text: string): OutputType | string {
  return new TypeReader(text).read()
}

/** Where outputs break what a component promises: sentences, none when all is well. */
export function checkOutputs(
  declared: ReadonlyMap<string, OutputDeclaration>,
  actual: Readonly<Record<string, { readonly value: Value; readonly sensitive: boolean }>>,
): string[] {
  return [...declared].flatMap(([name, { type }]) => {
    const output = Object.hasOwn(actual, name) ? actual[name] : undefined
    if (output === undefined) return [`output ${name} is promised, and there is none`]
    const expected = parseOutputType(type)
    if (typeof expected === 'string') return [`output ${name}: ${expected}`]
    return mismatches(output.value, expected, name)
  })
}

function mismatches(value: Value, type: OutputType, path: string): string[] {
  const wrong = [`output ${path}: expected ${nameOf(type)}, got ${kindOf(value)}`]
  // Terraform's null is of every type.
  if (type.kind === 'any' || value === null) return []
  switch (type.kind) {
    case 'string':
      return typeof value === 'string' ? [] : wrong
    case 'bool':
      return typeof value === 'boolean' ? [] : wrong
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint' ? [] : wrong
    case 'list':
    case 'set':
      return isList(value)
        ? value.flatMap((item, at) => mismatches(item, type.of, `${path}[${at}]`))
        : wrong
    case 'map':
      return isMap(value)
        ? Object.entries(value).flatMap(([key, one]) => mismatches(one, type.of, below(path, key)))
        : wrong
    case 'tuple':
      return isList(value) ? tupleMismatches(value, type.items, path) : wrong
    case 'object':
      return isMap(value) ? objectMismatches(value, type.fields, path) : wrong
  }
}

function tupleMismatches(
  value: readonly Value[],
  items: readonly OutputType[],
  path: string,
): string[] {
  if (value.length !== items.length) {
    const wanted = items.length === 1 ? '1 element' : `${items.length} elements`
    return [`output ${path}: expected ${wanted}, got ${value.length}`]
  }
  return items.flatMap((type, at) => mismatches(value[at] ?? null, type, `${path}[${at}]`))
}

/** What an object has beyond its type does no harm: whoever reads it does not know of it. */
function objectMismatches(
  value: { readonly [key: string]: Value },
  fields: ReadonlyMap<string, OutputField>,
  path: string,
): string[] {
  return [...fields].flatMap(([key, { type, optional }]) => {
    const one = Object.hasOwn(value, key) ? value[key] : undefined
    if (one !== undefined) return mismatches(one, type, below(path, key))
    return optional ? [] : [`output ${below(path, key)}: expected ${nameOf(type)}, got nothing`]
  })
}

function below(path: string, key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`
}

function nameOf(type: OutputType): string {
  if (type.kind === 'list' || type.kind === 'set' || type.kind === 'map') {
    return `${type.kind}(${nameOf(type.of)})`
  }
  return type.kind
}

function kindOf(value: Value): string {
  if (isList(value)) return 'list'
  if (isMap(value)) return 'object'
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number'
}
