/** Where a root module is and which workspace it is. */
export interface Location {
  /** Root of the git repository, or the directory itself outside one. Real path. */
  readonly repositoryRoot: string
  /** Names this repository on this machine; the data directory is called so. */
  readonly repositoryId: string
  /** The remote's address without scheme, user and `.git`; undefined without a remote. Holds no secret. */
  readonly origin: string | undefined
  /** Name of the project, shown to people. */
  readonly project: string
  /** A person named the project (`git config portolan.project`); otherwise the recorded name counts. */
  readonly projectChosen: boolean
  /** `infra/network`: the path from the root; the root module itself is `root`. */
  readonly component: string
  readonly environment: string
  /** The root module, real absolute path. */
  readonly directory: string
  readonly commit: string | undefined
  readonly branch: string | undefined
  readonly dirty: boolean
  /** `Name <mail>` from git, else the system's user. */
  readonly actor: string
}
