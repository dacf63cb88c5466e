import { unavailable } from '../../platform/errors.ts'
import type { Call } from '../call.ts'

/** Goes on with a change. */
export async function run(_call: Call): Promise<number> {
  throw unavailable('not written yet')
}
