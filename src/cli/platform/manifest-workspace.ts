import path from 'node:path'
import type { Manifest } from '../../manifest/index.ts'
import { invalid } from '../../platform/errors.ts'
import { didYouMean } from '../../platform/nearest.ts'
import { type Location, parseWorkspaceName } from '../../projects/index.ts'
import type { Call } from '../call.ts'
import { type ManifestPlace, openManifest } from '../change/change-place.ts'
import { componentsAt } from './components-at.ts'
import { hasManifest } from './platform-place.ts'

interface WorkspaceFlags {
  readonly environment?: string | undefined
  readonly component?: string | undefined
}

/**
 * The workspace of a `portolan.yaml` that a call is about: the one that is named, else the component of
 * `-c` or of the directory, in the environment of `-e` or in the only one that it has. Undefined where
 * there is no `portolan.yaml`.
 * @throws AppError `invalid` when it is not clear which one is meant
 */
export async function locateInManifest(
  call: Call<WorkspaceFlags>,
  reference: string | undefined,
): Promise<Location | undefined> {
  if (!hasManifest(call)) return undefined
  const place = await openManifest(call)
  const named = reference === undefined ? undefined : parseWorkspaceName(reference)
  const component = named?.path.split('/').at(-1) ?? componentOf(call, place)
  const environment = named?.environment ?? environmentOf(call, place.manifest, component)
  return {
    ...place.location,
    component,
    environment,
    directory: directoryOf(place, component),
  }
}

function componentOf({ flags }: Call<WorkspaceFlags>, place: ManifestPlace): string {
  const all = [...place.manifest.components.keys()]
  if (flags.component !== undefined) {
    if (all.includes(flags.component)) return flags.component
    throw invalid(`there is no component ${JSON.stringify(flags.component)}`, {
      next: didYouMean(flags.component, all) ?? `There are: ${all.join(', ')}.`,
    })
  }
  const here = componentsAt(place.manifest, place.directory)
  const [only] = here
  if (here.length === 1 && only !== undefined) return only
  const [example = 'NAME'] = here.length > 0 ? here : all
  throw invalid('which component? There are several here', {
    next: `Name it: -c ${example} -e ENVIRONMENT   (\`portolan status\` shows all)`,
  })
}

function environmentOf(
  { flags }: Call<WorkspaceFlags>,
  manifest: Manifest,
  component: string,
): string {
  const all = [...manifest.environments.keys()]
  if (flags.environment !== undefined) {
    // Of one that the manifest has no longer there may still be something recorded.
    return flags.environment
  }
  const declared = manifest.components.get(component)?.environments ?? all
  const [only] = declared
  if (declared.length === 1 && only !== undefined) return only
  throw invalid(`${component} is in ${declared.join(', ')}: in which of them?`, {
    next: `Say it: -e ${only ?? 'ENVIRONMENT'}`,
  })
}

/** The root module; of a component that has none the root of the repository. */
function directoryOf({ manifest, location }: ManifestPlace, component: string): string {
  const found = manifest.components.get(component)
  if (found?.kind !== 'terraform' || typeof found.main.value !== 'string') {
    return location.repositoryRoot
  }
  return path.join(location.repositoryRoot, found.main.value)
}
