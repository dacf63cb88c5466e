import type { Value } from '../../platform/value.ts'
import { type Datum, Dict, isList, Maybe, Unknown } from './datum.ts'
import { Fault } from './fault.ts'
import { Budget } from './scope.ts'

// Nobody nests like this.
const deepest = 200

const safest = BigInt(Number.MAX_SAFE_INTEGER)

/** A datum as a value, or everything in it that is not known yet. @throws Fault */
export function toValue(datum: Datum): Value | Unknown {
  return valueIn(datum, { budget: new Budget(), inside: [] })
}

/** A way into a datum: what was entered, and how much may still be looked at. */
interface Way {
  readonly budget: Budget
  readonly inside: readonly Datum[]
}

function valueIn(datum: Datum, way: Way): Value | Unknown {
  const further = enter(datum, way)
  if (datum === null || typeof datum === 'boolean' || typeof datum === 'string') return datum
  if (typeof datum === 'bigint') {
    return datum <= safest && datum >= -safest ? Number(datum) : datum
  }
  if (typeof datum === 'number') {
    if (Number.isFinite(datum)) return datum
    throw new Fault('the number is too large', { at: 0 })
  }
  if (datum instanceof Unknown) return datum
  if (datum instanceof Maybe) return valueIn(datum.value ?? null, further)
  const below = (one: Datum) => valueIn(one, further)
  if (isList(datum)) return combined(datum.map(below), (values) => values)
  const keys = [...datum.keys]
  const values = keys.map((key) => below(datum.get(key) ?? null))
  return combined(values, (known) =>
    Object.fromEntries(known.map((value, at) => [keys[at] ?? '', value])),
  )
}

/** @throws Fault when there is no end of it: values refer to one another, and may contain themselves */
function enter(datum: Datum, { budget, inside }: Way): Way {
  budget.spend(1, { at: 0 })
  if (datum instanceof Dict && inside.includes(datum)) {
    throw new Fault(`${datum.name ?? 'a value'} contains itself`, { at: 0 })
  }
  if (inside.length >= deepest) throw new Fault('this is nested too deep', { at: 0 })
  return { budget, inside: [...inside, datum] }
}

function combined(
  parts: readonly (Value | Unknown)[],
  make: (values: readonly Value[]) => Value,
): Value | Unknown {
  const values: Value[] = []
  const waitsFor: string[] = []
  for (const part of parts) {
    if (part instanceof Unknown) waitsFor.push(...part.waitsFor)
    else values.push(part)
  }
  return waitsFor.length > 0 ? new Unknown(waitsFor) : make(values)
}

/** Every string and number in a datum, as text; what is unknown of it is passed over. @throws Fault */
export function leavesOf(datum: Datum): ReadonlySet<string> {
  const leaves = new Set<string>()
  addLeaves(datum, leaves, { budget: new Budget(), inside: [] })
  return leaves
}

function addLeaves(datum: Datum, leaves: Set<string>, way: Way): void {
  const further = enter(datum, way)
  if (typeof datum === 'string' || typeof datum === 'number' || typeof datum === 'bigint') {
    if (datum !== '') leaves.add(String(datum))
  } else if (isList(datum)) for (const item of datum) addLeaves(item, leaves, further)
  else if (datum instanceof Dict) {
    for (const key of datum.keys) addLeaves(datum.get(key) ?? null, leaves, further)
  } else if (datum instanceof Maybe) addLeaves(datum.value ?? null, leaves, further)
}
