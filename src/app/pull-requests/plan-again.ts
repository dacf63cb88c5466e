import { changeName, createWorkService } from '../../changes/index.ts'
import { conflict } from '../../platform/errors.ts'
import type { PullRequest } from '../../pull-requests/index.ts'
import type { Context } from '../context.ts'

/**
 * Has the head of a pull request planned, also when it was planned before: as `portolan plan` in a comment.
 * @throws AppError `conflict` while it is being applied
 */
export async function planAgain(context: Context, pullRequest: PullRequest): Promise<void> {
  const { id, planned, headCommit } = pullRequest
  const changeId = planned?.changeId
  if (changeId !== undefined) {
    const works = await createWorkService(context.db).of([changeId])
    if (works.get(changeId) === 'apply') {
      throw conflict(`${changeName(changeId)} is being applied`, {
        next: 'Say it again when that has ended.',
      })
    }
  }
  if (planned?.head === headCommit) await context.pullRequests.forgetPlanned(id)
  await context.pullRequests.requestLook([pullRequest])
}
