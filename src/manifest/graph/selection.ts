/** What somebody asked for. Several kinds of wishes narrow one another; within one, any may match. */
export interface Selection {
  /** Workspaces (`db@dev`, `shop/db@dev`) or components (`db`) as typed behind the command. */
  readonly names?: readonly string[]
  readonly components?: readonly string[]
  readonly environments?: readonly string[]
  readonly tags?: readonly string[]
  /**
   * These components (in the selected environments) or workspaces, with everything that they need, in
   * whatever environment. The other wishes narrow the result.
   */
  readonly to?: readonly string[]
  /** Only workspaces of this map; its values are why. */
  readonly affected?: ReadonlyMap<string, readonly string[]>
  /** Adds everything that the selected ones need. */
  readonly withDependencies?: boolean
  /** Adds everything that needs one of the selected. */
  readonly withDependents?: boolean
}

export interface Selected {
  /** In the graph's order. */
  readonly names: ReadonlySet<string>
  /** Why each takes part: "selected", "infra/db/main.tf changed", "needed by api@dev". */
  readonly because: ReadonlyMap<string, readonly string[]>
}
