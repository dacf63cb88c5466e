import type { OpenApiDocument, Schema } from './open-api.ts'

/** Follows a reference to where it leads. */
export type Resolve = (schema: Schema) => Schema

export function resolverOf(document: OpenApiDocument): Resolve {
  const schemas = document.components?.schemas ?? {}
  return (schema) => {
    const name = refName(schema)
    return name === undefined ? schema : (schemas[name] ?? {})
  }
}

/** The name of a schema that is referred to. */
export function refName({ $ref }: Schema): string | undefined {
  return $ref?.replace('#/components/schemas/', '')
}

/** What a value is, in a word or few: `string (date-time)`, `list of Run`, `"plan" | "apply"`. */
export function typeWords(schema: Schema): string {
  const name = refName(schema)
  if (name !== undefined) return name
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(' | ')
  const parts = schema.anyOf ?? schema.oneOf
  if (parts !== undefined) return parts.map(typeWords).join(' | ')
  if (schema.allOf !== undefined) return schema.allOf.map(typeWords).join(' & ')
  if (schema.type === 'array') return `list of ${typeWords(schema.items ?? {})}`
  if (schema.type === 'object' || schema.properties !== undefined) return objectWords(schema)
  if (schema.type === undefined) return 'anything'
  const type = typeof schema.type === 'string' ? schema.type : schema.type.join(' | ')
  return schema.format === undefined ? type : `${type} (${schema.format})`
}

function objectWords({ properties, additionalProperties }: Schema): string {
  if (properties !== undefined && Object.keys(properties).length > 0) return 'object'
  return typeof additionalProperties === 'object'
    ? `names to ${typeWords(additionalProperties)}`
    : 'object'
}

/** The schemas inside one that have fields of their own to show: of a list, of alternatives, of a map. */
export function insides(schema: Schema): readonly Schema[] {
  const { items, additionalProperties } = schema
  const all = [
    ...(schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []),
    ...(items === undefined ? [] : [items]),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
  ]
  return all.flatMap((one) => (hasFields(one) ? [one] : insides(one)))
}

function hasFields(schema: Schema): boolean {
  return schema.$ref !== undefined || schema.properties !== undefined
}

/** How deep an example goes: further than any body of ours, nearer than a schema that holds itself. */
const deepest = 6

/** A value as the schema wants it: what must be there, and nothing else. */
export function exampleOf(schema: Schema, resolve: Resolve, depth = 0): unknown {
  const { default: preset, ...real } = resolve(schema)
  if (depth > deepest) return null
  if (real.const !== undefined) return real.const
  if (real.enum !== undefined) return real.enum[0]
  const [first] = real.anyOf ?? real.oneOf ?? []
  if (first !== undefined) return exampleOf(first, resolve, depth + 1)
  if (real.properties !== undefined) return exampleObject(real, resolve, depth)
  return preset ?? plainExample(real, (items) => exampleOf(items, resolve, depth + 1))
}

function exampleObject(schema: Schema, resolve: Resolve, depth: number): object {
  const { properties = {}, required = [] } = schema
  const wanted = Object.entries(properties).filter(
    ([name, property]) => required.includes(name) && resolve(property).default === undefined,
  )
  return Object.fromEntries(
    wanted.map(([name, property]) => [name, exampleOf(property, resolve, depth + 1)]),
  )
}

function plainExample(schema: Schema, ofItems: (items: Schema) => unknown): unknown {
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0]
  if (type === 'array') return schema.items === undefined ? [] : [ofItems(schema.items)]
  if (type === 'object') return {}
  if (type === 'boolean') return true
  if (type === 'integer' || type === 'number') return 1
  if (schema.format === 'date-time') return '2026-01-31T12:00:00.000Z'
  if (schema.format === 'uuid') return '00000000-0000-4000-8000-000000000000'
  return '…'
}
