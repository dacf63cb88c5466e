import type { AtlantisProject, Requirement } from './atlantis/project.ts'
import type { Workflow } from './atlantis/workflow.ts'
import type { MapNode, Position, ScalarNode } from './node.ts'
import type { Problem } from './problem.ts'

/** Kinds of components that work. `helm` and `kubernetes` are known words that are refused. */
export type KindName = 'terraform' | 'run'

/** What a repository says of its platform, read and checked, nothing evaluated yet. */
export interface Manifest {
  /** Root of the repository, real absolute path. */
  readonly root: string
  /**
   * Without a `portolan.yaml`: `atlantis` where there is an `atlantis.yaml`, else `discovered`, with one
   * environment, `default`.
   */
  readonly source: 'file' | 'atlantis' | 'discovered'
  readonly project: string | undefined
  /** `portolan.yaml` and what it includes, or `atlantis.yaml`; relative to the root. */
  readonly files: readonly string[]
  readonly values: MapNode | undefined
  /** In the order of promotion: an environment comes after the one that it is `after`. */
  readonly environments: ReadonlyMap<string, Environment>
  /** In the order in which they are written. */
  readonly components: ReadonlyMap<string, Component>
  readonly pullRequests: PullRequestRules
  /** What of an `atlantis.yaml` does not count here, or counts otherwise; nothing stops because of it. */
  readonly notes?: readonly Problem[]
}

/** How pull requests of the repository are handled; those of its base branch count. */
export interface PullRequestRules {
  /** Commands in comments may begin with `atlantis`, too. */
  readonly compat: 'atlantis' | undefined
  /** When all is applied: merge by itself, or leave it to people. */
  readonly merge: 'automatic' | 'manual'
  readonly method: 'merge' | 'squash' | 'rebase'
  /** Terraform's arguments that `plan -- …` may give: `-target`, `-replace`, `-refresh`. */
  readonly extraArguments: readonly string[]
  /** When a pull request takes hold of a workspace. */
  readonly reserve: 'on-approval' | 'on-plan'
  /** Drafts are planned like others. */
  readonly drafts: boolean
  /** After a failure nothing new starts, also what does not need what failed. */
  readonly failFast?: boolean
}

export interface Environment {
  readonly name: string
  readonly at: Position
  /** Its place in the order of promotion, from 0. */
  readonly order: number
  readonly after: string | undefined
  readonly extends: string | undefined
  readonly auto: boolean
  /** Whether a pull request is applied before it is merged, or by merging it. */
  readonly apply: 'before-merge' | 'after-merge'
  readonly concurrency: number | undefined
  readonly gate: Gate | undefined
  /** Resource types that are protected here: `aws_db_instance`. */
  readonly protect: readonly string[]
  readonly values: MapNode | undefined
  /** `components.C.inputs` of this environment. */
  readonly inputs: ReadonlyMap<string, MapNode>
}

/** What must hold before a change may be applied to an environment. */
export interface Gate {
  /** How many different people must approve; 0 asks for nobody beyond who applies. */
  readonly approvals: number
  /** Who may: `team/sre`, or a person. Empty: anybody. */
  readonly from: readonly string[]
  /** `Mon-Thu 09:00-16:00 Europe/London`; checked when the manifest is read. */
  readonly window: string | undefined
  /** `deny` refuses every plan that deletes, replaces or forgets something. */
  readonly destroy: 'allow' | 'deny'
  /** `deny` refuses changes of files that are in no commit. */
  readonly dirty?: 'deny' | undefined
}

export interface Component {
  readonly name: string
  readonly at: Position
  readonly kind: KindName
  /** Value of the kind's key: a directory or `git::` address, or a command. May hold expressions. */
  readonly main: ScalarNode
  readonly inputs: MapNode | undefined
  /** Files whose maps lie below `inputs`, in order. `?` at the end: may be absent. */
  readonly valueFiles: readonly ScalarNode[]
  readonly outputs: ReadonlyMap<string, OutputDeclaration>
  /** In which environments it exists; undefined: in all. */
  readonly environments: readonly string[] | undefined
  readonly tags: readonly string[]
  readonly needs: readonly ComponentNeed[]
  /** A bare CEL expression (no `${{ }}`), decided when the manifest is resolved. */
  readonly when: ScalarNode | undefined
  readonly protect: boolean
  readonly once: boolean
  readonly timeoutSeconds: number | undefined
  readonly retry: Retry | undefined
  readonly before: readonly HookNode[]
  readonly after: readonly HookNode[]
  /** Globs from the repository's root of further files that it depends on. */
  readonly watch: readonly string[]
  readonly terraform: TerraformSettings | undefined
  /** What the host must say of a pull request before it is applied here; as the base branch has it. */
  readonly requirements?: readonly Requirement[]
  /** The same before it is planned. */
  readonly planRequirements?: readonly Requirement[]
  /** Where it comes from an `atlantis.yaml`: its project. */
  readonly atlantis?: AtlantisProject
  /** How it is planned and applied, where that is not as usual. */
  readonly workflow?: Workflow
}

export interface ComponentNeed {
  readonly name: string
  readonly at: Position
  /** In which environment; the own one when undefined. */
  readonly environment?: string
  /** It only decides the order where both are in a change. */
  readonly isLoose?: boolean
}

export interface OutputDeclaration {
  /** As written: `string`, `list(string)`, `object({ a = number })`, `any`. */
  readonly type: string
  readonly sensitive: boolean
  readonly at: Position
}

/** Planning, or a `run` job, is tried again when what it said matches. An apply of Terraform never is. */
export interface Retry {
  /** How often more, after the first time. */
  readonly attempts: number
  /** Regular expressions over the output; empty: the built-in list of passing failures. */
  readonly on: readonly string[]
}

export type HookPhase = 'plan' | 'apply' | 'destroy'

export interface HookNode {
  readonly run: ScalarNode
  readonly env: MapNode | undefined
  readonly on: readonly HookPhase[]
  readonly at: Position
}

export interface TerraformSettings {
  readonly tool: 'terraform' | 'tofu' | undefined
  /** A constraint: `~> 1.11`. */
  readonly terraformVersion: string | undefined
  /** Terraform's own workspace; `default` when undefined. May hold expressions. */
  readonly workspace: ScalarNode | undefined
  readonly state: 'managed' | 'own'
  readonly varFiles: readonly ScalarNode[]
}
