/** A first manifest, not written yet. */
export interface FirstManifest {
  readonly text: string
  readonly components: number
  readonly environments: readonly string[]
  /** Another tool's file that it is made of. */
  readonly from: string | undefined
  /** What of that file is not carried over, in sentences. */
  readonly notes: readonly string[]
}

export interface InitOptions {
  /** A name for the project. */
  readonly project: string
  /** The process environment, for git. */
  readonly env: Readonly<Record<string, string>>
}

/** A root module, as far as a first manifest wants to know it. */
export interface FoundModule {
  /** From the root, with `/`; empty for the root itself. */
  readonly directory: string
  readonly onlyTofu: boolean
  /** Type of the backend that it names itself: `s3`; `cloud` for HCP Terraform. */
  readonly backend: string | undefined
  readonly variables: readonly string[]
  /** Variables without a default. */
  readonly required: readonly string[]
  readonly outputs: readonly string[]
  /** Terraform's own workspaces that there are traces of; `default` only with a state of its own. */
  readonly workspaces: readonly string[]
}

/** What a first manifest is made of. */
export interface InitPlan {
  readonly project: string
  readonly environments: readonly string[]
  readonly components: readonly InitComponent[]
  /** What was read from another tool's file and cannot be said in a manifest, in sentences. */
  readonly notes: readonly string[]
  /** Root modules that the other tool's file leaves out. */
  readonly leftOut: readonly string[]
  /** The other tool's file. */
  readonly from: string | undefined
}

export interface InitComponent {
  readonly id: string
  readonly directory: string
  readonly tool: 'tofu' | undefined
  readonly terraformVersion: string | undefined
  /** Terraform's workspace is called as the environment. */
  readonly ownWorkspaces: boolean
  /** In which environments it exists; undefined: in all. */
  readonly environments: readonly string[] | undefined
  readonly needs: readonly string[]
  readonly watch: readonly string[]
  readonly backend: string | undefined
  /** Outputs of other components that are called as its variables. */
  readonly edges: readonly DataEdge[]
  /** Variables that have to be given. */
  readonly required: readonly string[]
}

export interface DataEdge {
  readonly variable: string
  readonly component: string
}
