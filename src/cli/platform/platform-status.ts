import { platformOf } from '../../app/changes/change-platform.ts'
import type { Config } from '../../app/config.ts'
import type { Deployed } from '../../changes/index.ts'
import {
  buildGraph,
  type Definition,
  type Manifest,
  nameOf,
  type Resolver,
  sourceDigest,
} from '../../manifest/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { Call } from '../call.ts'
import type { ChangePlace } from '../change/change-place.ts'
import { openChanges } from '../change/open-changes.ts'
import type { ListedChange } from '../services/services.ts'

/** How a platform stands: what is deployed of its manifest, and what is under way. */
export interface PlatformStatus {
  readonly project: string
  /** In dependency order. */
  readonly components: readonly string[]
  readonly environments: readonly string[]
  /** By `component@environment`; what does not exist there has none. */
  readonly workspaces: ReadonlyMap<string, WorkspaceStanding>
  /** Newest first. */
  readonly open: readonly ListedChange[]
  /** Deployed, though the manifest does not have it any more. */
  readonly orphans: readonly Orphan[]
}

/** What is there of a workspace that the manifest does not have. */
export interface Orphan {
  readonly name: string
  /** Resources in its state; undefined when it cannot be read. */
  readonly resources: number | undefined
}

/** A workspace of the manifest, beside what is recorded of it. */
export interface WorkspaceStanding {
  readonly component: string
  readonly environment: string
  readonly deployed: Deployed | undefined
  /** Why it does not take part: `when: …` is false. */
  readonly skipped: string | undefined
  /** Its sources or its definition are not those that were last applied; undefined when not known. */
  readonly hasMoved: boolean | undefined
}

type Names = Pick<WorkspaceStanding, 'component' | 'environment'>

/** Looks up how the workspaces of a manifest stand that a test lets through. */
export async function platformStatus(
  { config }: Pick<Call<object>, 'config'>,
  place: ChangePlace,
  isMeant: (workspace: Names) => boolean,
): Promise<PlatformStatus> {
  const { services, location, manifest } = place
  const graph = buildGraph(manifest)
  const nodes = graph.order.flatMap((name) => graph.nodes.get(name) ?? []).filter(isMeant)
  const project = await services.projects.findProjectId(location)
  const recorded = project === undefined ? [] : await services.projects.deployed(project)
  const deployed = new Map(recorded.map((one) => [nameOf(one.component, one.environment), one]))
  const standingOf = await examiner(place, config, new Set(nodes.map((node) => node.component)))
  return {
    project: location.project,
    components: [...new Set(nodes.map((node) => node.component))],
    environments: [...manifest.environments.keys()].filter((name) =>
      nodes.some((node) => node.environment === name),
    ),
    workspaces: new Map(
      nodes.map((node) => [node.name, standingOf(node, deployed.get(node.name))]),
    ),
    open: project === undefined ? [] : await openChanges(services, project),
    orphans: recorded
      .filter((one) => isMeant(one) && !graph.nodes.has(nameOf(one.component, one.environment)))
      .flatMap(orphanOf),
  }
}

/** Nothing is left of what has no state any more, or an empty one. */
function orphanOf({ component, environment, state }: Deployed): Orphan[] {
  if (state === undefined || state.resources === 0) return []
  return [{ name: nameOf(component, environment), resources: state.resources }]
}

/** Compares what is recorded with the working tree. */
async function examiner(
  { location, manifest }: ChangePlace,
  config: Config,
  components: ReadonlySet<string>,
): Promise<(names: Names, deployed: Deployed | undefined) => WorkspaceStanding> {
  const { resolver } = await platformOf(config, { location, manifest }, {})
  const digests = await digestsOf(manifest, components, config.environment)
  return ({ component, environment }, deployed) => {
    const definition = define(resolver, manifest, { component, environment })
    const now = digests.get(component)
    const then = deployed?.lastGood
    const isKnown =
      then?.sourceDigest !== undefined && definition !== undefined && now !== undefined
    return {
      component,
      environment,
      deployed,
      skipped: definition?.skipped,
      hasMoved: isKnown
        ? then.sourceDigest !== now || then.definitionDigest !== definition.digest
        : undefined,
    }
  }
}

/** Undefined for what cannot be evaluated: `portolan validate` says why, a status must not fail of it. */
function define(resolver: Resolver, manifest: Manifest, names: Names): Definition | undefined {
  const component = manifest.components.get(names.component)
  const environment = manifest.environments.get(names.environment)
  if (component === undefined || environment === undefined) return undefined
  return orNothing(() => resolver.definition(component, environment))
}

function orNothing<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

async function digestsOf(
  manifest: Manifest,
  components: ReadonlySet<string>,
  env: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>()
  for (const component of components) {
    // Of a module in another repository only a change knows the commit.
    if (/^git::/.test(String(manifest.components.get(component)?.main.value))) continue
    const digest = await sourceDigest(manifest, component, env).catch((error: unknown) => {
      if (error instanceof AppError) return undefined
      throw error
    })
    if (digest !== undefined) digests.set(component, digest)
  }
  return digests
}
