import type { ConfigDirectory } from '../discovery/discovered.ts'
import { checkGraph } from '../graph/check.ts'
import type { Manifest } from '../manifest.ts'
import { problemsError } from '../reading/problems-file.ts'
import type { ManifestText } from '../reading/text.ts'
import { readProjects } from './read-projects.ts'
import { toManifest } from './to-manifest.ts'

/**
 * The manifest that an `atlantis.yaml` means in a repository with these directories of configuration.
 * @throws AppError `invalid` with everything that is wrong
 */
export function atlantisManifest(
  root: string,
  text: ManifestText,
  directories: readonly ConfigDirectory[],
): Manifest {
  const written = readProjects(text)
  const { manifest, problems } = toManifest(written, { root, file: text.file, directories })
  const all = [...written.problems, ...problems]
  const complete = all.length === 0 ? checkGraph(manifest) : all
  if (complete.length > 0) throw problemsError(root, complete)
  return manifest
}
