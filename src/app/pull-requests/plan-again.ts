import { changeName } from '../../changes/index.ts'
import { conflict } from '../../platform/errors.ts'
import { type PullRequest, pullRequestName } from '../../pull-requests/index.ts'
import type { Context } from '../context.ts'

/**
 * Has the head of a pull request planned anew, whatever was planned of it: as `portolan plan` in a comment.
 * @throws AppError `conflict` while something of it is being applied
 */
export async function planAgain(
  context: Context,
  pullRequest: PullRequest,
  { actor }: { readonly actor: string },
): Promise<void> {
  const changeId = pullRequest.planned?.changeId
  if (changeId !== undefined) {
    const because = `${pullRequestName(pullRequest)} is planned again`
    if (!(await context.changes.supersede(changeId, { because, actor }))) {
      throw conflict(`${changeName(changeId)} is being applied`, {
        next: 'Say it again when that has ended.',
      })
    }
  }
  await context.pullRequests.forgetPlanned(pullRequest.id)
  await context.pullRequests.requestLook([pullRequest])
}
