import { parseState, sensitiveValues } from '../../state/index.ts'

/** A state that cannot be read (encrypted, of a future format) has no secrets that we could know. */
export function stateSecrets(state: Buffer | undefined): readonly string[] {
  try {
    return state === undefined ? [] : sensitiveValues(parseState(state))
  } catch {
    return []
  }
}
