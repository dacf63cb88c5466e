import type { ExtraCommand, ToolInstall } from '../engines/index.ts'
import type {
  KindName,
  OutputDeclaration,
  ResolvedHook,
  Retry,
  Workflow,
} from '../manifest/index.ts'
import type { Value } from '../platform/value.ts'
import type { Operation, ProtectRules, RunOptions } from '../runs/index.ts'

export type { ApplyOutcome, PlanOutcome } from '../runs/index.ts'

/** Whose environment a run sees: the person's own on a laptop, only what the job names on a server. */
export type RunEnvironment =
  | { readonly kind: 'user'; readonly variables: Readonly<Record<string, string>> }
  | { readonly kind: 'clean'; readonly variables: Readonly<Record<string, string>> }

/** Commands of the person's before and after a phase; each names the phases that it goes with. */
export interface Hooks {
  readonly before: readonly ResolvedHook[]
  readonly after: readonly ResolvedHook[]
}

export const noHooks: Hooks = { before: [], after: [] }

/** Steps of an `atlantis.yaml` around the tool's own commands. */
export interface JobWorkflow extends Pick<Workflow, 'plan' | 'apply'> {
  /** What is known of the change, for steps and in arguments: `PULL_NUM`, `HEAD_COMMIT`. */
  readonly variables: Readonly<Record<string, string>>
}

/** All that a runner needs to execute one phase of a run. */
export interface Job {
  readonly runId: number
  readonly kind: KindName
  /** What the run is of: told to hooks and `run` commands. */
  readonly workspace: { readonly component: string; readonly environment: string }
  readonly operation: Operation
  readonly options: RunOptions
  /** Where hooks and `run` commands are at home; absolute. */
  readonly repositoryRoot: string
  /**
   * Root module: an absolute path that is the same for plan and apply, from run to run. Of a `run`
   * component the root of the repository.
   */
  readonly directory: string
  /** Directory that the runner keeps for the workspace: `.terraform`, state file, plan file. */
  readonly workDirectory: string
  /** Where providers are kept unpacked for all workspaces, on the work directory's file system. */
  readonly providerStore?: string
  /** Where is remembered which version a program has. */
  readonly cacheDirectory?: string
  /** Value of `terraform.workspace`. */
  readonly terraformWorkspace: string
  readonly environment: RunEnvironment
  /** Inputs of the component: Terraform's variables, or environment variables of a `run` command. */
  readonly inputs: Readonly<Record<string, Value>>
  /** `var_files` of the component, below its inputs; absolute, or from the repository's root. */
  readonly varFiles: readonly string[]
  /** Values of `-var`, in order; given again at apply. May be secret: never in argv, never logged. */
  readonly variables: Readonly<Record<string, string>>
  /** Files of `-var-file`, absolute; they count more than the inputs. */
  readonly variableFiles: readonly string[]
  /** Texts that must not be shown anywhere, beside those that the runner finds itself. */
  readonly secrets: readonly string[]
  /** What a `run` component runs, by the shell. */
  readonly command: string | undefined
  readonly hooks: Hooks
  /** How it is planned and applied, where that is not as usual. */
  readonly workflow?: JobWorkflow
  /** Further arguments of the tool's commands, which were looked at. */
  readonly extraArguments?: Readonly<Record<ExtraCommand, readonly string[]>>
  /** The contract on what it gives to others, checked after the apply. */
  readonly outputs: ReadonlyMap<string, OutputDeclaration>
  /** How long one phase may take, all in all. */
  readonly timeoutSeconds: number | undefined
  readonly retry: Retry | undefined
  /** A `run` command that went well goes no more. */
  readonly once: boolean
  /** A `run` command goes although nothing changed. */
  readonly force: boolean
  /** The last run here did not end well: hooks and `run` commands go again although nothing changed. */
  readonly unfinished: boolean
  /** Planned from values that are not real yet: shown, never applied. */
  readonly provisional: boolean
  /** sha256 over the files of a `run` component. */
  readonly sourceDigest: string | undefined
  /** Which of the two; the one that is found first when undefined. */
  readonly tool: 'terraform' | 'tofu' | undefined
  /** A constraint that the tool's version must meet: `~> 1.11`. */
  readonly terraformVersion: string | undefined
  /** On a server: where a tool that is not on PATH is fetched from. Without it PATH is all there is. */
  readonly install?: ToolInstall | undefined
  /** The module's own backend keeps the state; Portolan records a copy after each apply. */
  readonly ownState: boolean
  /** The workspace's current state, exact bytes; undefined when nothing was ever recorded. */
  readonly state: Buffer | undefined
  /** What the plan's summary lists as protected; nothing when it is absent. */
  readonly protect?: ProtectRules
}

export type LogPhase = 'plan' | 'apply'

/** Something that a running apply reported about one resource. */
export interface ResourceProgress {
  readonly address: string
  readonly status: 'started' | 'done' | 'failed'
  readonly action: string
  /** Seconds since this resource started, when it is done. */
  readonly seconds: number | undefined
  /** Provider's id of a finished resource (`apply_complete`): the journal of an apply. */
  readonly idKey: string | undefined
  readonly idValue: string | undefined
}

/**
 * What a runner may say to the server while it executes one phase of one run. In one process
 * it is a function call; a remote runner speaks the same over HTTPS.
 */
export interface RunnerPort {
  /** Appends redacted output, in order, at most once. */
  log(text: string): Promise<void>
  progress(event: ResourceProgress): Promise<void>
  /** Keeps the newest complete state that the runner saw, under the run's fence. */
  liveState(state: Buffer): Promise<void>
  /** Aborted when a person cancels; the reason is `cancel` or `force`. */
  readonly cancelled: AbortSignal
  /** Aborted when a person forces the end of what is being cancelled already, or the lease is lost. */
  readonly forced?: AbortSignal
}
