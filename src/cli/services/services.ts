import type { TokenService } from '../../access/index.ts'
import type { ApprovedChange } from '../../app/changes/approve-change.ts'
import type {
  ApplyChangeRequest,
  ApproveChangeRequest,
  PlanChangeRequest,
} from '../../app/changes/change-requests.ts'
import type { ChangeWatch } from '../../app/changes/change-watch.ts'
import type { ApplyRequest, PlanRequest } from '../../app/runs/local-run.ts'
import type { RunWatch } from '../../app/runs/run-watch.ts'
import type { Change, ChangeService, ChangeView, Counts, Deployed } from '../../changes/index.ts'
import type {
  Location,
  NewSource,
  ProjectService,
  ProjectView,
  SourceEdit,
  Workspace,
} from '../../projects/index.ts'
import type { Run, RunService, StoredPlan } from '../../runs/index.ts'
import type {
  Output,
  ParsedState,
  StateDiff,
  StateService,
  StateVersion,
} from '../../state/index.ts'
import type { VariableService } from '../../variables/index.ts'
import type { CancelSentences } from '../interrupts.ts'

/**
 * All that commands ask for. In this process over a database, or by a server that does it: a command does
 * not know which.
 */
export interface Services {
  readonly projects: Projects
  readonly repositories: Repositories
  readonly state: States
  readonly runs: Runs
  readonly changes: Changes
  readonly tokens: Pick<TokenService, 'create' | 'list' | 'revoke'>
  readonly variables: Pick<VariableService, 'set' | 'list' | 'remove' | 'effective'>
  readonly work: Work
  /** What is kept on this machine of the call's repository. */
  readonly dataDirectory: string
}

/** The services with the place that a call acts on, as they know it. */
export interface Served {
  readonly services: Services
  readonly location: Location
}

export interface Projects
  extends Pick<
    ProjectService,
    | 'projectOf'
    | 'findProjectId'
    | 'findWorkspace'
    | 'workspace'
    | 'list'
    | 'ensureWorkspace'
    | 'renameWorkspace'
  > {
  /** What is known of every workspace of a project, by its id. */
  deployed(projectId: string): Promise<Deployed[]>
}

/** A project as lists show it. */
export interface ShownProject
  extends Omit<ProjectView, 'id' | 'repository' | 'environments' | 'workspaces'> {
  /** In the order of promotion. */
  readonly environments: readonly string[]
  /** In the order of dependencies. */
  readonly components: readonly string[]
  readonly workspaces: number
}

/** Where projects are fetched from. */
export interface Repositories {
  /** Records where a project is fetched from, and fetches it. What is wrong in it is in `fetchError`. */
  add(source: NewSource): Promise<ShownProject>
  edit(name: string, edit: SourceEdit): Promise<ShownProject>
  list(): Promise<ShownProject[]>
  /** @throws AppError when it cannot be fetched, or its manifest is wrong */
  fetch(name: string, actor: string): Promise<ShownProject>
}

export interface States
  extends Pick<
    StateService,
    | 'current'
    | 'version'
    | 'history'
    | 'write'
    | 'rollback'
    | 'lock'
    | 'unlock'
    | 'forceUnlock'
    | 'heldLock'
    | 'quarantined'
    | 'promote'
    | 'dismiss'
    | 'atRisk'
  > {
  /** The current state as people see it. */
  masked(workspaceId: string): Promise<ShownState | undefined>
  /** What changed to a version since an earlier one, masked; `from` undefined: since there was nothing. */
  difference(
    workspaceId: string,
    versions: { readonly from: StateVersion | undefined; readonly to: StateVersion },
  ): Promise<StateDiff>
  /** Outputs of the current state in clear text. Audited if any of them is sensitive. */
  revealed(workspaceId: string, request: Reveal): Promise<readonly Output[]>
  /** The exact bytes of a version. Audited. */
  readRaw(version: StateVersion, actor: string): Promise<Buffer>
  /** The exact bytes of a rejected upload. Audited. */
  readQuarantined(quarantined: QuarantinedPlace, actor: string): Promise<Buffer>
}

export interface ShownState extends Pick<ParsedState, 'resources' | 'outputs' | 'hidden'> {
  readonly version: number
}

export interface Reveal {
  readonly actor: string
  /** All of them when undefined. */
  readonly name: string | undefined
}

interface QuarantinedPlace {
  readonly id: string
  readonly workspaceId: string
}

export interface Runs
  extends Pick<
    RunService,
    | 'get'
    | 'list'
    | 'live'
    | 'logs'
    | 'events'
    | 'approve'
    | 'cancel'
    | 'recover'
    | 'expectedSeconds'
  > {
  /** The plan that a run keeps; undefined when there is none. */
  plan(id: number): Promise<Pick<StoredPlan, 'digest'> | undefined>
}

/** A change as lists show it. */
export interface ListedChange {
  readonly change: Change
  readonly counts: Counts
}

export interface Changes extends Pick<ChangeService, 'view' | 'latestOpen' | 'cancel'> {
  /** Newest first. */
  list(projectId: string, page: { readonly limit: number }): Promise<ListedChange[]>
}

/** What takes long, and is watched. */
export interface Work {
  planChange(request: PlanChangeRequest, watch: ChangeWatch): Promise<ChangeView>
  applyChange(request: ApplyChangeRequest, watch: ChangeWatch): Promise<ChangeView>
  approveChange(request: ApproveChangeRequest): Promise<ApprovedChange>
  /** One root module without a manifest. */
  planModule(request: PlanRequest, watch: RunWatch): Promise<Run>
  applyModule(request: ApplyRequest, watch: RunWatch): Promise<Run>
  /** What must be true of a directory of which nothing is recorded. @throws AppError */
  refuseToBegin(location: Location): Promise<void>
  /** Where a run of a root module is applied. @throws AppError `conflict` for one of another repository */
  locationOf(
    run: Run,
    place: { readonly workspace: Workspace; readonly here: Location },
  ): Promise<Location>
  /** @throws AppError `conflict` for a run that is applied with a change, and not by itself */
  refuseMember(run: Run): Promise<void>
  /** Ends the runs whose runner is gone. */
  endDeadRuns(): Promise<void>
  /** What is said to each Ctrl-C while it is at work; at the last one it is ended by force, or left. */
  readonly cancelSentences: Readonly<Record<'run' | 'change', CancelSentences>>
}
