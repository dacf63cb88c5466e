import type { ResolveContext, Resolver, WorkspaceNode } from '../../manifest/index.ts'
import { askGitNow, type GitPlace } from '../../platform/git/git.ts'
import type { Call } from '../call.ts'
import type { Platform } from './platform-place.ts'

/** The meaning of a manifest, as far as it is known without the database; git is asked when it matters. */
export async function openResolver(
  call: Call<object>,
  { root, manifest }: Platform,
  set: Readonly<Record<string, string>> = {},
): Promise<Resolver> {
  const { createResolver, readerOf } = await import('../../manifest/resolving/index.ts')
  const place = { root, env: call.config.environment }
  return createResolver(manifest, {
    git: gitOf(place),
    set,
    readFile: readerOf(root),
    gitCommitOf: (file) => askGitNow(place, ['log', '-1', '--format=%H', '--', file]),
  })
}

/** Why workspaces do not take part, by name: only what has a `when` is evaluated. */
export async function findSkipped(
  call: Call<object>,
  platform: Platform,
  nodes: Iterable<WorkspaceNode>,
): Promise<ReadonlyMap<string, string>> {
  const { components, environments } = platform.manifest
  const skipped = new Map<string, string>()
  let resolver: Resolver | undefined
  for (const node of nodes) {
    const component = components.get(node.component)
    const environment = environments.get(node.environment)
    if (component?.when === undefined || environment === undefined) continue
    resolver ??= await openResolver(call, platform)
    const why = resolver.definition(component, environment).skipped
    if (why !== undefined) skipped.set(node.name, why)
  }
  return skipped
}

/** Each asked once, and only if an expression wants to know it. */
function gitOf(place: GitPlace): ResolveContext['git'] {
  const once = (args: readonly string[]) => {
    let asked: { readonly answer: string | undefined } | undefined
    return () => {
      asked ??= { answer: askGitNow(place, args) }
      return asked.answer
    }
  }
  const commit = once(['rev-parse', '--verify', '--quiet', 'HEAD'])
  const branch = once(['symbolic-ref', '--short', '--quiet', 'HEAD'])
  const author = once(['log', '-1', '--format=%an <%ae>'])
  return {
    get commit() {
      return commit()
    },
    get branch() {
      return branch()
    },
    get author() {
      return author()
    },
  }
}
