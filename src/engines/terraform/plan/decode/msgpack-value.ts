import { Decoder, ExtData } from '@msgpack/msgpack'
import { Unreadable } from '../unreadable.ts'
import { type CtyType, readType } from './cty-type.ts'
import { type CtyValue, nullValue, unknownOf } from './cty-value.ts'
import { exactNumber } from './number-text.ts'

const decoder = new Decoder({ useBigInt64: true })

/** Extensions of go-cty: an unknown value, and one of which something is known (`not null`). */
const unknownExtensions: readonly number[] = [0, 12]

/**
 * Reads a value of a type as Terraform serialises it in a plan.
 * Format: https://github.com/zclconf/go-cty/blob/main/docs/msgpack.md (unknown values as
 * extensions, numbers that fit nothing else as text, dynamic values as `[type, value]`).
 * @throws Unreadable when it is not of the type.
 */
export function readMsgpack(bytes: Uint8Array, type: CtyType): CtyValue {
  return typed(decodeMsgpack(bytes), type)
}

/** A key in a path of a plan. @throws Unreadable for an element of a set. */
export function readMsgpackKey(bytes: Uint8Array): string | number {
  const key = decodeMsgpack(bytes)
  if (typeof key === 'string' || typeof key === 'number') return key
  throw new Unreadable('a path leads into a set')
}

function decodeMsgpack(bytes: Uint8Array): unknown {
  try {
    return decoder.decode(bytes)
  } catch (error) {
    throw new Unreadable('a value is no msgpack', { cause: error })
  }
}

function typed(raw: unknown, type: CtyType): CtyValue {
  if (raw instanceof ExtData) {
    if (unknownExtensions.includes(raw.type)) return unknownOf(type)
    throw new Unreadable('a value is of an unknown extension')
  }
  if (raw === null) return nullValue
  switch (type.kind) {
    case 'dynamic':
      return dynamic(raw)
    case 'list':
    case 'set':
      return sequence(list(raw), () => type.element, type.kind === 'set')
    case 'tuple':
      return tuple(list(raw), type.elements)
    case 'map':
      return mapping(raw, () => type.element)
    case 'object':
      return object(raw, type.attributes)
    default:
      return { kind: 'leaf', json: leaf(raw, type.kind) }
  }
}

function leaf(raw: unknown, kind: 'string' | 'number' | 'bool'): unknown {
  if (kind === 'number' && ['number', 'bigint', 'string'].includes(typeof raw)) {
    return exactNumber(String(raw))
  }
  if (typeof raw === (kind === 'bool' ? 'boolean' : kind) && kind !== 'number') return raw
  throw new Unreadable(`a value is no ${kind}`)
}

function dynamic(raw: unknown): CtyValue {
  const [type, value, ...more] = list(raw)
  if (!(type instanceof Uint8Array) || more.length > 0 || value === undefined) {
    throw new Unreadable('a dynamic value has no type')
  }
  return typed(value, readType(JSON.parse(Buffer.from(type).toString('utf8'))))
}

function tuple(items: readonly unknown[], types: readonly CtyType[]): CtyValue {
  if (items.length !== types.length) throw new Unreadable('a tuple has another length')
  return sequence(items, (index) => types[index], false)
}

function sequence(
  items: readonly unknown[],
  typeAt: (index: number) => CtyType | undefined,
  set: boolean,
): CtyValue {
  return {
    kind: 'sequence',
    set,
    items: items.map((item, index) => typed(item, known(typeAt(index)))),
  }
}

function object(raw: unknown, attributes: ReadonlyMap<string, CtyType>): CtyValue {
  const value = mapping(raw, (name) => attributes.get(name))
  if (value.kind === 'mapping' && value.members.size === attributes.size) return value
  throw new Unreadable('an object has other attributes than its schema')
}

function mapping(raw: unknown, typeOf: (key: string) => CtyType | undefined): CtyValue {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw) || raw instanceof Uint8Array) {
    throw new Unreadable('a value is no object')
  }
  const members = Object.entries(raw).map(
    ([key, member]) => [key, typed(member, known(typeOf(key)))] as const,
  )
  return { kind: 'mapping', members: new Map(members) }
}

function list(raw: unknown): readonly unknown[] {
  if (Array.isArray(raw)) return raw
  throw new Unreadable('a value is no list')
}

function known(type: CtyType | undefined): CtyType {
  if (type !== undefined) return type
  throw new Unreadable('an attribute is not in the schema')
}
