import type { Value } from '../../platform/value.ts'

/** What expressions compute with. Whole numbers are bigint, others number: 7 / 2 is 3, 7.0 / 2 is 3.5. */
export type Datum =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Datum[]
  | Dict
  | Unknown
  | Maybe

/** A map whose values are made when they are read, and once. Keys are only those it was given. */
export class Dict {
  #keys: ReadonlySet<string> | undefined
  readonly #list: () => Iterable<string>
  readonly #read: (key: string) => Datum
  readonly #known = new Map<string, Datum>()

  /** What it is called in the manifest: `values.db`. */
  readonly name: string | undefined

  constructor(
    keys: Iterable<string> | (() => Iterable<string>),
    read: (key: string) => Datum,
    name?: string,
  ) {
    this.name = name
    this.#list = typeof keys === 'function' ? keys : () => keys
    // An iterator gives its keys but once.
    if (typeof keys !== 'function') this.#keys = new Set(keys)
    this.#read = read
  }

  static of(entries: Iterable<readonly [string, Datum]>): Dict {
    const known = new Map(entries)
    return new Dict(known.keys(), (key) => known.get(key) ?? null)
  }

  get keys(): ReadonlySet<string> {
    this.#keys ??= new Set(this.#list())
    return this.#keys
  }

  get(key: string): Datum | undefined {
    if (!this.keys.has(key)) return undefined
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const made = this.#read(key)
    this.#known.set(key, made)
    return made
  }
}

/** Something that only an apply will tell. Whatever depends on it is unknown too. */
export class Unknown {
  /** Outputs that it comes from: `db.host`. */
  readonly waitsFor: ReadonlySet<string>

  constructor(waitsFor: Iterable<string>) {
    this.waitsFor = new Set(waitsFor)
  }
}

/** What `.?` gives: a value, or none. */
export class Maybe {
  readonly value: Datum | undefined

  constructor(value: Datum | undefined) {
    this.value = value
  }
}

/** One unknown of all that are among the data; undefined when there is none. */
export function unknownAmong(data: readonly Datum[]): Unknown | undefined {
  const found = data.filter((datum) => datum instanceof Unknown)
  return found.length > 1 ? new Unknown(found.flatMap((one) => [...one.waitsFor])) : found[0]
}

type Path = readonly (string | number)[]

/** A value, with what is unknown of it; parts that it leaves out altogether may be unknown too. */
export function datumOf(value: Value, unknown: readonly Path[] = [], waitsFor = ''): Datum {
  if (unknown.some((path) => path.length === 0)) return new Unknown([waitsFor])
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (value === null && unknown.length > 0) return new Unknown([waitsFor])
  if (value === null || typeof value !== 'object') return value
  const below = (key: string | number) =>
    unknown.filter((path) => String(path[0]) === String(key)).map((path) => path.slice(1))
  if (isList(value)) {
    const beyond = unknown.map(([at]) => (typeof at === 'number' ? at + 1 : 0))
    const length = Math.max(value.length, ...beyond)
    return Array.from({ length }, (_, at) => datumOf(value[at] ?? null, below(at), waitsFor))
  }
  const keys = new Set([...Object.keys(value), ...unknown.map(([key]) => String(key))])
  return new Dict(keys, (key) =>
    datumOf(Object.hasOwn(value, key) ? (value[key] ?? null) : null, below(key), waitsFor),
  )
}

export function isList(value: Value): value is readonly Value[]
export function isList(value: Datum): value is readonly Datum[]
export function isList(value: Value | Datum): boolean {
  return Array.isArray(value)
}

/** What a datum is called in sentences: "a number". */
export function kindOf(datum: Datum): string {
  if (datum === null) return 'null'
  if (datum instanceof Unknown) return 'a value that is not known yet'
  if (datum instanceof Maybe) return 'an optional value'
  if (datum instanceof Dict) return 'a map'
  if (typeof datum === 'object') return 'a list'
  if (typeof datum === 'boolean') return 'a bool'
  return typeof datum === 'string' ? 'a string' : 'a number'
}
