import type { ForgeConnection } from '../connection.ts'
import type { Forge } from '../forge.ts'
export interface GitHubDeps {
  /** Milliseconds for one answer. */
  readonly deadline?: number
}
export function createGitHubForge(_connection: ForgeConnection, _deps: GitHubDeps = {}): Forge {
  throw new Error('not yet')
}
