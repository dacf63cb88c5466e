import { existsSync, realpathSync } from 'node:fs'
import path from 'node:path'
import type { Config } from '../../app/config.ts'
import type { Manifest } from '../../manifest/index.ts'
import { notFound } from '../../platform/errors.ts'
import type { Call } from '../call.ts'

/** Where a manifest is, found without starting a program. */
export interface PlatformPlace {
  /** The directory of `portolan.yaml`; without one the repository's root, or the call's directory. */
  readonly root: string
  /** The call's directory, relative to the root; empty at the root. */
  readonly directory: string
  /** What may be thrown away at any time. */
  readonly cacheDirectory: string
}

/** The same with the manifest read. */
export interface Platform extends PlatformPlace {
  readonly manifest: Manifest
}

/** @throws AppError `not_found` when the call's directory is not there. */
export function findPlatform({
  directory,
  config,
}: Pick<Call<object>, 'directory' | 'config'>): PlatformPlace {
  const here = realDirectory(directory)
  const root = rootAbove(here) ?? here
  return {
    root,
    directory: path.relative(root, here).split(path.sep).join('/'),
    cacheDirectory: cacheDirectoryOf(config, root),
  }
}

/** Whether there is a manifest at the call's directory or above it, or an `atlantis.yaml` in its place. */
export function hasManifest(call: Call<object>): boolean {
  const { root } = findPlatform(call)
  return ['portolan.yaml', 'atlantis.yaml'].some((name) => existsSync(path.join(root, name)))
}

/**
 * The manifest that a call is about, or what is discovered where there is none.
 * @throws AppError `invalid` with everything that is wrong with it, `not_found` without the directory.
 */
export async function openPlatform(call: Call<object>): Promise<Platform> {
  const place = findPlatform(call)
  const { loadManifest } = await import('../../manifest/reading/index.ts')
  const manifest = await loadManifest(place.root, {
    cacheDirectory: place.cacheDirectory,
    env: call.config.environment,
  })
  return { ...place, manifest }
}

const LONGEST_NAME = 200

/** Where commands keep what they need not find out twice about the repository at a root. */
function cacheDirectoryOf({ dataHome }: Pick<Config, 'dataHome'>, root: string): string {
  const name = encodeURIComponent(root)
  // Hashing is loaded only where there is no way without.
  const hash = () => process.getBuiltinModule('node:crypto').hash('sha256', root)
  return path.join(dataHome, 'cache', name.length > LONGEST_NAME ? hash() : name)
}

function realDirectory(directory: string): string {
  try {
    return realpathSync(directory)
  } catch {
    throw notFound(`${directory} is not a directory`, { next: 'Check the path given with -C.' })
  }
}

/** Never beyond the repository: what lies around it is not of it. */
function rootAbove(directory: string): string | undefined {
  const isRoot = ['portolan.yaml', '.git'].some((name) => existsSync(path.join(directory, name)))
  if (isRoot) return directory
  const parent = path.dirname(directory)
  return parent === directory ? undefined : rootAbove(parent)
}
