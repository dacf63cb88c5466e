import { parseWorkspaceName } from '../../projects/index.ts'
import type { Call } from '../call.ts'
import { hasManifest } from '../platform/platform-place.ts'
import { type PullRequestFlag, withNewestChange } from '../pull-request/newest-change.ts'
import { parseChangeName } from '../typed.ts'
import type { EnvironmentFlags } from '../workspace/place.ts'
import { showRecorded, showWorkspace } from '../workspace/workspace-status.ts'

/** Shows how the platform stands, or a change, or one workspace in detail. */
export async function run(given: Call<EnvironmentFlags & PullRequestFlag>): Promise<number> {
  const call = await withNewestChange(given)
  const [name, ...more] = call.args
  const change = parseChangeName(name ?? '')
  if (change !== undefined) {
    const { showChange } = await import('../platform/show-platform.ts')
    return showChange(call, change)
  }
  const isOne = name !== undefined && parseWorkspaceName(name) !== undefined && more.length === 0
  if (isOne) return showWorkspace(call, name)
  if (hasManifest(call)) {
    const { showPlatform } = await import('../platform/show-platform.ts')
    return showPlatform(call)
  }
  const { component, environment } = call.flags
  if (name !== undefined || component !== undefined || environment !== undefined) {
    return showWorkspace(call, name)
  }
  return showRecorded(call)
}
