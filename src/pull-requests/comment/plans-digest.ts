import { createHash } from 'node:crypto'
import type { ChangeView } from '../../changes/index.ts'

/**
 * What an approval of all the plans of a change names: sha256 over the workspaces and the digests of
 * the plans that wait in them. Undefined where none waits.
 */
export function digestOfPlans({ nodes }: Pick<ChangeView, 'nodes'>): string | undefined {
  const plans = nodes.flatMap(({ name, digest }) => (digest === undefined ? [] : [[name, digest]]))
  if (plans.length === 0) return undefined
  return createHash('sha256')
    .update(JSON.stringify(plans.toSorted(byName)))
    .digest('hex')
}

function byName([a = '']: readonly string[], [b = '']: readonly string[]): number {
  return a < b ? -1 : Number(a > b)
}

/** As much of a digest as people are shown. */
export const SHOWN_DIGITS = 12
