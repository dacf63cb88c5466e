/** An environment as the manifest at the head of a project declares it. */
export interface ProjectEnvironment {
  readonly name: string
  readonly position: number
  readonly after: string | undefined
  readonly auto: boolean
  readonly gate: EnvironmentGate | undefined
}

/** What must hold before a change is applied there: `Gate` of the manifest, as it was recorded. */
export interface EnvironmentGate {
  readonly approvals: number
  readonly from: readonly string[]
  readonly window: string | undefined
  readonly destroy: 'allow' | 'deny'
  readonly dirty?: 'deny' | undefined
}

/** What is recorded of a project itself. */
export interface ProjectRecord {
  readonly id: string
  readonly name: string
  /** What names its repository; `Location.origin` of what is planned from its mirror. */
  readonly repository: string
  /** What is fetched, without any password; undefined for a project that only laptops know. */
  readonly source: string | undefined
  /** The branch that was chosen; undefined: the repository's own. */
  readonly branch: string | undefined
  readonly headCommit: string | undefined
  readonly headSubject: string | undefined
  readonly fetchedAt: Date | undefined
  readonly fetchError: string | undefined
}

/** A project with what its manifest declares. */
export interface ProjectView extends ProjectRecord {
  /** In the order of promotion. */
  readonly environments: readonly ProjectEnvironment[]
  /** In the order of dependencies. */
  readonly workspaces: readonly { readonly component: string; readonly environment: string }[]
}

/** A workspace as the manifest at the head declares it. */
export interface DeclaredWorkspace {
  readonly component: string
  readonly environment: string
  /** The component's place in the order of dependencies. */
  readonly position: number
  readonly kind: 'terraform' | 'run'
  readonly skipped: string | undefined
  /** Names of the workspaces that it needs. */
  readonly needs: readonly string[]
  readonly sourceDigest: string
  readonly definitionDigest: string
}

/** What the manifest at a head says of a project. */
export interface Declaration {
  /** The project's name, if the manifest says it. */
  readonly name: string | undefined
  readonly head: { readonly commit: string; readonly subject: string }
  readonly environments: readonly ProjectEnvironment[]
  readonly workspaces: readonly DeclaredWorkspace[]
}
