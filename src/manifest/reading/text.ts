import type { Manifest } from '../manifest.ts'
import type { Node } from '../node.ts'
import type { Problem } from '../problem.ts'

/** A file of a manifest. */
export interface ManifestText {
  /** Relative to the root. */
  readonly file: string
  readonly text: string
}

/** A YAML file, with everything that is wrong with it as YAML. */
export interface YamlDocument {
  /** Undefined for an empty file, and for one that cannot be read at all. */
  readonly node: Node | undefined
  readonly problems: readonly Problem[]
}

/** What was read, as far as it could be understood, and what is wrong with it. */
export interface Parsed {
  readonly manifest: Manifest
  readonly problems: readonly Problem[]
  /** Every file could be read: a name that is nowhere does not exist. */
  readonly complete: boolean
}
