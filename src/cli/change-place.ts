import { access, readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Context } from '../app/context.ts'
import type { Manifest } from '../manifest/index.ts'
import { type Location, locate, parseWorkspaceName } from '../projects/index.ts'
import type { Call } from './call.ts'
import { componentsAt } from './components-at.ts'
import { withDatabase } from './place.ts'
import { cacheDirectoryOf } from './platform-place.ts'

/** A repository's manifest, and where in the repository the call acts. */
export interface ManifestPlace {
  /** Of the repository's root. */
  readonly location: Location
  readonly manifest: Manifest
  /** The call's directory, relative to the root; empty at the root. */
  readonly directory: string
}

/** The same with the database open. */
export interface ChangePlace extends ManifestPlace {
  readonly context: Context
}

/**
 * The manifest that a call acts on: that of `portolan.yaml`; without one what is discovered, when the
 * call is made above root modules. Undefined in a root module without a manifest, or when one is named:
 * that is planned by itself.
 * @throws AppError `invalid` with everything that is wrong with the manifest
 */
export async function findManifest(call: Call<object>): Promise<ManifestPlace | undefined> {
  const here = await locateHere(call)
  if (await isThere(path.join(here.repositoryRoot, 'portolan.yaml'))) return read(call, here)
  if (call.args.length === 1 && parseWorkspaceName(call.args[0] ?? '') !== undefined) return
  if (await isRootModule(here.directory)) return
  const place = await read(call, here)
  return componentsAt(place.manifest, place.directory).length === 0 ? undefined : place
}

/** The manifest of the call's repository, wherever in it the call is made. @throws AppError `invalid` */
export async function openManifest(call: Call<object>): Promise<ManifestPlace> {
  return read(call, await locateHere(call))
}

function locateHere({ config, directory }: Call<object>): Promise<Location> {
  return locate(directory, {
    dataHome: config.dataHome,
    env: config.environment,
    environment: 'default',
  })
}

async function read({ config }: Call<object>, here: Location): Promise<ManifestPlace> {
  // Reading manifests takes libraries that a root module needs nothing of.
  const { loadManifest } = await import('../manifest/index.ts')
  const root = here.repositoryRoot
  const manifest = await loadManifest(root, {
    cacheDirectory: cacheDirectoryOf(config, root),
    env: config.environment,
  })
  return {
    location: { ...named(here, manifest), directory: root, component: 'root' },
    manifest,
    directory: path.relative(root, here.directory).split(path.sep).join('/'),
  }
}

/** The project is called as the manifest says. */
function named(location: Location, { project }: Manifest): Location {
  return project === undefined ? location : { ...location, project, projectChosen: true }
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

async function isRootModule(directory: string): Promise<boolean> {
  const names = await readdir(directory)
  return names.some((name) => /\.(tf|tofu)(\.json)?$/.test(name))
}

/** Runs work with the database of a repository open. */
export function withChangePlace<T>(
  call: Call<object>,
  place: ManifestPlace,
  work: (place: ChangePlace) => Promise<T>,
): Promise<T> {
  return withDatabase(call, place.location, (context) => work({ ...place, context }))
}
