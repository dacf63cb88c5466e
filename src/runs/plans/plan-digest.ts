import { createHash } from 'node:crypto'
import type { PlanFacts } from '../run.ts'

/**
 * What an approval binds, lowercase hex: sha256 over every fact, written out one way only,
 * whatever the order of the keys (a database gives them back in its own).
 */
export function planDigest(facts: PlanFacts): string {
  // `Record` makes the compiler refuse a new fact that is not part of the digest.
  const parts: Record<keyof PlanFacts, unknown> = {
    inputs: facts.inputs,
    planFile: facts.planFile,
    source: facts.source,
    state: facts.state ? [facts.state.lineage, facts.state.serial] : null,
    tool: facts.tool,
  }
  const canonical = Object.entries(parts)
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex')
}
