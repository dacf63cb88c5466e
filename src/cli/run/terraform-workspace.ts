import { platformOf } from '../../app/changes/change-platform.ts'
import type { Location } from '../../projects/index.ts'
import type { Call } from '../call.ts'
import { openManifest } from '../change/change-place.ts'
import { hasManifest } from '../platform/platform-place.ts'

/**
 * Terraform's own workspace that a workspace of Portolan's corresponds to: what `workspace:` of the
 * component says; without a manifest it is the environment.
 * @throws AppError `invalid` when the manifest cannot be evaluated
 */
export async function terraformWorkspaceOf(
  call: Call<object>,
  location: Location,
): Promise<string> {
  if (!hasManifest(call)) return location.environment
  const place = await openManifest(call)
  const component = place.manifest.components.get(location.component)
  const environment = place.manifest.environments.get(location.environment)
  if (component === undefined || environment === undefined) return 'default'
  const { resolver } = await platformOf(call.config, place, {})
  const definition = resolver.definition(component, environment)
  return resolver.resolve(definition, () => ({ is: 'unknown' })).terraformWorkspace
}
