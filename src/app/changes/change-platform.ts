import { createResolver, type Manifest, readerOf } from '../../manifest/index.ts'
import { type Location, lastCommitOf, readCommit } from '../../projects/index.ts'
import type { Config } from '../config.ts'
import type { Platform } from './change-work.ts'

/** Files with their manifest. */
export interface PlatformFiles {
  readonly location: Location
  readonly manifest: Manifest
  readonly guards?: Manifest | undefined
}

/** A working tree with its manifest, ready to be resolved. */
export async function platformOf(
  config: Config,
  { location, manifest, guards }: PlatformFiles,
  set: Readonly<Record<string, string>>,
): Promise<Platform> {
  const { commit, branch, repositoryRoot: root } = location
  const env = config.environment
  const described = commit === undefined ? undefined : await readCommit(root, env, commit)
  return {
    location: {
      ...location,
      project: manifest.project ?? location.project,
      projectChosen: manifest.project !== undefined || location.projectChosen,
    },
    manifest,
    guards,
    subject: described?.subject,
    resolver: createResolver(manifest, {
      git: { commit, branch, author: described?.author },
      set,
      readFile: readerOf(root),
      gitCommitOf: (file) => lastCommitOf(root, env, file),
    }),
  }
}
