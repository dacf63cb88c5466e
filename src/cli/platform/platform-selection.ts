import type { Affected, Graph, Selected, Selection } from '../../manifest/index.ts'
import type { Call } from '../call.ts'
import { componentsAt } from './components-at.ts'
import type { Platform } from './platform-place.ts'
import { type SelectionFlags, selectionOf, selectsSomething } from './selection-flags.ts'

export interface PlatformSelection extends Selected {
  readonly graph: Graph
  /** The directory said which components are meant, as nothing else did. */
  readonly byDirectory: boolean
  /** With `--affected`: what was compared with, and what is gone. */
  readonly affected: Affected | undefined
}

/**
 * The workspaces that flags and names select; without any those of the directory, and where no component
 * is, all.
 * @throws AppError `invalid` when a selector matches nothing
 */
export async function selectFrom(
  call: Call<SelectionFlags>,
  platform: Platform,
): Promise<PlatformSelection> {
  const { flags, args } = call
  const { buildGraph, select } = await import('../../manifest/graph/index.ts')
  const graph = buildGraph(platform.manifest)
  const here = selectsSomething(withoutEnvironment(flags), args) ? [] : componentsHere(platform)
  const affected = flags.affected === undefined ? undefined : await findAffected(call, platform)
  const selection: Selection = {
    ...selectionOf(flags, args),
    ...(here.length === 0 ? {} : { components: here }),
    ...(affected === undefined ? {} : { affected: affected.workspaces }),
  }
  return { ...select(graph, selection), graph, affected, byDirectory: here.length > 0 }
}

/** "Only what is in infra: 3 of 12 components." */
export function directoryNote(platform: Platform, { names, graph }: PlatformSelection): string {
  const components = new Set([...names].map((name) => graph.nodes.get(name)?.component))
  return `Only what is in ${platform.directory}: ${components.size} of ${platform.manifest.components.size} components. At the root of the repository: all.`
}

function componentsHere({ manifest, directory }: Platform): string[] {
  return directory === '' ? [] : componentsAt(manifest, directory)
}

function withoutEnvironment({ environment: _, ...rest }: SelectionFlags): SelectionFlags {
  return rest
}

async function findAffected(
  { flags, config }: Call<SelectionFlags>,
  { root, manifest, cacheDirectory }: Platform,
): Promise<Affected> {
  const { affected } = await import('../../manifest/affected/index.ts')
  const ref = flags.affected === '' ? undefined : flags.affected
  return affected({ root, ref, manifest, cacheDirectory, env: config.environment })
}
