/** What expressions may know of the world. */
export interface ResolveContext {
  readonly git: {
    readonly commit: string | undefined
    readonly branch: string | undefined
    readonly author: string | undefined
  }
  /** `--set`: dotted paths into `values`, and YAML scalars. */
  readonly set: Readonly<Record<string, string>>
  /** The run that starts, if there is one. */
  readonly run?: RunFacts | undefined
  /** Text of a file of the repository, by its path from the root; undefined when there is none. */
  readonly readFile: (path: string) => string | undefined
  /** The last commit that changed a path. */
  readonly gitCommitOf: (path: string) => string | undefined
}

/** What an expression may know of the run that it is evaluated for. */
export interface RunFacts {
  readonly id: number
  readonly actor: string
}
