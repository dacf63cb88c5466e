import { type Deployed, isDeployed, listDeployed } from '../../changes/index.ts'
import { affected } from '../../manifest/affected/index.ts'
import { buildGraph, type Selection, select, type WorkspaceNode } from '../../manifest/index.ts'
import { findCommitted } from '../../platform/git/changes.ts'
import type { Context } from '../context.ts'
import { platformOf } from './change-platform.ts'
import type { CommittedPlatform } from './committed-platform.ts'
import { type DefinedMember, defineMembers } from './defined-members.ts'

export interface CommittedSelection
  extends Pick<Selection, 'components' | 'environments' | 'withDependencies' | 'withDependents'> {
  /** Only what differs: from what is deployed, or from a commit. */
  readonly affected: { readonly from: 'deployed' } | { readonly from: string } | undefined
}

/**
 * The workspaces of a commit that somebody selects, each with the reasons why it takes part.
 * @throws AppError `invalid` when a selector matches nothing
 */
export async function selectCommitted(
  context: Context,
  projectId: string,
  committed: CommittedPlatform,
  { affected: from, ...selection }: CommittedSelection,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const graph = buildGraph(committed.manifest)
  const differing =
    from === undefined
      ? undefined
      : from.from === 'deployed'
        ? await selectUndeployed(context, projectId, {
            committed,
            members: [...graph.nodes.values()],
          })
        : await changedSince(context, committed, from.from)
  const { names, because } = select(graph, {
    ...selection,
    ...(differing === undefined ? {} : { affected: differing }),
  })
  const reasons = (name: string) => (because.get(name) ?? []).filter((one) => one !== 'selected')
  return new Map([...names].map((name) => [name, reasons(name)]))
}

/** The workspaces that differ in a commit from what another one has, each with why. */
export function selectAffected(
  context: Context,
  projectId: string,
  { committed, from }: { readonly committed: CommittedPlatform; readonly from: string },
): Promise<ReadonlyMap<string, readonly string[]>> {
  return selectCommitted(context, projectId, committed, {
    components: [],
    environments: [],
    withDependencies: false,
    withDependents: false,
    affected: { from },
  })
}

async function changedSince(
  { config, dataDirectory }: Context,
  { location, manifest }: CommittedPlatform,
  ref: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { repositoryRoot: root, commit: head } = location
  const env = config.environment
  const found = await affected({
    root,
    ref,
    manifest,
    cacheDirectory: dataDirectory,
    env,
    ...(head === undefined ? {} : { changes: findCommitted({ root, env }, { ref, head }) }),
  })
  return found.workspaces
}

/** Of these workspaces those that are not there yet, or were made from other files or another definition. */
export async function selectUndeployed(
  context: Context,
  projectId: string,
  {
    committed,
    members: asked,
  }: { readonly committed: CommittedPlatform; readonly members: readonly WorkspaceNode[] },
): Promise<ReadonlyMap<string, readonly string[]>> {
  const platform = await platformOf(context.config, committed, {})
  const members = await defineMembers(context.config, platform, asked)
  const deployed = new Map(
    (await listDeployed(context.db, projectId)).map((one) => [
      `${one.component}@${one.environment}`,
      one,
    ]),
  )
  return new Map(
    members.flatMap((one) => {
      const difference = differenceOf(one, deployed.get(one.member.name))
      return difference === undefined ? [] : [[one.member.name, [difference]] as const]
    }),
  )
}

function differenceOf(
  { definition, sourceDigest }: DefinedMember,
  there: Deployed | undefined,
): string | undefined {
  if (definition.skipped !== undefined) return undefined
  const good = there?.lastGood
  if (there === undefined || good === undefined || !isDeployed(there)) {
    return 'it is not deployed yet'
  }
  if (good.sourceDigest !== sourceDigest) return 'its files differ from what is deployed'
  if (good.definitionDigest === definition.digest) return undefined
  return 'its definition differs from what is deployed'
}
