import { unavailable } from '../../platform/errors.ts'
import type { Manifest } from '../manifest.ts'
import type { Affected } from './affected.ts'

export interface AffectedInput {
  /** Root of the repository, as in the manifest. */
  readonly root: string
  /** What to compare with; undefined: the merge base with the main branch of the remote, else HEAD. */
  readonly ref: string | undefined
  readonly manifest: Manifest
  /** Where the index of modules is kept; without it everything is read anew. */
  readonly cacheDirectory: string | undefined
  /** The process environment, for git. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * Finds the workspaces that differ between a base and the working tree, uncommitted and new files included.
 * @throws AppError `invalid` for a reference that git does not know, `unavailable` when git fails.
 */
export async function affected(input: AffectedInput): Promise<Affected> {
  throw unavailable(`not written yet: ${input.root}`)
}
