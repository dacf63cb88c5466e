import { type Changes, findChanges } from '../../platform/git/changes.ts'
import { nameOf } from '../graph/graph.ts'
import type { Manifest } from '../manifest.ts'
import type { Affected, AffectedBase } from './affected.ts'
import { compareWith } from './comparison-service.ts'
import type { Hits } from './hits.ts'
import { readIndex } from './index-file.ts'
import type { Dependents } from './units.ts'

export interface AffectedInput {
  /** Root of the repository, as in the manifest. */
  readonly root: string
  /** What to compare with; undefined: the merge base with the main branch of the remote, else HEAD. */
  readonly ref: string | undefined
  /** Undefined: it is read, but only if that is necessary. */
  readonly manifest: Manifest | undefined
  /** Where is kept what need not be found out again; without it everything is read anew. */
  readonly cacheDirectory: string | undefined
  /** The process environment, for git. */
  readonly env: Readonly<Record<string, string>>
  /** What changed, where git was asked already. */
  readonly changes?: Promise<Changes | undefined>
}

/**
 * Finds the workspaces that differ between a base and the working tree, uncommitted and new files included.
 * @throws AppError `invalid` for a reference that git does not know, `unavailable` when git fails.
 */
export async function affected(input: AffectedInput): Promise<Affected> {
  const { root, ref, env, cacheDirectory } = input
  const place = { root, env }
  const [changes, remembered] = await Promise.all([
    input.changes ?? findChanges(place, { ref, cacheDirectory }),
    readIndex(root, cacheDirectory),
  ])
  let manifest: Promise<Manifest> | undefined
  const manifestNow = () => {
    manifest ??= input.manifest ? Promise.resolve(input.manifest) : readManifestOf(input)
    return manifest
  }
  const base = baseOf(changes)
  if (changes?.base === undefined) {
    return { base, workspaces: everything(await manifestNow()), removed: [] }
  }
  const commits = { base: changes.base, head: changes.head ?? changes.base }
  const found = await compareWith(
    { place, commits, files: changes.files, cacheDirectory, manifestNow },
    remembered,
  )
  return { base, workspaces: workspacesOf(found), removed: found.removed }
}

async function readManifestOf({ root, cacheDirectory, env }: AffectedInput): Promise<Manifest> {
  const { loadManifest } = await import('../reading/manifest-file.ts')
  return loadManifest(root, { cacheDirectory, env })
}

function baseOf(changes: Changes | undefined): AffectedBase {
  if (changes === undefined) {
    return { commit: undefined, what: 'nothing: there is no git repository' }
  }
  return { commit: changes.base, what: changes.what }
}

function everything(manifest: Manifest): Map<string, string[]> {
  const reasons = ['there is no commit to compare with']
  return new Map(
    [...manifest.environments.keys()].flatMap((environment) =>
      [...manifest.components.values()]
        .filter(({ environments }) => environments?.includes(environment) ?? true)
        .filter(({ atlantis }) => atlantis?.isAutomatic !== false)
        .map(({ name }) => [nameOf(name, environment), reasons] as const),
    ),
  )
}

/** Environments in their order, in each the components as they are written. */
function workspacesOf({
  dependents,
  hits,
  definitions,
}: {
  readonly dependents: Dependents
  readonly hits: Hits
  readonly definitions: ReadonlyMap<string, readonly string[]>
}): Map<string, readonly string[]> {
  const { environments, units } = dependents
  const found = new Map<string, readonly string[]>()
  // Without other definitions only what was hit has to be looked at.
  const places =
    definitions.size > 0
      ? Array.from({ length: units.length }, (_, at) => at)
      : [...hits.keys()].sort((a, b) => a - b)
  for (const [place, environment] of environments.entries()) {
    for (const at of places) {
      const unit = units.at(at)
      if (unit === undefined || !unit.environments.includes(place)) continue
      const name = nameOf(unit.component, environment)
      const reasons = [...(definitions.get(name) ?? []), ...(hits.get(at) ?? [])]
      if (reasons.length > 0) found.set(name, reasons)
    }
  }
  return found
}
