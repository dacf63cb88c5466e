/** An edge: the workspace that is needed, and which of its outputs are read (none: order only). */
export interface WorkspaceNeed {
  readonly name: string
  readonly outputs: readonly string[]
  /** It only decides the order where both are in a change. */
  readonly isLoose?: boolean
}

/** A component in an environment, with its edges. */
export interface WorkspaceNode {
  /** `db@dev` */
  readonly name: string
  readonly component: string
  readonly environment: string
  readonly tags: readonly string[]
  /** In the order in which they are written. */
  readonly needs: readonly WorkspaceNeed[]
  readonly dependents: readonly string[]
  /** What is in a lower one comes before, within a change. */
  readonly group: number
}

/** Every workspace that a manifest declares, whatever `when` will decide. */
export interface Graph {
  /** In the order of promotion, empty ones too. */
  readonly environments: readonly string[]
  /** By name, in `order`. */
  readonly nodes: ReadonlyMap<string, WorkspaceNode>
  /** Dependencies first; where nothing decides, environments in order, components as written. */
  readonly order: readonly string[]
}

/** How a component in an environment is called. */
export function nameOf(component: string, environment: string): string {
  return `${component}@${environment}`
}
