import { z } from 'zod'
import { Moment, WorkspaceName } from '../common-schema.ts'
import { page } from '../route.ts'
import { Run, RunStatus } from '../runs/schema.ts'

const VersionNumber = z.coerce.number().int().positive()

/** How a workspace stands: the worst thing that is true of it, in this order. */
export const WorkspaceStatus = z.enum([
  'unknown',
  'at-risk',
  'running',
  'failed',
  'waiting',
  'locked',
  'drifted',
  'unmerged',
  'pending',
  'in-sync',
  'never',
])

const Release = z.object({
  runId: z.int(),
  changeId: z.int().optional(),
  commit: z.string().optional(),
  reason: z.string().optional().meta({ description: 'Why its change was wanted.' }),
  actor: z.string(),
  at: Moment,
})

/** A cell of the matrix. */
export const WorkspaceItem = z
  .object({
    id: z.uuid(),
    project: z.string(),
    name: z.string(),
    component: z.string(),
    environment: z.string(),
    kind: z.enum(['terraform', 'run']).optional(),
    declared: z.boolean().meta({ description: 'The manifest at the head has it.' }),
    skipped: z.string().optional(),
    status: WorkspaceStatus,
    because: z.string().optional().meta({ description: 'The status in a sentence.' }),
    pullRequest: z
      .object({ number: z.int(), title: z.string(), status: z.enum(['open', 'merged', 'closed']) })
      .optional()
      .meta({
        description:
          'Why what is deployed is not what the branch says: applied and not merged, or merged and not applied.',
      }),
    needs: z.array(z.string()),
    deployed: Release.optional(),
    run: z
      .object({
        id: z.int(),
        status: z.string(),
        changeId: z.int().optional(),
        at: Moment,
      })
      .optional()
      .meta({ description: 'The newest run.' }),
    resources: z.int().optional(),
    stateVersion: z.int().optional(),
  })
  .meta({ id: 'WorkspaceItem' })

export const Lock = z
  .object({
    kind: z.enum(['client', 'person', 'run']),
    actor: z.string(),
    operation: z.string(),
    info: z.string(),
    runId: z.int().optional(),
    createdAt: Moment,
    fence: z.int(),
    id: z
      .string()
      .meta({ description: 'Readable; it permits nothing to who may not write states.' }),
  })
  .meta({ id: 'Lock' })

export const WorkspaceDetails = z
  .object({
    workspace: WorkspaceItem,
    lock: Lock.optional(),
    quarantined: z.int().meta({ description: 'Rejected uploads that nobody decided on.' }),
    may: z.object({
      rollback: z.boolean(),
      unlock: z.boolean(),
      plan: z.boolean(),
      variables: z.boolean(),
      readRaw: z.boolean(),
    }),
  })
  .meta({ id: 'WorkspaceDetails' })

/** One instance of a resource, masked. */
export const Resource = z
  .object({
    address: z.string(),
    module: z.string().optional(),
    mode: z.enum(['managed', 'data']),
    type: z.string(),
    name: z.string(),
    index: z.union([z.string(), z.number()]).optional(),
    provider: z.string(),
    schemaVersion: z.number().default(0),
    id: z.string().optional(),
    tainted: z.boolean(),
    deposed: z.string().optional(),
    attributes: z.unknown(),
    dependencies: z.array(z.string()),
  })
  .meta({ id: 'Resource' })

export const Resources = z
  .object({
    version: z.int().optional(),
    hidden: z.string().optional().meta({ description: 'Why they cannot be shown.' }),
    resources: z.array(Resource),
  })
  .meta({ id: 'Resources' })

export const Outputs = z
  .object({
    version: z.int().optional(),
    hidden: z.string().optional(),
    outputs: z.array(
      z.object({ name: z.string(), sensitive: z.boolean(), value: z.unknown(), type: z.unknown() }),
    ),
  })
  .meta({ id: 'Outputs' })

export const StateVersion = z
  .object({
    id: z.uuid(),
    number: z.int(),
    lineage: z.string(),
    serial: z.int(),
    sha256: z.string(),
    size: z.int(),
    cause: z.enum([
      'apply',
      'destroy',
      'refresh',
      'import',
      'push',
      'mv',
      'rm',
      'taint',
      'client',
      'rollback',
      'adopt',
      'rescue',
    ]),
    reason: z.string().optional(),
    actor: z.string(),
    runId: z.int().optional(),
    terraformVersion: z.string().optional(),
    counts: z
      .object({
        total: z.int(),
        added: z.int(),
        changed: z.int(),
        removed: z.int(),
        moved: z.int(),
      })
      .optional(),
    outputsChanged: z.array(z.string()).optional(),
    createdAt: Moment,
  })
  .meta({ id: 'StateVersion' })

/** What differs between two states, masked. */
export const StateDifference = z
  .object({
    from: z.int().optional(),
    to: z.int(),
    lineageChanged: z.boolean(),
    hidden: z.string().optional(),
    resources: z.array(
      z.object({
        kind: z.string().meta({ description: 'added, removed, updated, moved, schema, folded' }),
        address: z.string(),
        previousAddress: z.string().optional(),
        mode: z.enum(['managed', 'data']),
        type: z.string(),
        provider: z.string().default(''),
        id: z.string().optional(),
        taint: z.string().optional().meta({ description: 'tainted or untainted: it became that.' }),
        schema: z
          .object({ from: z.number(), to: z.number() })
          .optional()
          .meta({ description: 'Versions of its schema, where a provider rewrote it.' }),
        attributes: z.array(
          z.object({
            path: z.string(),
            before: z.unknown(),
            after: z.unknown(),
          }),
        ),
      }),
    ),
    outputs: z.array(
      z.object({
        kind: z.enum(['added', 'removed', 'changed']),
        name: z.string(),
        sensitive: z.boolean(),
        before: z.unknown(),
        after: z.unknown(),
      }),
    ),
  })
  .meta({ id: 'StateDifference' })

export const RollBack = z
  .object({ version: z.int().positive(), reason: z.string().min(1).max(2000) })
  .meta({ id: 'RollBack' })

export const TakeLock = z
  .object({ reason: z.string().max(2000).default('') })
  .meta({ id: 'TakeLock' })

export const ReleaseLock = z
  .object({
    id: z.string().optional().meta({ description: 'Only if this lock is the one that is held.' }),
    force: z.boolean().default(false),
    reason: z.string().max(2000).optional(),
  })
  .meta({ id: 'ReleaseLock' })

export const Quarantined = z
  .object({
    id: z.uuid(),
    sha256: z.string(),
    size: z.int(),
    lineage: z.string().optional(),
    serial: z.int().optional(),
    code: z.string(),
    reason: z.string(),
    actor: z.string(),
    runId: z.int().optional(),
    atRisk: z.boolean(),
    createdAt: Moment,
  })
  .meta({ id: 'QuarantinedState' })

export const RunList = page(Run)

export const StateVersions = page(StateVersion)

export const HeldLock = z.object({ lock: Lock.optional() }).meta({ id: 'HeldLock' })

/** What is compared; what the current version changed when nothing is said. */
export const Comparison = z.object({
  from: z.coerce.number().int().min(0).optional().meta({ description: '0: from nothing.' }),
  to: VersionNumber.optional(),
})

export const VersionPlace = WorkspaceName.extend({ number: VersionNumber })

export const QuarantinePlace = WorkspaceName.extend({ id: z.uuid() })

/** Why a rejected state is made the current one, or is not needed. */
export const Decision = z.object({ reason: z.string().min(1).max(2000) }).meta({ id: 'Decision' })

export const StateQuery = z.object({ version: VersionNumber.optional() })

/** A state as Terraform wrote it. */
export const RawState = z.record(z.string(), z.unknown()).meta({ id: 'RawState' })

const DeployedRun = z.object({
  id: z.int(),
  changeId: z.int().optional(),
  operation: z.enum(['apply', 'destroy', 'refresh']),
  status: RunStatus,
  reason: z.string().optional(),
  at: Moment,
})

/** What is recorded of a workspace, to be compared with a working tree. */
export const Deployed = z
  .object({
    workspaceId: z.uuid(),
    component: z.string(),
    environment: z.string(),
    state: z
      .object({ version: z.int(), resources: z.int().optional(), recordedAt: Moment })
      .optional(),
    lastRun: DeployedRun.optional(),
    lastGood: DeployedRun.extend({
      sourceDigest: z.string().optional(),
      definitionDigest: z.string().optional(),
    })
      .optional()
      .meta({ description: 'The newest run that ended applied or unchanged.' }),
    unknownRun: z.int().optional(),
    isAtRisk: z.boolean(),
    lockedBy: z.string().optional(),
  })
  .meta({ id: 'Deployed' })

export const PushState = z.object({
  cause: z.enum(['push', 'import']).default('push'),
  reason: z.string().max(2000).optional(),
  force: z.enum(['true', 'false']).default('false').meta({
    description: 'Although the serial or the lineage does not fit; with a reason.',
  }),
})

/** A rejected state is kept: somebody decides on it. */
export const PushedState = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.enum(['written', 'repeated']), version: StateVersion }),
    z.object({
      kind: z.literal('rejected'),
      code: z.string(),
      reason: z.string(),
      quarantined: Quarantined,
    }),
  ])
  .meta({ id: 'PushedState' })

export const RenameWorkspace = z
  .object({ component: z.string().min(1).max(300), environment: z.string().min(1).max(100) })
  .meta({ id: 'RenameWorkspace' })
