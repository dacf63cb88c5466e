import { z } from 'zod'
import type { FingerprintedChange, PlanFingerprint } from './fingerprint.ts'

/**
 * Whether who agreed to the plan `then` has agreed to `now` as well: the same addresses with the
 * same actions, and every attribute that was known then is known now and equal. Anything odd is no.
 */
export function stillCovers(then: PlanFingerprint, now: PlanFingerprint): boolean {
  if (then.salt === '' || then.salt !== now.salt) return false
  if (then.changes.length !== now.changes.length) return false
  const changes = new Map(now.changes.map((change) => [change.address, change]))
  const addresses = new Set(then.changes.map((change) => change.address))
  if (addresses.size !== then.changes.length) return false
  return then.changes.every((change) => coversChange(change, changes.get(change.address)))
}

function coversChange(then: FingerprintedChange, now: FingerprintedChange | undefined): boolean {
  if (now === undefined || then.actions.length !== now.actions.length) return false
  if (!then.actions.every((action, index) => action === now.actions[index])) return false
  // What is now in the state is known in any plan: there, more is as odd as less.
  const sameBefore = Object.keys(then.before).length === Object.keys(now.before).length
  return sameBefore && isWithin(then.before, now.before) && isWithin(then.after, now.after)
}

type Hashes = Readonly<Record<string, string>>

function isWithin(part: Hashes, whole: Hashes): boolean {
  return Object.entries(part).every(
    ([path, hash]) => hash !== '' && Object.hasOwn(whole, path) && whole[path] === hash,
  )
}

// Not `z.record`, which drops the key `__proto__`: less would have to be equal then.
const Hashed = z.custom<Hashes>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((hash) => typeof hash === 'string'),
)

const Fingerprint = z.object({
  salt: z.string(),
  changes: z.array(
    z.object({
      address: z.string(),
      actions: z.array(z.string()),
      before: Hashed,
      after: Hashed,
    }),
  ),
})

/** A fingerprint that was kept as JSON; undefined when it is not one. */
export function readFingerprint(text: string): PlanFingerprint | undefined {
  const parsed = Fingerprint.safeParse(parseJson(text))
  return parsed.success ? parsed.data : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
