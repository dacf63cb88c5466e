import path from 'node:path'
import { askGitNow } from '../../platform/git/git.ts'
import type { Manifest } from '../manifest.ts'
import { createResolver, type Resolver } from '../resolver.ts'
import type { ResolveContext } from '../resolving/context.ts'
import { readerOf } from '../resolving/root-file.ts'
import { CommitFiles } from './commit-client.ts'
import type { Comparison } from './comparison.ts'

/** Expressions of the working tree's manifest. */
export function resolverNow({ place, commits }: Comparison, manifest: Manifest): Resolver {
  return createResolver(manifest, {
    git: gitOf(place, commits.head),
    set: {},
    readFile: readerOf(place.root),
    gitCommitOf: (file) => askGitNow(place, ['log', '-1', '--format=%H', '--', file]),
  })
}

/** Expressions of the commit's manifest, with files as they were then. */
export function resolverBefore(
  { place, commits, files }: Comparison,
  manifest: Manifest,
): Resolver {
  const changed = new Set(files)
  const commit = new CommitFiles(place, commits.base)
  const readNow = readerOf(place.root)
  const read = new Map<string, string | undefined>()
  return createResolver(manifest, {
    git: gitOf(place, commits.base),
    set: {},
    readFile: (file) => {
      const name = path.posix.normalize(file)
      if (!changed.has(name)) return readNow(name)
      if (!read.has(name)) read.set(name, commit.textNow(name))
      return read.get(name)
    },
    gitCommitOf: (file) => askGitNow(place, ['log', '-1', '--format=%H', commits.base, '--', file]),
  })
}

/** Branch and author are those of now in both: only the commit is another one. */
function gitOf(place: Comparison['place'], commit: string): ResolveContext['git'] {
  return {
    commit,
    get branch() {
      return askGitNow(place, ['symbolic-ref', '--short', '--quiet', 'HEAD'])
    },
    get author() {
      return askGitNow(place, ['log', '-1', '--format=%an <%ae>'])
    },
  }
}
