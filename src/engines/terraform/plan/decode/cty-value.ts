import type { CtyType } from './cty-type.ts'

/** A value of Terraform's language, as far as JSON and marks need to know it. */
export type CtyValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'unknown'; readonly of: 'leaf' | 'sequence' | 'mapping' }
  | { readonly kind: 'leaf'; readonly json: unknown }
  | { readonly kind: 'sequence'; readonly set: boolean; readonly items: readonly CtyValue[] }
  | { readonly kind: 'mapping'; readonly members: ReadonlyMap<string, CtyValue> }

export const nullValue: CtyValue = { kind: 'null' }

/** What will only be known after the apply. */
export function unknownOf(type: CtyType): CtyValue {
  switch (type.kind) {
    case 'list':
    case 'set':
    case 'tuple':
      return { kind: 'unknown', of: 'sequence' }
    case 'map':
    case 'object':
      return { kind: 'unknown', of: 'mapping' }
    default:
      return { kind: 'unknown', of: 'leaf' }
  }
}

/**
 * The value as JSON. What is unknown is left out, in a sequence it is null; undefined when all of
 * it is unknown.
 * Source of this and of what follows: Terraform `internal/command/jsonplan/plan.go`, omitUnknowns
 * and unknownAsBool.
 */
export function toJson(value: CtyValue): unknown {
  switch (value.kind) {
    case 'null':
      return null
    case 'unknown':
      return undefined
    case 'leaf':
      return value.json
    case 'sequence':
      return value.items.map((item) => toJson(item) ?? null)
    case 'mapping':
      return fromEntries(value.members, toJson)
  }
}

export function isWhollyKnown(value: CtyValue): boolean {
  if (value.kind === 'sequence') return value.items.every(isWhollyKnown)
  if (value.kind === 'mapping') return [...value.members.values()].every(isWhollyKnown)
  return value.kind !== 'unknown'
}

/** `true` where the value is unknown, in its shape; members without anything unknown are left out. */
export function unknownParts(value: CtyValue): unknown {
  switch (value.kind) {
    case 'unknown':
      return true
    case 'sequence':
      return value.items.map(unknownParts)
    case 'mapping':
      return fromEntries(value.members, (member) => orNothing(unknownParts(member)))
    default:
      return false
  }
}

export function orNothing(mark: unknown): unknown {
  return mark === false ? undefined : mark
}

/** An object of the members for which there is something. */
export function fromEntries<T>(
  members: ReadonlyMap<string, T>,
  change: (member: T, key: string) => unknown,
): Readonly<Record<string, unknown>> {
  const entries = [...members].map(([key, member]) => [key, change(member, key)] as const)
  return Object.fromEntries(entries.filter(([, member]) => member !== undefined))
}
