import type { Manifest } from '../manifest.ts'
import type { Hits } from './hits.ts'
import type { ChangedModules, ModuleGraph } from './module-graph.ts'
import type { Dependents } from './units.ts'

/** Two states of a repository: a commit, and the working tree. */
export interface Comparison {
  /** The manifest's root, and the process environment, for git. */
  readonly place: { readonly root: string; readonly env: Readonly<Record<string, string>> }
  readonly commits: { readonly base: string; readonly head: string }
  /** What differs between them. */
  readonly files: readonly string[]
  readonly cacheDirectory: string | undefined
  /** Reads the manifest of the working tree. */
  readonly manifestNow: () => Promise<Manifest>
}

export interface Compared {
  readonly dependents: Dependents
  readonly hits: Hits
  readonly definitions: ReadonlyMap<string, readonly string[]>
  readonly removed: readonly string[]
}

/** Modules of the commit and of the working tree. */
export interface BothModules {
  readonly before: ModuleGraph
  readonly now: ChangedModules
}
