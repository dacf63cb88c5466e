import type { Manifest } from '../manifest.ts'
import type { Problem } from '../problem.ts'

/** A file of a manifest: `portolan.yaml` first, then what it includes. */
export interface ManifestText {
  /** Relative to the root. */
  readonly file: string
  readonly text: string
}

/** What was read, as far as it could be understood, and what is wrong with it. */
export interface Parsed {
  readonly manifest: Manifest
  readonly problems: readonly Problem[]
}

/** Globs of `include` in the text of a `portolan.yaml`; none when it cannot be read. */
export function includesOf(_text: string): readonly string[] {
  return []
}

/**
 * Reads a manifest from texts, for instance those of another commit: structure, names and the order of
 * environments are checked; edges and expressions are not.
 */
export function parseManifest(root: string, _texts: readonly ManifestText[]): Parsed {
  const manifest: Manifest = {
    root,
    source: 'file',
    project: undefined,
    files: [],
    values: undefined,
    environments: new Map(),
    components: new Map(),
  }
  return { manifest, problems: [] }
}
