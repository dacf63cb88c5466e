import { exactText } from '../../engines/index.ts'
import type { Value } from '../../platform/value.ts'
import type { PlannedOutput, PlannedOutputs } from '../../runs/index.ts'

type Json = unknown
type Path = readonly (string | number)[]

/** The outputs as a plan's JSON foresees them; what it removes is not among them. */
export function plannedOutputs(plan: Readonly<Record<string, Json>>): PlannedOutputs {
  const outputs: [string, PlannedOutput][] = []
  for (const [name, change] of membersOf(plan['output_changes'])) {
    const { actions, after, after_unknown: unknown, after_sensitive: sensitive } = objectOf(change)
    const [action] = listOf(actions)
    if (action === 'delete') continue
    outputs.push([
      name,
      {
        value: knownValue(after, unknown),
        unknown: unknownPaths(unknown, []),
        sensitive: holdsTrue(sensitive),
        changes: action !== 'no-op',
      },
    ])
  }
  return Object.fromEntries(outputs)
}

/** Plans leave out what is not known of an object: `null` takes its place. */
function knownValue(value: Json, unknown: Json): Value {
  if (unknown === true || value === undefined) return isMap(unknown) ? fromMap({}, unknown) : null
  const digits = exactText(value)
  if (digits !== undefined) return /^-?\d+$/.test(digits) ? BigInt(digits) : Number(digits)
  if (Array.isArray(value)) {
    return value.map((item, index) => knownValue(item, listOf(unknown)[index]))
  }
  if (isMap(value)) return fromMap(value, isMap(unknown) ? unknown : {})
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : null
}

function fromMap(
  value: Readonly<Record<string, Json>>,
  unknown: Readonly<Record<string, Json>>,
): Value {
  const missing = Object.keys(unknown).filter(
    (key) => !Object.hasOwn(value, key) && holdsTrue(unknown[key]),
  )
  return Object.fromEntries(
    [...Object.keys(value), ...missing].map((key) => [key, knownValue(value[key], unknown[key])]),
  )
}

function unknownPaths(unknown: Json, at: Path): Path[] {
  if (unknown === true) return [at]
  if (Array.isArray(unknown)) {
    return unknown.flatMap((item, index) => unknownPaths(item, [...at, index]))
  }
  return membersOf(unknown).flatMap(([key, member]) => unknownPaths(member, [...at, key]))
}

/** True when a mark (`true`, or the same shape as the value) says it of anything. */
export function holdsTrue(mark: Json): boolean {
  if (Array.isArray(mark)) return mark.some(holdsTrue)
  return mark === true || membersOf(mark).some(([, member]) => holdsTrue(member))
}

export function isMap(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function objectOf(value: Json): Readonly<Record<string, Json>> {
  return isMap(value) ? value : {}
}

function membersOf(value: Json): [string, Json][] {
  return Object.entries(objectOf(value))
}

export function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : []
}
