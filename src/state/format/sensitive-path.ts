import { ExactNumber, isList, isObject, member, objectOf, type Value } from './value.ts'

/** Keys and list positions from an instance's attributes to a sensitive value. */
export type SensitivePath = readonly (string | number)[]

/**
 * Reads a state's `sensitive_attributes`. A step that cannot be followed (into a set, or of a kind
 * that this version does not know) ends its path early: rather too much is hidden than too little.
 */
export function readSensitivePaths(paths: Value | undefined): SensitivePath[] {
  if (paths === undefined || paths === null) return []
  if (!isList(paths)) return [[]]
  return paths.map((steps) => {
    const path: (string | number)[] = []
    if (!isList(steps)) return path
    for (const step of steps) {
      const key = stepKey(step)
      if (key === undefined) break
      path.push(key)
    }
    return path
  })
}

function stepKey(step: Value): string | number | undefined {
  const value = member(step, 'value')
  const key = member(step, 'type') === 'index' ? (member(value, 'value') ?? value) : value
  if (typeof key === 'string' || typeof key === 'number') return key
  return key instanceof ExactNumber ? Number(key.text) : undefined
}

/** The value with whatever stands at the ends of `paths` replaced by `change` of it. */
export function replaceAt(
  value: Value,
  paths: readonly SensitivePath[],
  change: (value: Value) => Value,
): Value {
  if (paths.length === 0) return value
  if (isSensitive(value, paths)) return change(value)
  if (isList(value)) {
    return value.map((item, index) => replaceAt(item, pathsBelow(value, paths, index), change))
  }
  if (!isObject(value)) return value
  return objectOf(
    Object.entries(value).map(([key, item]) => [
      key,
      replaceAt(item, pathsBelow(value, paths, key), change),
    ]),
  )
}

/** Whether a path ends here, or leads on to where nobody can follow it. */
export function isSensitive(value: Value | undefined, paths: readonly SensitivePath[]): boolean {
  if (paths.some((path) => path.length === 0)) return true
  if (paths.length === 0 || value === null || value === undefined || isObject(value)) return false
  return !isList(value) || paths.some(([step]) => typeof step !== 'number')
}

/** The rest of the paths that lead through one member of `value`. */
export function pathsBelow(
  value: Value | undefined,
  paths: readonly SensitivePath[],
  key: string | number,
): SensitivePath[] {
  const through = paths
    .filter(([step]) => String(step) === String(key))
    .map((path) => path.slice(1))
  if (key !== 'value' || !isWrapper(value)) return through
  return [...through, ...paths.filter(([step]) => step !== 'value' && step !== 'type')]
}

/** A dynamic attribute is stored as {"value", "type"}, a wrapper that paths do not count. */
export function isWrapper(value: Value | undefined): boolean {
  return isObject(value) && Object.keys(value).sort().join() === 'type,value'
}
