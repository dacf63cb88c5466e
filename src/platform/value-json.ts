import type { Value } from './value.ts'

/**
 * JSON text as a value; whole numbers beyond 2^53 stay exact. `__proto__` is a key like any other.
 * @throws SyntaxError when the text is not JSON
 */
export function parseValue(text: string): Value {
  return JSON.parse(text, (_key, value: Value, context?: { readonly source?: string }) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
    const { source } = context ?? {}
    return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value
  })
}

/** A value as JSON, every digit of a bigint in it. Equal values have equal texts: keys are sorted. */
export function valueJson(value: Value): string {
  if (typeof value === 'bigint') return String(value)
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(valueJson).join(',')}]`
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${valueJson(member)}`)
  return `{${members.join(',')}}`
}

/** True for a list, which TypeScript does not see of a read-only one. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

/** True for a map of values. */
export function isMap(value: Value | undefined): value is { readonly [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Every text and number in a value, as text. */
export function valueTexts(value: Value): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number' || typeof value === 'bigint') return [String(value)]
  if (isList(value)) return value.flatMap(valueTexts)
  return isMap(value) ? Object.values(value).flatMap(valueTexts) : []
}
