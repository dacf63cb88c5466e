import { createOutbox } from '../../forges/index.ts'
import { buildGraph } from '../../manifest/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { MergeGroup } from '../../pull-requests/index.ts'
import { openCommitted } from '../changes/committed-platform.ts'
import { selectAffected, selectUndeployed } from '../changes/select-committed.ts'
import type { Context } from '../context.ts'
import { hostLogin } from '../projects/host-login.ts'
import { bringBase } from './bring-commits.ts'
import type { Look } from './looking.ts'

/**
 * Tells a merge queue whether its commits may become the head of the base branch: when everything is
 * applied that they change and that is to be applied before a merge. Nothing is ever said unseen.
 */
export async function answerMergeGroups(context: Context, look: Look): Promise<void> {
  const { project, observed } = look
  const { mergeGroups } = context.pullRequests
  const place = { projectId: project.id, number: observed.number }
  for (const group of await mergeGroups.open(place)) {
    const missing = await missingIn(context, look, group)
    await createOutbox(context.db).tell(place, [
      {
        kind: 'status',
        commit: group.commit,
        status: {
          context: 'portolan',
          state: missing === undefined ? 'success' : 'failure',
          description: missing ?? 'everything of it is applied',
          url: observed.url,
        },
      },
    ])
    await mergeGroups.answered(group)
  }
}

/** What is not applied of it, in a sentence; undefined: nothing. */
async function missingIn(
  context: Context,
  { project, baseManifest, observed }: Look,
  { commit }: MergeGroup,
): Promise<string | undefined> {
  try {
    const login = await hostLogin(context, project.id)
    const refs = [{ from: commit, to: `refs/portolan/queue/${commit}` }]
    await context.repositories.bringRefs(project.id, refs, { login })
    // What the commit brings is seen from where the base is now, whatever was told of it.
    const { branch } = observed.base
    const from = await bringBase(context, project.id, branch)
    if (from === undefined) return `${branch} is gone`
    const committed = await openCommitted(context, {
      projectId: project.id,
      commit,
      branch,
      dirty: false,
      actor: 'portolan',
    })
    const affected = await selectAffected(context, project.id, { committed, from })
    const graph = buildGraph(committed.manifest)
    const before = [...affected.keys()]
      .flatMap((name) => graph.nodes.get(name) ?? [])
      .filter(
        ({ environment }) =>
          (baseManifest ?? committed.manifest).environments.get(environment)?.apply !==
          'after-merge',
      )
    const undeployed = await selectUndeployed(context, project.id, { committed, members: before })
    const missing = [...undeployed.keys()]
    if (missing.length === 0) return undefined
    return `not applied: ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', …' : ''}`
  } catch (error) {
    if (error instanceof AppError && error.code !== 'unavailable') return error.message
    throw error
  }
}
