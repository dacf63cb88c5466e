import { access } from 'node:fs/promises'
import path from 'node:path'
import type { ChangeView, NewChangeNode, Orphan } from '../../changes/index.ts'
import { type Graph, loadManifest } from '../../manifest/index.ts'
import { conflict, invalid } from '../../platform/errors.ts'
import { checkOut } from '../../projects/index.ts'
import type { Context } from '../context.ts'
import { platformOf } from './change-platform.ts'
import type { PlanChangeRequest } from './change-requests.ts'
import { changeRunOptions, digestOf, sourceOf } from './change-runs.ts'
import { definitionOf, type Platform, type Platforms } from './change-work.ts'

/** Workspaces that are deployed though the manifest does not have them any more, and were selected. */
export interface SelectedOrphans {
  readonly nodes: readonly NewChangeNode[]
  /** By name: the commit that last applied it. */
  readonly platforms: ReadonlyMap<string, Platform>
}

/**
 * An orphan is ended by the code that made it: the commit that last applied it, in a copy of its own.
 * @throws AppError `invalid` for a name that is nothing, `conflict` when that code is not known
 */
export async function findOrphans(
  context: Context,
  request: PlanChangeRequest,
  { platform, graph }: { readonly platform: Platform; readonly graph: Graph },
): Promise<SelectedOrphans> {
  const names = [...request.workspaces.keys()].filter((name) => !graph.nodes.has(name))
  if (names.length === 0) return { nodes: [], platforms: new Map() }
  const known = await context.changes.orphans(
    await context.projects.ensureProject(platform.location),
    new Set(graph.nodes.keys()),
  )
  const nodes: NewChangeNode[] = []
  const platforms = new Map<string, Platform>()
  for (const name of names) {
    const orphan = known.find((one) => one.name === name)
    if (orphan === undefined)
      throw invalid(`there is no workspace ${name}`, { next: listed(known) })
    if (request.operation !== 'destroy') {
      throw invalid(`${name} is not in the manifest any more: it can only be destroyed`, {
        next: `portolan destroy --orphan ${name}`,
      })
    }
    const its = await platformOfOrphan(context, orphan, platform, request.set)
    platforms.set(name, its)
    nodes.push(await orphanNode(context, orphan, its))
  }
  return { nodes, platforms }
}

/** For each orphan of a change that is recorded: the commit that last applied it. */
export async function platformsOf(
  context: Context,
  view: ChangeView,
  platform: Platform,
): Promise<Platforms> {
  const names = view.nodes.filter((node) => node.orphan).map((node) => node.name)
  if (names.length === 0) return { own: platform, orphans: new Map() }
  const others = new Set(view.nodes.filter((node) => !node.orphan).map((node) => node.name))
  const known = await context.changes.orphans(view.change.projectId, others)
  const orphans = new Map<string, Platform>()
  for (const orphan of known.filter((one) => names.includes(one.name))) {
    orphans.set(
      orphan.name,
      await platformOfOrphan(context, orphan, platform, view.change.options.set),
    )
  }
  return { own: platform, orphans }
}

function listed(known: readonly Orphan[]): string {
  return known.length === 0
    ? 'portolan list   shows what the manifest has.'
    : `Deployed and not in the manifest: ${known.map((one) => one.name).join(', ')}`
}

async function platformOfOrphan(
  context: Context,
  orphan: Orphan,
  platform: Platform,
  set: Readonly<Record<string, string>>,
): Promise<Platform> {
  const source = orphan.lastApply?.source
  const commit = source?.commit
  if (commit === undefined || source?.dirty === true) {
    throw conflict(
      `${orphan.name} was last applied from files that are in no commit: nobody knows what made it`,
      { next: 'Put its component back into the manifest and destroy it then.' },
    )
  }
  const { config } = context
  const directory = path.join(context.dataDirectory, 'commits', commit)
  const { repositoryRoot } = platform.location
  if (!(await isThere(directory))) {
    await checkOut(repositoryRoot, config.environment, { commit, directory })
  }
  const manifest = await loadManifest(directory, {})
  const location = { ...platform.location, repositoryRoot: directory, commit, dirty: false }
  return platformOf(config, { location, manifest }, set)
}

function isThere(directory: string): Promise<boolean> {
  return access(path.join(directory, '.git')).then(
    () => true,
    () => false,
  )
}

async function orphanNode(
  { config }: Context,
  orphan: Orphan,
  platform: Platform,
): Promise<NewChangeNode> {
  const definition = definitionOf(platform, orphan)
  const source = await sourceOf(config, platform, definition)
  return {
    workspaceId: orphan.workspaceId,
    name: orphan.name,
    kind: definition.component.kind,
    reasons: ['not in the manifest any more'],
    needs: [],
    skipped: undefined,
    orphan: true,
    promoted: false,
    source,
    options: changeRunOptions,
    sourceDigest: await digestOf(config, platform, { component: orphan.component, source }),
    definitionDigest: definition.digest,
  }
}
