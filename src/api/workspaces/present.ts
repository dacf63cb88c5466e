import type { z } from 'zod'
import { type Permission, type Principal, permits } from '../../access/index.ts'
import {
  type Deployed,
  type DeployedRun,
  isDeployed,
  type Standing,
  statusOf,
  unappliedBy,
  unmergedBy,
} from '../../changes/index.ts'
import { workspaceName } from '../../projects/index.ts'
import {
  type Lock,
  type ParsedState,
  type QuarantinedState,
  type ResourceInstance,
  type StateDiff,
  type StateVersion,
  shownLockInfo,
  type WriteResult,
} from '../../state/index.ts'
import type * as schema from './schema.ts'

export function presentWorkspace(standing: Standing): z.infer<typeof schema.WorkspaceItem> {
  const { lastRun, state } = standing
  return {
    id: standing.workspaceId,
    project: standing.project,
    name: workspaceName(standing),
    component: standing.component,
    environment: standing.environment,
    kind: standing.kind,
    declared: standing.declared,
    skipped: standing.skipped,
    ...statusOf(standing),
    pullRequest: explanationOf(standing),
    needs: [...standing.needs],
    deployed: releaseOf(standing),
    run: lastRun && {
      id: lastRun.id,
      status: lastRun.status,
      changeId: lastRun.changeId,
      at: lastRun.at.toISOString(),
    },
    resources: state?.resources,
    stateVersion: state?.version,
  }
}

function explanationOf(standing: Standing) {
  const by = unmergedBy(standing) ?? unappliedBy(standing)
  return by && { number: by.number, title: by.title, status: by.status }
}

function releaseOf(standing: Standing) {
  const { lastGood, release } = standing
  if (lastGood === undefined || release === undefined || !isDeployed(standing)) return undefined
  return {
    runId: lastGood.id,
    changeId: lastGood.changeId,
    commit: release.commit,
    reason: release.reason,
    actor: release.actor,
    at: lastGood.at.toISOString(),
  }
}

/** What is known of a workspace for its page. */
export interface WorkspaceFacts {
  readonly standing: Standing
  readonly lock: Lock | undefined
  readonly quarantined: number
}

export function presentWorkspaceDetails(
  { standing, lock, quarantined }: WorkspaceFacts,
  principal: Principal,
): z.infer<typeof schema.WorkspaceDetails> {
  const may = (permission: Permission) => permits(principal, permission, standing)
  const isOwn = lock?.kind === 'person' && lock.actor === principal.name
  return {
    workspace: presentWorkspace(standing),
    lock: lock && presentLock(lock),
    quarantined,
    may: {
      rollback: may('state:write'),
      unlock: lock !== undefined && ((isOwn && may('state:write')) || may('state:force-unlock')),
      plan: may('change:plan'),
      variables: may('variable:write'),
      readRaw: may('state:read-raw'),
    },
  }
}

export function presentLock(lock: Lock): z.infer<typeof schema.Lock> {
  return {
    id: shownLockId(lock),
    kind: lock.kind,
    actor: lock.actor,
    operation: lock.info.Operation,
    info: lock.info.Info,
    runId: lock.runId,
    createdAt: lock.createdAt.toISOString(),
    fence: lock.fence,
  }
}

/** The id of a client's lock lets who knows it write a state: that stays with its holder. */
export function shownLockId(lock: Lock): string {
  return lock.kind === 'client' ? shownLockInfo(lock).ID : lock.id
}

export function presentVersion(version: StateVersion): z.infer<typeof schema.StateVersion> {
  const { counts, outputsChanged } = version
  return {
    id: version.id,
    number: version.number,
    lineage: version.lineage,
    serial: version.serial,
    sha256: version.sha256,
    size: version.size,
    cause: version.cause,
    reason: version.reason,
    actor: version.actor,
    runId: version.runId,
    terraformVersion: version.terraformVersion,
    counts,
    outputsChanged: outputsChanged && [...outputsChanged],
    createdAt: version.createdAt.toISOString(),
  }
}

/** `state` is masked. */
export function presentResources(
  version: number,
  state: ParsedState,
): z.infer<typeof schema.Resources> {
  return { version, hidden: state.hidden, resources: state.resources.map(presentResource) }
}

function presentResource(one: ResourceInstance): z.infer<typeof schema.Resource> {
  return {
    address: one.address,
    module: one.module,
    mode: one.mode,
    type: one.type,
    name: one.name,
    index: one.index,
    provider: one.provider,
    schemaVersion: one.schemaVersion,
    id: one.id,
    tainted: one.tainted,
    deposed: one.deposed,
    attributes: one.attributes,
    dependencies: [...one.dependencies],
  }
}

/** `state` is masked. */
export function presentOutputs(
  version: number,
  state: ParsedState,
): z.infer<typeof schema.Outputs> {
  return {
    version,
    hidden: state.hidden,
    outputs: state.outputs.map(({ name, sensitive, value, type }) => ({
      name,
      sensitive,
      value,
      type,
    })),
  }
}

export function presentDifference(
  { from, to }: { readonly from: number | undefined; readonly to: number },
  diff: StateDiff,
): z.infer<typeof schema.StateDifference> {
  return {
    from,
    to,
    lineageChanged: diff.lineageChanged,
    hidden: diff.hidden,
    resources: diff.resources.map((change) => ({
      kind: change.kind,
      address: change.address,
      previousAddress: change.previousAddress,
      mode: change.mode,
      type: change.type,
      provider: change.provider,
      id: change.id,
      taint: change.taint,
      schema: change.schema && { from: change.schema.from, to: change.schema.to },
      attributes: change.attributes.map(({ path, before, after }) => ({ path, before, after })),
    })),
    outputs: diff.outputs.map(({ kind, name, sensitive, before, after }) => ({
      kind,
      name,
      sensitive,
      before,
      after,
    })),
  }
}

export function presentQuarantined(one: QuarantinedState): z.infer<typeof schema.Quarantined> {
  return {
    id: one.id,
    sha256: one.sha256,
    size: one.size,
    lineage: one.lineage,
    serial: one.serial,
    code: one.code,
    reason: one.reason,
    actor: one.actor,
    runId: one.runId,
    atRisk: one.atRisk,
    createdAt: one.createdAt.toISOString(),
  }
}

export function presentDeployed(one: Deployed): z.infer<typeof schema.Deployed> {
  const { state, lastRun, lastGood } = one
  return {
    workspaceId: one.workspaceId,
    component: one.component,
    environment: one.environment,
    state: state && {
      version: state.version,
      resources: state.resources,
      recordedAt: state.recordedAt.toISOString(),
    },
    lastRun: lastRun && presentDeployedRun(lastRun),
    lastGood: lastGood && {
      ...presentDeployedRun(lastGood),
      sourceDigest: lastGood.sourceDigest,
      definitionDigest: lastGood.definitionDigest,
    },
    unknownRun: one.unknownRun,
    isAtRisk: one.isAtRisk,
    lockedBy: one.lockedBy,
  }
}

function presentDeployedRun({ id, changeId, operation, status, reason, at }: DeployedRun) {
  return { id, changeId, operation, status, reason, at: at.toISOString() }
}

export function presentWritten(result: WriteResult): z.infer<typeof schema.PushedState> {
  if (result.kind !== 'rejected') {
    return { kind: result.kind, version: presentVersion(result.version) }
  }
  const { kind, code, reason, quarantined } = result
  return { kind, code, reason, quarantined: presentQuarantined(quarantined) }
}
