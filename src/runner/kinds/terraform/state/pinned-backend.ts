import { pinnedBackend } from '../../../../engines/index.ts'
import { conflict } from '../../../../platform/errors.ts'
import type { TerraformPhase } from '../terraform-phase-runner.ts'
import type { Backend } from '../terraform-places.ts'

type Workspace = Pick<TerraformPhase, 'tool' | 'places' | 'job' | 'closure'>

/**
 * The backend that a plan will write to.
 * @throws AppError `conflict` when it is not one of this workspace's directory: nobody would see
 * what it writes.
 */
export function backendOfPlan(workspace: Workspace, planFile: Buffer): Backend {
  const { tool, places, job } = workspace
  const pinned = pinnedBackend(planFile)
  // An encrypted plan of OpenTofu; Terraform's are always readable.
  if (pinned === undefined && tool.name === 'tofu') return job.ownState ? 'own' : 'local'
  if (pinned?.workspace === job.terraformWorkspace) {
    if (job.ownState && pinned.type === ownType(workspace)) return 'own'
    if (!job.ownState && pinned.type === 'http') return 'http'
    const isLocal = pinned.type === 'local' && pinned.config.includes(places.stateFile)
    if (!job.ownState && isLocal) return 'local'
  }
  throw conflict('the plan was not made for this workspace and directory', { next: 'Plan again.' })
}

/** @throws AppError `conflict` when a plan that was just made writes elsewhere than it should. */
export function assertPinned(workspace: Workspace, backend: Backend, planFile: Buffer): void {
  if (workspace.tool.name === 'tofu' && pinnedBackend(planFile) === undefined) return
  if (backendOfPlan(workspace, planFile) === backend) return
  throw conflict(`the plan would not write to the backend that Portolan set (${backend})`, {
    next: 'An override file whose name sorts after zzzz_portolan_override.tf.json sets a backend; rename it.',
  })
}

function ownType({ closure }: Workspace): string {
  const { backend } = closure.root
  return backend.kind === 'backend' ? backend.type : 'local'
}
