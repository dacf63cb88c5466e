import { unavailable } from '../../../platform/errors.ts'
import type { Kind } from '../../kind.ts'

const reason = '`run` components cannot be executed yet'

/** Commands of the person's own, run by their shell. */
export const runKind: Kind = {
  plan: async () => ({ kind: 'failed', reason }),
  apply: async () => ({ kind: 'failed', reason, state: undefined }),
  facts: async () => {
    throw unavailable(reason)
  },
}
