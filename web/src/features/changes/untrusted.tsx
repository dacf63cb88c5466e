import type { Change } from '../../lib/types.ts'
import { Badge } from '../../ui/status.tsx'

/** Marks a change of a fork: what is planned in it sees no secrets, and is never applied. */
export function Untrusted({ options }: { options: Pick<Change['options'], 'untrusted'> }) {
  return options.untrusted === true ? <Badge tone="warn">Untrusted: from a fork</Badge> : null
}
