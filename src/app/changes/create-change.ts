import type { ChangeView, Need, NewChangeNode } from '../../changes/index.ts'
import {
  buildGraph,
  type Environment,
  type Graph,
  nameOf,
  type WorkspaceNode,
} from '../../manifest/index.ts'
import { conflict, unavailable } from '../../platform/errors.ts'
import type { Workspace } from '../../projects/index.ts'
import type { Context } from '../context.ts'
import type { PlanChangeRequest } from './change-requests.ts'
import { changeRunOptions } from './change-runs.ts'
import { definitionOf, type Platform, type Platforms } from './change-work.ts'
import { defineMembers } from './defined-members.ts'
import { findOrphans } from './orphans.ts'
import { createRecordedOutputs } from './recorded-outputs.ts'
import { keepRenamed } from './renames.ts'

export interface CreatedChange {
  readonly view: ChangeView
  readonly platforms: Platforms
}

/** Records a change of the selected workspaces, each with a run that waits to be planned. */
export async function createChange(
  context: Context,
  request: PlanChangeRequest,
  platform: Platform,
): Promise<CreatedChange> {
  const { location, manifest } = platform
  const graph = buildGraph(manifest)
  const members = [...graph.nodes.values()].filter((node) => request.workspaces.has(node.name))
  refuseUncommitted(platform, members)
  if (request.operation === 'apply') await keepRenamed(context, graph, platform)
  const orphans = await findOrphans(context, request, { platform, graph })
  await refuseGaps(context, { operation: request.operation, graph, members, platform })
  const workspaces = await context.projects.ensureWorkspaces(location, members)
  const nodes = await newNodes(context, request, { platform, graph, members, workspaces })
  const view = await context.changes.create({
    projectId: await context.projects.ensureProject(location),
    operation: request.operation,
    actor: location.actor,
    reason: request.reason ?? platform.subject ?? 'no reason was given',
    source: {
      root: location.repositoryRoot,
      commit: location.commit,
      branch: location.branch,
      dirty: location.dirty,
    },
    options: {
      selection: request.selection,
      set: request.set,
      force: request.force,
      ...(request.untrusted === true ? { untrusted: true } : {}),
    },
    ...(request.pullRequest === undefined ? {} : { pullRequest: request.pullRequest }),
    environments: [...manifest.environments.values()].map((one) => guarded(one, platform)),
    nodes: [...nodes, ...orphans.nodes],
  })
  return { view, platforms: { own: platform, orphans: orphans.platforms } }
}

/** What must hold before an apply is not for the commit to say that wants to be applied. */
function guarded(environment: Environment, { guards }: Platform): Environment {
  const guard = guards?.environments.get(environment.name)
  if (guard === undefined) return environment
  const { after, auto, apply, gate } = guard
  return { ...environment, after, auto, apply, gate }
}

/** Where an environment wants it, only what everybody can look up again is changed. */
function refuseUncommitted(
  { location, manifest, guards }: Platform,
  members: readonly WorkspaceNode[],
): void {
  if (!location.dirty) return
  const names = [...new Set(members.map((member) => member.environment))]
  const strict = names.filter(
    (name) => (guards ?? manifest).environments.get(name)?.gate?.dirty === 'deny',
  )
  if (strict.length === 0) return
  throw conflict(
    `${strict.join(', ')} takes only what is committed, and there are uncommitted changes`,
    {
      next: 'Commit them, or leave these environments out with -e.',
    },
  )
}

interface Members {
  readonly platform: Platform
  readonly graph: Graph
  readonly members: readonly WorkspaceNode[]
  readonly workspaces: readonly Workspace[]
}

async function newNodes(
  { config }: Context,
  { operation, workspaces: reasons, runs }: PlanChangeRequest,
  { platform, graph, members, workspaces }: Members,
): Promise<NewChangeNode[]> {
  const names = new Set(members.map((member) => member.name))
  const defined = await defineMembers(config, platform, members)
  const isGrouped = new Set(members.map((member) => member.group)).size > 1
  return defined.map(({ member, definition, source, sourceDigest }, index) => ({
    workspaceId: idOf(workspaces[index], member),
    name: member.name,
    kind: definition.component.kind,
    reasons: reasons.get(member.name) ?? [],
    needs: withGroups(
      needsOf(graph, member, operation).filter((need) => names.has(need.name)),
      isGrouped ? groupNeeds(members, member, operation) : [],
    ),
    skipped: definition.skipped,
    orphan: false,
    promoted: isPromoted(
      graph,
      definition.component.name,
      guarded(definition.environment, platform),
    ),
    source,
    options: { ...changeRunOptions, ...runs },
    sourceDigest,
    definitionDigest: definition.digest,
  }))
}

function idOf(workspace: Workspace | undefined, { name }: WorkspaceNode): string {
  if (workspace !== undefined) return workspace.id
  throw unavailable(`the workspace ${name} could not be made`, { next: 'Try again.' })
}

/** Its component also exists in the environment that comes before: it has to prove itself there. */
function isPromoted(graph: Graph, component: string, { after }: Environment): boolean {
  return after !== undefined && graph.nodes.has(nameOf(component, after))
}

function withGroups(needs: readonly Need[], more: readonly Need[]): readonly Need[] {
  const known = new Set(needs.map((need) => need.name))
  return [...needs, ...more.filter((need) => !known.has(need.name))]
}

/** Of the others in the change those of the next group below, or for an end above. */
function groupNeeds(
  members: readonly WorkspaceNode[],
  { group }: WorkspaceNode,
  operation: PlanChangeRequest['operation'],
): readonly Need[] {
  const sign = operation === 'apply' ? 1 : -1
  const below = members.filter((other) => (group - other.group) * sign > 0)
  if (below.length === 0) return []
  const next = Math.max(...below.map((other) => other.group * sign))
  return below
    .filter((other) => other.group * sign === next)
    .map(({ name }) => ({ name, outputs: [] }))
}

/** What must be done before: what it needs, and for its end what needs it. */
function needsOf(
  graph: Graph,
  member: WorkspaceNode,
  operation: PlanChangeRequest['operation'],
): readonly Need[] {
  if (operation === 'apply') return member.needs.map(({ name, outputs }) => ({ name, outputs }))
  return member.dependents
    .filter((name) => graph.nodes.has(name))
    .map((name) => ({ name, outputs: [] }))
}

/** Nothing is planned on something that is not there, and nothing ends that is still needed. */
async function refuseGaps(
  context: Context,
  {
    operation,
    graph,
    members,
    platform,
  }: Pick<Members, 'platform' | 'graph' | 'members'> & Pick<PlanChangeRequest, 'operation'>,
): Promise<void> {
  const names = new Set(members.map((member) => member.name))
  const outputs = createRecordedOutputs(context)
  const isThere = async (name: string) => {
    const node = graph.nodes.get(name)
    if (node === undefined) return false
    const { projects } = context
    const { project } = platform.location
    const workspace = await projects.findWorkspace(project, node.component, node.environment)
    return workspace !== undefined && (await outputs.of(workspace.id)) !== undefined
  }
  const isSkipped = (node: WorkspaceNode) => definitionOf(platform, node).skipped !== undefined
  const gaps: string[] = []
  for (const member of members.filter((one) => !isSkipped(one))) {
    const needed = member.needs.filter((need) => need.isLoose !== true)
    const others = operation === 'apply' ? needed.map((need) => need.name) : member.dependents
    for (const name of others.filter((one) => !names.has(one))) {
      const node = graph.nodes.get(name)
      if (node === undefined || isSkipped(node)) continue
      const there = await isThere(name)
      if (operation === 'apply' && !there) gaps.push(`${member.name} needs ${name}`)
      if (operation === 'destroy' && there) gaps.push(`${name} still needs ${member.name}`)
    }
  }
  if (gaps.length > 0) throw gapError(operation, gaps)
}

function gapError(operation: PlanChangeRequest['operation'], gaps: readonly string[]) {
  const shown = gaps.slice(0, 5).join('; ')
  const more = gaps.length > 5 ? `; and ${gaps.length - 5} more` : ''
  return operation === 'apply'
    ? conflict(`${shown}${more}: neither selected nor applied`, {
        next: 'Add what is needed: --with-deps',
      })
    : conflict(`${shown}${more}: it is deployed and not selected`, {
        next: 'End what needs it too: --with-dependents',
      })
}
