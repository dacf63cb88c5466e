import { buildGraph, type Environment } from '../../manifest/index.ts'
import type {
  Declaration,
  DeclaredWorkspace,
  Head,
  ProjectEnvironment,
  ProjectRecord,
} from '../../projects/index.ts'
import { platformOf } from '../changes/change-platform.ts'
import { locationAt, openAt } from '../changes/committed-platform.ts'
import { defineMembers } from '../changes/defined-members.ts'
import type { Context } from '../context.ts'

/**
 * Records what the manifest at a head declares, with the digests that a change of it would record.
 * @throws AppError `invalid` with all that is wrong with the manifest; what was known stays
 */
export async function syncProject(
  context: Pick<Context, 'config' | 'dataDirectory' | 'repositories'>,
  project: ProjectRecord,
  head: Head,
): Promise<void> {
  await context.repositories.declare(project.id, await declarationAt(context, project, head))
}

async function declarationAt(
  context: Pick<Context, 'config' | 'dataDirectory' | 'repositories'>,
  project: ProjectRecord,
  { commit, subject, branch }: Head,
): Promise<Declaration> {
  const { root, manifest } = await openAt(context, project, commit)
  const location = locationAt(project, { root, commit, branch, dirty: false, actor: 'portolan' })
  const platform = await platformOf(context.config, { location, manifest }, {})
  const graph = buildGraph(manifest)
  const members = [...graph.nodes.values()]
  const places = placesOf(graph.order.map((name) => graph.nodes.get(name)?.component))
  const defined = await defineMembers(context.config, platform, members)
  return {
    name: manifest.project,
    head: { commit, subject },
    environments: [...manifest.environments.values()].map(environmentOf),
    workspaces: defined.map(
      ({ member, definition, sourceDigest }): DeclaredWorkspace => ({
        component: member.component,
        environment: member.environment,
        position: places.get(member.component) ?? 0,
        kind: definition.component.kind,
        skipped: definition.skipped,
        needs: member.needs.map((need) => need.name),
        sourceDigest,
        definitionDigest: definition.digest,
      }),
    ),
  }
}

/** Each component's place among the others, where it comes first. */
function placesOf(components: readonly (string | undefined)[]): ReadonlyMap<string, number> {
  const distinct = [...new Set(components.filter((one) => one !== undefined))]
  return new Map(distinct.map((component, place) => [component, place]))
}

function environmentOf({ name, order, after, auto, gate }: Environment): ProjectEnvironment {
  return { name, position: order, after, auto, gate }
}
