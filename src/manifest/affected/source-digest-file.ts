import { unavailable } from '../../platform/errors.ts'
import type { Manifest } from '../manifest.ts'

/**
 * sha256 over everything that a component is made of and that is the same in every environment: the
 * files of its directory and of local modules, files that its commands name, value files, watched ones.
 * @throws AppError `not_found` for a component that the manifest has not.
 */
export async function sourceDigest(manifest: Manifest, component: string): Promise<string> {
  throw unavailable(`not written yet: ${manifest.root} ${component}`)
}
