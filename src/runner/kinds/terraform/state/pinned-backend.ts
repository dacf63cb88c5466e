import { type BackendType, pinnedBackend } from '../../../../engines/index.ts'
import { conflict } from '../../../../platform/errors.ts'
import type { Phase } from '../../../phase-runner.ts'

type Workspace = Pick<Phase, 'tool' | 'places' | 'job'>

/**
 * The backend that a plan will write to.
 * @throws AppError `conflict` when it is not one of this workspace's directory: nobody would see
 * what it writes.
 */
export function backendOfPlan({ tool, places, job }: Workspace, planFile: Buffer): BackendType {
  const pinned = pinnedBackend(planFile)
  // An encrypted plan of OpenTofu; Terraform's are always readable.
  if (pinned === undefined && tool.name === 'tofu') return 'local'
  if (pinned?.workspace === job.terraformWorkspace) {
    if (pinned.type === 'http') return 'http'
    if (pinned.type === 'local' && pinned.config.includes(places.stateFile)) return 'local'
  }
  throw conflict('the plan was not made for this workspace and directory', { next: 'Plan again.' })
}

/** @throws AppError `conflict` when a plan that was just made writes elsewhere than it should. */
export function assertPinned(workspace: Workspace, backend: BackendType, planFile: Buffer): void {
  if (workspace.tool.name === 'tofu' && pinnedBackend(planFile) === undefined) return
  if (backendOfPlan(workspace, planFile) === backend) return
  throw conflict(`the plan would not write to the backend that Portolan set (${backend})`, {
    next: 'An override file whose name sorts after zzzz_portolan_override.tf.json sets a backend; rename it.',
  })
}
