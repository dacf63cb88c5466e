import { exactText } from '../exact-json.ts'
import { Unreadable } from '../unreadable.ts'
import { type CtyType, readType } from './cty-type.ts'
import { type CtyValue, nullValue } from './cty-value.ts'

/**
 * Reads a value of a type from a state's JSON, which keeps the type of a dynamic value beside it.
 * @throws Unreadable when it is not of the type.
 */
export function readStateValue(json: unknown, type: CtyType): CtyValue {
  if (json === null) return nullValue
  switch (type.kind) {
    case 'dynamic':
      return dynamic(json)
    case 'list':
    case 'set':
      return sequence(list(json), type.kind === 'set', () => type.element)
    case 'tuple':
      if (list(json).length !== type.elements.length) throw new Unreadable('a tuple is too long')
      return sequence(list(json), false, (index) => type.elements[index])
    case 'map':
      return mapping(Object.entries(object(json)), () => type.element)
    case 'object':
      return attributes(object(json), type.attributes)
    default:
      return leaf(json, type.kind)
  }
}

function leaf(json: unknown, kind: 'string' | 'number' | 'bool'): CtyValue {
  const found = exactText(json) === undefined ? typeof json : 'number'
  if (found === (kind === 'bool' ? 'boolean' : kind)) return { kind: 'leaf', json }
  throw new Unreadable(`a value of the state is no ${kind}`)
}

function dynamic(json: unknown): CtyValue {
  const { type, value } = object(json)
  return readStateValue(value, readType(type))
}

/** An attribute that the state does not have is null. */
function attributes(
  members: Readonly<Record<string, unknown>>,
  types: ReadonlyMap<string, CtyType>,
): CtyValue {
  if (Object.keys(members).some((name) => !types.has(name))) {
    throw new Unreadable('the state has an attribute that is not in the schema')
  }
  const all = [...types.keys()].map((name) => [name, members[name] ?? null] as const)
  return mapping(all, (name) => types.get(name))
}

function sequence(
  items: readonly unknown[],
  set: boolean,
  typeAt: (index: number) => CtyType | undefined,
): CtyValue {
  return {
    kind: 'sequence',
    set,
    items: items.map((item, index) => readStateValue(item, typeAt(index) ?? { kind: 'dynamic' })),
  }
}

function mapping(
  members: readonly (readonly [string, unknown])[],
  typeOf: (name: string) => CtyType | undefined,
): CtyValue {
  const values = members.map(
    ([name, member]) =>
      [name, readStateValue(member, typeOf(name) ?? { kind: 'dynamic' })] as const,
  )
  return { kind: 'mapping', members: new Map(values) }
}

function list(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json
  throw new Unreadable('a value of the state is no list')
}

function object(json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json }
  throw new Unreadable('a value of the state is no object')
}
