import { unavailable } from '../../platform/errors.ts'
import type { Call } from '../call.ts'

/** Approves what a change planned. */
export async function run(_call: Call): Promise<number> {
  throw unavailable('not written yet')
}
