import type { Manifest } from '../manifest.ts'
import type { Problem } from '../problem.ts'

/** Everything that is wrong with expressions, `when`, output types and layers, before any is evaluated. */
export function checkExpressions(_manifest: Manifest): Problem[] {
  return []
}
