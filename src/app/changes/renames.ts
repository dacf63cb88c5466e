import path from 'node:path'
import type { Orphan } from '../../changes/index.ts'
import type { Definition, Graph } from '../../manifest/index.ts'
import { conflict } from '../../platform/errors.ts'
import { componentOf } from '../../projects/index.ts'
import type { Context } from '../context.ts'
import { definitionOf, type Platform } from './change-work.ts'

/**
 * A state that was recorded under another name belongs to the module that made it. One that was
 * recorded before there was a manifest, under the path of its directory, gets the component's name.
 * @throws AppError `conflict` when a module would be created a second time under another name
 */
export async function keepRenamed(
  context: Context,
  graph: Graph,
  platform: Platform,
): Promise<void> {
  const projectId = await context.projects.ensureProject(platform.location)
  const orphans = await context.changes.orphans(projectId, new Set(graph.nodes.keys()))
  for (const orphan of orphans) {
    const heirs = await heirsOf(context, orphan, { graph, platform })
    const [only] = heirs.filter((one) => one.environment === orphan.environment)
    const wasPath =
      orphan.lastApply !== undefined &&
      orphan.component ===
        componentOf(platform.location.repositoryRoot, orphan.lastApply.source.directory)
    if (only !== undefined && heirs.length === 1 && wasPath) {
      const { project, actor } = platform.location
      const { component, environment } = orphan
      const workspace = { id: orphan.workspaceId, project, component, environment }
      await context.projects.renameWorkspace(workspace, only, actor)
      continue
    }
    const [first] = heirs
    if (first !== undefined) throw twice(orphan, `${first.component}@${first.environment}`)
  }
}

interface Heir {
  readonly component: string
  readonly environment: string
}

/** Workspaces without a state whose module is the one that made the orphan. */
async function heirsOf(
  context: Context,
  orphan: Orphan,
  { graph, platform }: { readonly graph: Graph; readonly platform: Platform },
): Promise<Heir[]> {
  const directory = orphan.lastApply?.source.directory
  const { location } = platform
  if (directory === undefined || directory === location.repositoryRoot) return []
  const heirs: Heir[] = []
  for (const { component, environment } of graph.nodes.values()) {
    const definition = definitionOf(platform, { component, environment })
    if (directoryOf(platform, definition) !== directory) continue
    const { project } = location
    const workspace = await context.projects.findWorkspace(project, component, environment)
    const current = workspace && (await context.state.current(workspace.id))
    if (current === undefined) heirs.push({ component, environment })
    // One that is deployed beside the orphan shows that the orphan is no other name of it.
    else return []
  }
  return heirs
}

/** Where the root module is; undefined for what has none in this repository. */
function directoryOf({ location }: Platform, { component }: Definition): string | undefined {
  const { value } = component.main
  if (component.kind !== 'terraform' || typeof value !== 'string') return undefined
  return path.resolve(location.repositoryRoot, value)
}

function twice(orphan: Orphan, heir: string) {
  return conflict(
    `${orphan.name} is deployed from the same directory as ${heir} and is not in the manifest any more: ${heir} would create everything a second time`,
    {
      next: [
        `If it is the same under another name: portolan rename ${orphan.name} ${heir}`,
        `If it shall end first: portolan destroy --orphan ${orphan.name}`,
      ].join('\n'),
    },
  )
}
