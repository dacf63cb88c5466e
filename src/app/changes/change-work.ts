import type {
  Change,
  ChangeEnvironment,
  ChangeNode,
  ChangeView,
  Need,
  Result,
} from '../../changes/index.ts'
import type { Definition, Manifest, Resolver } from '../../manifest/index.ts'
import { conflict } from '../../platform/errors.ts'
import type { Location, Workspace } from '../../projects/index.ts'
import type { Run } from '../../runs/index.ts'
import type { Context } from '../context.ts'
import type { ChangeWatch } from './change-watch.ts'
import { createRecordedOutputs, type RecordedOutputs } from './recorded-outputs.ts'

/** The working tree that definitions are read from. */
export interface Platform {
  /** Root of the repository, with the name of the manifest's project. */
  readonly location: Location
  readonly manifest: Manifest
  /** Where another manifest says what must hold before an apply: that of the project's head. */
  readonly guards: Manifest | undefined
  readonly resolver: Resolver
  /** The first line of the commit's message. */
  readonly subject: string | undefined
}

/** A workspace of a change while this process is at work on it. */
export interface WorkNode {
  readonly name: string
  readonly workspace: Workspace
  readonly kind: ChangeNode['kind']
  readonly reasons: readonly string[]
  readonly needs: readonly Need[]
  readonly sourceDigest: string
  readonly definition: Definition
  /** Where its definition comes from: for an orphan the commit that last applied it. */
  readonly platform: Platform
  run: Run
  result: Result
  because: string | undefined
}

/** A change that this process is at work on. */
export interface ChangeWork {
  readonly context: Context
  readonly watch: ChangeWatch
  readonly platform: Platform
  readonly change: Change
  readonly environments: ReadonlyMap<string, ChangeEnvironment>
  /** In dependency order. */
  readonly nodes: ReadonlyMap<string, WorkNode>
  readonly outputs: RecordedOutputs
}

/** Takes up a change where its record says that it stands. */
export function openWork(
  context: Context,
  view: ChangeView,
  platforms: Platforms,
  watch: ChangeWatch,
): ChangeWork {
  return {
    context,
    watch,
    platform: platforms.own,
    change: view.change,
    environments: new Map(view.environments.map((one) => [one.name, one])),
    nodes: new Map(view.nodes.flatMap((node) => entryOf(node, platforms))),
    outputs: createRecordedOutputs(context),
  }
}

/** The working tree's own platform, and for each orphan that of the commit that last applied it. */
export interface Platforms {
  readonly own: Platform
  readonly orphans: ReadonlyMap<string, Platform>
}

function entryOf(node: ChangeNode, platforms: Platforms): [string, WorkNode][] {
  if (node.run === undefined) return []
  const platform = platforms.orphans.get(node.name) ?? platforms.own
  const { name, component, environment, kind, reasons, needs, sourceDigest, run, result, because } =
    node
  const workspace = {
    id: node.workspaceId,
    project: platform.location.project,
    component,
    environment,
  }
  const definition = definitionOf(platform, { component, environment })
  return [
    [
      name,
      {
        name,
        workspace,
        kind,
        reasons,
        needs,
        sourceDigest,
        definition,
        platform,
        run,
        result,
        because,
      },
    ],
  ]
}

/** @throws AppError `conflict` when the manifest does not have it any more */
export function definitionOf(
  { manifest, resolver }: Platform,
  names: { readonly component: string; readonly environment: string },
): Definition {
  const component = manifest.components.get(names.component)
  const environment = manifest.environments.get(names.environment)
  if (component !== undefined && environment !== undefined) {
    return resolver.definition(component, environment)
  }
  throw conflict(`the manifest has no ${names.component}@${names.environment} any more`, {
    next: 'Make a new change: portolan plan',
  })
}

/** Where a workspace of a change stands now: remembered, and told. */
export function tell(
  work: ChangeWork,
  node: WorkNode,
  now: { readonly run?: Run; readonly result: Result; readonly because?: string | undefined },
): void {
  node.run = now.run ?? node.run
  node.result = now.result
  node.because = now.because
  work.watch.event({
    at: new Date(),
    change: work.change.id,
    event: 'workspace',
    workspace: node.name,
    result: node.result,
    because: node.because,
    run: node.run.id,
    runStatus: node.run.status,
    summary: node.run.summary,
  })
}

/** A sentence of Portolan's about a workspace, or about the whole change. */
export function notice(work: ChangeWork, workspace: string | undefined, message: string): void {
  work.watch.event({
    at: new Date(),
    change: work.change.id,
    event: 'notice',
    workspace,
    message,
  })
}
