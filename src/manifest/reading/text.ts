import type { Manifest } from '../manifest.ts'
import type { Problem } from '../problem.ts'

/** A file of a manifest. */
export interface ManifestText {
  /** Relative to the root. */
  readonly file: string
  readonly text: string
}

/** What was read, as far as it could be understood, and what is wrong with it. */
export interface Parsed {
  readonly manifest: Manifest
  readonly problems: readonly Problem[]
  /** Every file could be read: a name that is nowhere does not exist. */
  readonly complete: boolean
}
