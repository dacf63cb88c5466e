import { Unreadable } from '../unreadable.ts'

/** A type of Terraform's language, as providers' schemas and dynamic values name it. */
export type CtyType =
  | { readonly kind: 'string' | 'number' | 'bool' | 'dynamic' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly element: CtyType }
  | { readonly kind: 'tuple'; readonly elements: readonly CtyType[] }
  | { readonly kind: 'object'; readonly attributes: ReadonlyMap<string, CtyType> }

/**
 * Reads a type from its JSON: `"string"`, `["list","number"]`, `["object",{"a":"bool"}]`.
 * @throws Unreadable for anything else.
 */
export function readType(json: unknown): CtyType {
  if (json === 'string' || json === 'number' || json === 'bool' || json === 'dynamic') {
    return { kind: json }
  }
  const [kind, inner] = Array.isArray(json) ? json : []
  if (kind === 'list' || kind === 'set' || kind === 'map') {
    return { kind, element: readType(inner) }
  }
  if (kind === 'tuple' && Array.isArray(inner)) return { kind, elements: inner.map(readType) }
  if (kind === 'object' && typeof inner === 'object' && inner !== null) {
    const attributes = Object.entries(inner).map(([name, type]) => [name, readType(type)] as const)
    return { kind, attributes: new Map(attributes) }
  }
  throw new Unreadable('a type is unknown')
}

/** True when the type is not known, or not whole, before there is a value. */
export function isDynamic(type: CtyType): boolean {
  switch (type.kind) {
    case 'dynamic':
      return true
    case 'list':
    case 'set':
    case 'map':
      return isDynamic(type.element)
    case 'tuple':
      return type.elements.some(isDynamic)
    case 'object':
      return [...type.attributes.values()].some(isDynamic)
    default:
      return false
  }
}
