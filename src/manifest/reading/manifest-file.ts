import { unavailable } from '../../platform/errors.ts'
import type { Manifest } from '../manifest.ts'

export interface LoadOptions {
  /** Where the checked manifest is kept, so that the next command need not read it again. */
  readonly cacheDirectory?: string | undefined
  /** The process environment: for git, which knows the files that discovery must not look at. */
  readonly env?: Readonly<Record<string, string>> | undefined
}

/**
 * The manifest of a repository, read and checked whole; what discovery finds where there is none.
 * @throws AppError `invalid` with everything that is wrong: `details.problems` are the `Problem`s.
 */
export async function loadManifest(root: string, _options: LoadOptions = {}): Promise<Manifest> {
  throw unavailable(`not written yet: ${root}`)
}
