/** A number that JavaScript would change; it keeps the text that it was written in. */
export class ExactNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }

  /** Makes `JSON.stringify` write the very digits. */
  toJSON(): unknown {
    return rawJson(this.text)
  }
}

/** A JSON value as a state holds it. Objects have no prototype: a key `__proto__` is a key. */
export type Value =
  | null
  | boolean
  | number
  | string
  | ExactNumber
  | readonly Value[]
  | { readonly [key: string]: Value }

export type ObjectValue = { readonly [key: string]: Value }

export function isObject(value: Value | undefined): value is ObjectValue {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber)
  )
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value)
}

/** A new object of `entries` without a prototype. */
export function objectOf(entries: Iterable<readonly [string, Value]>): ObjectValue {
  const object: { [key: string]: Value } = Object.create(null)
  for (const [key, value] of entries) object[key] = value
  return object
}

/** The value of `key` if it is the object's own. */
export function member(value: Value | undefined, key: string): Value | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

export function equalValues(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true
  if (a instanceof ExactNumber) return b instanceof ExactNumber && a.text === b.text
  if (isList(a)) {
    return (
      isList(b) && a.length === b.length && a.every((item, index) => equalValues(item, b[index]))
    )
  }
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equalValues(a[key], b[key]))
  )
}

/** Text that equal values share and different ones do not. */
export function canonicalText(value: Value): string {
  if (isList(value)) return `[${value.map(canonicalText).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalText(value[key] ?? null)}`)
  return `{${members.join(',')}}`
}

/**
 * JSON text as values. With `exact`, numbers that would not survive keep their text (slower).
 * @throws SyntaxError
 */
export function parseValue(text: string, exact: boolean): Value {
  return exact ? JSON.parse(text, keepDigits) : JSON.parse(text)
}

function keepDigits(_key: string, value: Value, context?: { readonly source?: string }): Value {
  if (typeof value !== 'number' || context?.source === undefined) return value
  return String(value) === context.source ? value : new ExactNumber(context.source)
}

// TypeScript's library does not know it yet; Node has it since 21.
const json: { readonly parse: unknown; readonly rawJSON?: (text: string) => unknown } = JSON

function rawJson(text: string): unknown {
  return json.rawJSON ? json.rawJSON(text) : text
}
