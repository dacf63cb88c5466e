import { type AppError, conflict, notFound } from '../platform/errors.ts'

/** What a run does to its workspace. `refresh` records reality in the state and changes nothing else. */
export type Operation = 'apply' | 'destroy' | 'refresh'

/**
 * Where a run may go from each status. One that leads nowhere is final.
 * `unknown` is an apply whose end nobody saw: only a person leads it out.
 */
export const transitions = {
  queued: ['waiting', 'planning', 'cancelled', 'closed'],
  waiting: ['queued', 'planning', 'cancelled', 'closed'],
  planning: ['planned', 'unchanged', 'failed', 'cancelled', 'closed'],
  planned: ['waiting', 'planning', 'applying', 'cancelled', 'closed'],
  applying: ['applied', 'failed', 'cancelled', 'unknown'],
  unknown: ['applied', 'failed'],
  unchanged: [],
  applied: [],
  failed: [],
  cancelled: [],
  closed: [],
} as const satisfies Record<string, readonly string[]>

export type RunStatus = keyof typeof transitions

/** Where a run's configuration came from. */
export interface RunSource {
  /** Absolute path of the root module. */
  readonly directory: string
  /** Commit that was checked out, if the directory is in a git repository with one. */
  readonly commit: string | undefined
  readonly branch: string | undefined
  /** The working tree had uncommitted changes. */
  readonly dirty: boolean
  /** Of a root module in another repository: its commit there, resolved once for each change. */
  readonly moduleCommit?: string
}

/** What was asked for beside the operation. */
export interface RunOptions {
  /** Plan only: such a run can be applied later by its number. */
  readonly planOnly: boolean
  readonly targets: readonly string[]
  readonly replace: readonly string[]
  /** False skips reading reality before planning. */
  readonly refresh: boolean
  /** What exists already and is taken over by the apply. */
  readonly imports?: readonly { readonly address: string; readonly id: string }[] | undefined
  /** How much the tool does at once; its own default when undefined. */
  readonly parallelism?: number | undefined
  /** Names of `-var` inputs (never their values). */
  readonly variableNames: readonly string[]
  /** Files given with `-var-file`, and those Terraform loads by itself, ignored by git or not. */
  readonly variableFiles: readonly string[]
}

export type PlanAction =
  | 'create'
  | 'update'
  | 'replace'
  | 'delete'
  | 'forget'
  | 'import'
  | 'move'
  | 'read'

/** One resource that a plan changes, for lists and guards; attribute values are in the plan's JSON. */
export interface PlannedChange {
  readonly address: string
  readonly type: string
  readonly action: PlanAction
  /** Terraform's reason, e.g. `replace_because_cannot_update`. */
  readonly reason: string | undefined
  /** Attributes that force the replacement, as dotted paths. */
  readonly replacePaths: readonly string[]
  readonly previousAddress: string | undefined
}

/** What a plan would do, small enough to list. */
export interface PlanSummary {
  readonly create: number
  readonly update: number
  readonly replace: number
  readonly delete: number
  readonly forget: number
  readonly import: number
  readonly move: number
  /** Names of root outputs whose value changes. */
  readonly outputs: readonly string[]
  /** Resources that reality changed behind Terraform's back. */
  readonly drifted: number
  /** One line: "replaces 1 protected database because `name` changed; 14 dependents". */
  readonly risk: string
  /** `none` < `low` < `medium` < `high`. */
  readonly severity: 'none' | 'low' | 'medium' | 'high'
  /** Protected resources that it deletes, replaces or forgets: an override is needed. */
  readonly protected: readonly string[]
  /** The first 500 changes, destroys first. */
  readonly changes: readonly PlannedChange[]
}

/** What an approval of a plan binds: the digest is over all of it. Nothing here is secret. */
export interface PlanFacts {
  /** sha256 of the plan file. */
  readonly planFile: string
  /** sha256 over the files that affect the workspace. */
  readonly source: string
  /** The state it was made from; undefined when there was none. */
  readonly state: { readonly lineage: string; readonly serial: number } | undefined
  /** sha256 over the resolved inputs: names, values, variable files. */
  readonly inputs: string
  /** Name and version of the tool: `terraform 1.11.4`. */
  readonly tool: string
}

/** A change's plan and apply of one workspace. */
export interface Run {
  readonly id: number
  readonly workspaceId: string
  /** The change that it belongs to; undefined for one of its own. */
  readonly changeId: number | undefined
  readonly operation: Operation
  readonly status: RunStatus
  /** One sentence: what it waits for, why it was closed, how it failed. */
  readonly reason: string | undefined
  readonly actor: string
  readonly source: RunSource
  readonly options: RunOptions
  readonly summary: PlanSummary | undefined
  readonly cancelRequestedBy: string | undefined
  readonly createdAt: Date
  readonly plannedAt: Date | undefined
  readonly applyingAt: Date | undefined
  readonly finishedAt: Date | undefined
}

/** How a run is called in sentences, in commands and in lock ids. */
export function runName(id: number): string {
  return `run-${id}`
}

/** What is answered about a run that is not there, or that nobody may know of. */
export function noSuchRun(id: number): AppError {
  return notFound(`there is no ${runName(id)}`, { next: 'List the runs: portolan history' })
}

/** A status that leads nowhere. */
export function isFinal(status: RunStatus): boolean {
  return transitions[status].length === 0
}

/**
 * Moves a run to its next status, or refuses. Nothing else changes a run's status.
 * @throws AppError `conflict`
 */
export function advance(run: Run, to: RunStatus): Run {
  const allowed: readonly RunStatus[] = transitions[run.status]
  if (!allowed.includes(to)) {
    const why = isFinal(run.status) && run.reason ? ` (${run.reason})` : ''
    throw conflict(`${runName(run.id)} is ${run.status}${why} and cannot become ${to}`, {
      details: { run: run.id, from: run.status, to },
      next: isFinal(run.status)
        ? 'It is over. Start a new run.'
        : `See where it stands: portolan status ${runName(run.id)}`,
    })
  }
  return { ...run, status: to }
}
