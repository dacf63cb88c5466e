import { createHash } from 'node:crypto'
import { exactText } from '../../engines/index.ts'
import type { FingerprintedChange, PlanFingerprint } from '../../runs/index.ts'
import { holdsTrue, isMap, listOf, objectOf } from './planned-outputs.ts'

type Json = unknown

/**
 * What a plan does to each resource, without a value: two plans with the same salt can be compared
 * attribute by attribute.
 */
export function fingerprintPlan(
  plan: Readonly<Record<string, Json>>,
  salt: string,
): PlanFingerprint {
  const entries = listOf(plan['resource_changes']).map(objectOf)
  return { salt, changes: entries.flatMap((entry) => fingerprintChange(entry, salt)) }
}

function fingerprintChange(
  entry: Readonly<Record<string, Json>>,
  salt: string,
): FingerprintedChange[] {
  const change = objectOf(entry['change'])
  const actions = listOf(change['actions']).map(String)
  const moved = entry['previous_address']
  const { importing } = change
  if (moved !== undefined) actions.push(`move from ${moved}`)
  if (isMap(importing)) actions.push(`import ${hashOf(salt, JSON.stringify(importing))}`)
  if (actions.every((action) => action === 'no-op' || action === 'read')) return []
  const before: Record<string, string> = {}
  const after: Record<string, string> = {}
  addHashes(before, '', { salt, value: change['before'], unknown: undefined })
  addHashes(after, '', { salt, value: change['after'], unknown: change['after_unknown'] })
  const deposed = entry['deposed'] === undefined ? '' : ` (deposed ${entry['deposed']})`
  return [{ address: `${entry['address']}${deposed}`, actions, before, after }]
}

interface Hashed {
  readonly salt: string
  readonly value: Json
  /** Marks what is not known, in the same shape as the value. */
  readonly unknown: Json
}

/** A hash of each known leaf, and of each container's shape, unknown members included. */
function addHashes(into: Record<string, string>, path: string, hashed: Hashed): void {
  const { salt, value, unknown } = hashed
  if (unknown === true) return
  if (Array.isArray(value)) {
    into[path] = hashOf(salt, `list ${value.length}`)
    const marks = listOf(unknown)
    value.forEach((item, index) => {
      addHashes(into, `${path}[${index}]`, { salt, value: item, unknown: marks[index] })
    })
    return
  }
  if (!isMap(value) || exactText(value) !== undefined) {
    into[path] = hashOf(salt, `value ${JSON.stringify(value ?? null)}`)
    return
  }
  const marks = objectOf(unknown)
  const missing = Object.keys(marks).filter((key) => holdsTrue(marks[key]))
  const keys = [...new Set([...Object.keys(value), ...missing])].sort()
  into[path] = hashOf(salt, `map ${JSON.stringify(keys)}`)
  for (const key of keys) {
    // A member that is known in parts only may be left out of the value altogether.
    const member = Object.hasOwn(value, key) ? value[key] : {}
    addHashes(into, stepInto(path, key), { salt, value: member, unknown: marks[key] })
  }
}

function stepInto(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}

function hashOf(salt: string, text: string): string {
  return createHash('sha256').update(`${salt}\n${text}`).digest('base64url').slice(0, 22)
}
