import type { Hint } from '../../forges/index.ts'
import type { Db } from '../../platform/db/db.ts'
import { requestFetch } from '../../projects/index.ts'
import { createPullRequestService, mayBeCommand } from '../../pull-requests/index.ts'

/**
 * Puts down what a host's event is a hint of, for those who look. What it led to, in a sentence.
 * Joins the transaction in which the event is recorded: neither is there without the other.
 */
export async function takeHint(
  tx: Db,
  { projectId }: { readonly projectId: string },
  hint: Hint,
): Promise<string> {
  const pullRequests = createPullRequestService(tx)
  switch (hint.kind) {
    case 'pull-request':
      await pullRequests.requestLook([{ projectId, number: hint.number }])
      return `#${hint.number} is looked at`
    case 'comment': {
      const { id: commentId, number, author, body, createdAt: commentedAt, isEdited } = hint.comment
      if (isEdited) return 'an edited comment is no command'
      if (!mayBeCommand(body)) return 'it is no command'
      const received = { projectId, number, commentId, author, body, commentedAt }
      const isNew = await pullRequests.receive(received)
      return isNew ? `a command for #${number}` : 'this comment is known already'
    }
    case 'push':
      return takePush(tx, projectId, hint.branch)
    case 'merge-group': {
      const [number] = hint.numbers
      if (number === undefined) return 'it names no pull request'
      const { commit } = hint
      await pullRequests.mergeGroups.record({ projectId, number, commit })
      await pullRequests.requestLook([{ projectId, number }])
      return `the merge queue asks for ${commit.slice(0, 10)}`
    }
    case 'ping':
      return 'the webhook works'
    case 'ignored':
      return hint.because
  }
}

async function takePush(tx: Db, projectId: string, branch: string): Promise<string> {
  const pullRequests = createPullRequestService(tx)
  const touched = await pullRequests.list({ projectIds: [projectId], status: 'open', branch })
  await pullRequests.requestLook(touched.map(({ number }) => ({ projectId, number })))
  await requestFetch(tx, projectId)
  return touched.length === 0
    ? `${branch} moved`
    : `${branch} moved: ${touched.map(({ number }) => `#${number}`).join(', ')}`
}
