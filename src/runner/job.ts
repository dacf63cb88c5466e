import type { Operation, ProtectRules, RunOptions } from '../runs/index.ts'

export type { ApplyOutcome, PlanOutcome } from '../runs/index.ts'

/** Whose environment a run sees: the person's own on a laptop, only what the job names on a server. */
export type RunEnvironment =
  | { readonly kind: 'user'; readonly variables: Readonly<Record<string, string>> }
  | { readonly kind: 'clean'; readonly variables: Readonly<Record<string, string>> }

/** All that a runner needs to execute one phase of a run. */
export interface Job {
  readonly runId: number
  readonly operation: Operation
  readonly options: RunOptions
  /** Root module: an absolute path that is the same for plan and apply, from run to run. */
  readonly directory: string
  /** Directory that the runner keeps for the workspace: `.terraform`, state file, plan file. */
  readonly workDirectory: string
  /** Where providers are kept unpacked for all workspaces, on the work directory's file system. */
  readonly providerStore?: string
  /** Value of `terraform.workspace`. */
  readonly terraformWorkspace: string
  readonly environment: RunEnvironment
  /** Values of `-var`, in order; given again at apply. May be secret: never in argv, never logged. */
  readonly variables: Readonly<Record<string, string>>
  /** Files of `-var-file`, absolute. */
  readonly variableFiles: readonly string[]
  /** The workspace's current state, exact bytes; undefined when nothing was ever recorded. */
  readonly state: Buffer | undefined
  /** What the plan's summary lists as protected; nothing when it is absent. */
  readonly protect?: ProtectRules
}

export type LogPhase = 'plan' | 'apply'

/** Something that a running Terraform reported about one resource. */
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
