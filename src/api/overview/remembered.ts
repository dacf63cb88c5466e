import type { Signals } from '../../platform/db/signals.ts'

/** Milliseconds after which what is remembered counts no more, should a signal have been missed. */
const LONGEST = 2000

/**
 * What `load` reads, by a key: read again only when something moved since the last reading began. Whoever
 * asks while it is being read waits for the same reading.
 */
export function remembered<T>(
  signals: Signals,
  subject: string,
  load: (key: string | undefined) => Promise<T>,
): (key: string | undefined) => Promise<T> {
  const known = new Map<string | undefined, { readonly value: Promise<T>; readonly at: number }>()
  signals.listen(subject, () => known.clear())
  return (key) => {
    const last = known.get(key)
    if (last !== undefined && performance.now() - last.at < LONGEST) return last.value
    const value = load(key)
    const entry = { value, at: performance.now() }
    known.set(key, entry)
    value.catch(() => {
      if (known.get(key) === entry) known.delete(key)
    })
    return value
  }
}
