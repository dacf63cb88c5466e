import { readdir } from 'node:fs/promises'
import type { Manifest } from '../../manifest/index.ts'
import { invalid } from '../../platform/errors.ts'
import { type Location, locate, parseWorkspaceName } from '../../projects/index.ts'
import type { Call } from '../call.ts'
import { componentsAt } from '../platform/components-at.ts'
import {
  findPlatform,
  hasManifest,
  openPlatform,
  type Platform,
} from '../platform/platform-place.ts'
import type { Served, Services } from '../services/services.ts'
import { withServices } from '../services/with-services.ts'

/** A repository's manifest, and where in the repository the call acts. */
export interface ManifestPlace extends Platform {
  /** Of the repository's root. */
  readonly location: Location
}

/** The same, and who does what is asked for there. */
export interface ChangePlace extends ManifestPlace {
  readonly services: Services
}

/** A repository, whatever its manifest says. */
export type RepositoryPlace = Served

/**
 * The manifest that a call acts on: that of `portolan.yaml`; without one what is discovered, when the
 * call is made above root modules. Undefined in a root module without a manifest, or when one is named:
 * that is planned by itself.
 * @throws AppError `invalid` with everything that is wrong with the manifest
 */
export async function findManifest(call: Call<object>): Promise<ManifestPlace | undefined> {
  if (hasManifest(call)) return openManifest(call)
  if (call.args.length === 1 && parseWorkspaceName(call.args[0] ?? '') !== undefined) return
  if (await isRootModule(call.directory)) return
  const place = await openManifest(call)
  return componentsAt(place.manifest, place.directory).length === 0 ? undefined : place
}

/**
 * The manifest of the call's repository, wherever in it the call is made.
 * @throws AppError `invalid` with everything that is wrong with it
 */
export async function openManifest(call: Call<object>): Promise<ManifestPlace> {
  const platform = await openPlatform(call)
  const { root, manifest } = platform
  const location = await locateRepository(call)
  if (location.repositoryRoot === root) return { ...platform, location: named(location, manifest) }
  throw invalid(`portolan.yaml is in ${root}, and not at the root of the repository`, {
    next: `Move it to ${location.repositoryRoot}, or make ${root} a repository of its own.`,
  })
}

/** The call's repository, by its root; what its manifest says is not asked. */
export function locateRepository(call: Call<object>): Promise<Location> {
  return locate(findPlatform(call).root, {
    dataHome: call.config.dataHome,
    env: call.config.environment,
    environment: 'default',
  })
}

/** The project is called as the manifest says. */
function named(location: Location, { project }: Manifest): Location {
  return project === undefined ? location : { ...location, project, projectChosen: true }
}

async function isRootModule(directory: string): Promise<boolean> {
  const names = await readdir(directory)
  return names.some((name) => /\.(tf|tofu)(\.json)?$/.test(name))
}

/** Runs work on a manifest. */
export function withChangePlace<T>(
  call: Call<object>,
  place: ManifestPlace,
  work: (place: ChangePlace) => Promise<T>,
): Promise<T> {
  return withServices(call, place.location, (served) => work({ ...place, ...served }))
}

/** The same for what needs no manifest, and has to work while that one is wrong. */
export async function withRepository<T>(
  call: Call<object>,
  work: (place: RepositoryPlace) => Promise<T>,
): Promise<T> {
  return withServices(call, await locateRepository(call), work)
}
