/** Which workspaces differ between a base and the working tree, and why. */
export interface Affected {
  readonly base: AffectedBase
  /** `db@dev` → "infra/db/main.tf changed", never empty; in the order of the graph. */
  readonly workspaces: ReadonlyMap<string, readonly string[]>
  /** Workspaces that the base has and the working tree has not: the orphans of tomorrow. */
  readonly removed: readonly string[]
}

/** What the working tree was compared with. */
export interface AffectedBase {
  /** Undefined where there is no commit yet, or no git: then everything is new. */
  readonly commit: string | undefined
  /** "the merge base with origin/main" */
  readonly what: string
}
