import { AppError } from '../../platform/errors.ts'
import type { Forge, HostComment, Reaction } from '../forge.ts'
import type { GitHubApi } from './api-client.ts'
import { Comment, CommentId } from './schema.ts'

/** GitHub refuses a longer one. */
export const LONGEST_COMMENT = 65_536

const WRITE = 'Pull requests: read and write'
const READ = 'Pull requests: read'

const reactions = { seen: 'eyes', done: 'rocket', refused: 'confused' } as const satisfies Record<
  Reaction,
  string
>

/** Comments on pull requests, which are issues to GitHub. */
export function githubComments(
  api: GitHubApi,
  own: () => Promise<string>,
): Pick<Forge, 'comments' | 'upsertComment' | 'react'> {
  const { at } = api
  const nameOf = (number: number) => `${at.owner}/${at.repo}#${number}`

  async function marked(number: number, marker: string): Promise<HostComment | undefined> {
    const [login, comments] = await Promise.all([
      own(),
      api.pages(
        { action: `read the comments on ${nameOf(number)}`, permission: READ },
        Comment,
        (octokit, page) =>
          octokit.rest.issues.listComments({ ...at, issue_number: number, ...page }),
      ),
    ])
    return comments.find((comment) => comment.author === login && comment.body.includes(marker))
  }

  async function update(number: number, id: string, body: string): Promise<string> {
    const comment = await api.ask(
      { action: `change the comment on ${nameOf(number)}`, permission: WRITE },
      CommentId,
      (octokit) => octokit.rest.issues.updateComment({ ...at, comment_id: Number(id), body }),
    )
    return comment.id
  }

  async function create(number: number, body: string): Promise<string> {
    const comment = await api.ask(
      { action: `write a comment on ${nameOf(number)}`, permission: WRITE },
      CommentId,
      (octokit) => octokit.rest.issues.createComment({ ...at, issue_number: number, body }),
    )
    return comment.id
  }

  return {
    async comments(numbers, since) {
      if (numbers.length === 0) return []
      // GitHub's times have whole seconds.
      const from = new Date(Math.floor(since.getTime() / 1000) * 1000)
      const changed = await api.pages(
        { action: `read the comments of ${at.owner}/${at.repo}`, permission: READ },
        Comment,
        (octokit, page) =>
          octokit.rest.issues.listCommentsForRepo({
            ...at,
            ...page,
            since: from.toISOString(),
            sort: 'created',
            direction: 'asc',
          }),
      )
      // What was changed since may have been made long before.
      const made = changed.filter(
        (comment) => comment.createdAt >= from && numbers.includes(comment.number),
      )
      return [...new Map(made.map((comment) => [comment.id, comment])).values()]
    },

    async upsertComment(number, { marker, body, known }) {
      if (body.length > LONGEST_COMMENT) {
        throw new Error(`a comment of ${body.length} characters was given to GitHub`)
      }
      if (known !== undefined) {
        try {
          return await update(number, known, body)
        } catch (error) {
          if (!isLost(error)) throw error
        }
      }
      const found = await marked(number, marker)
      return found === undefined || found.id === known
        ? create(number, body)
        : update(number, found.id, body)
    },

    async react({ id, number }, reaction) {
      await api.ask(
        { action: `react to a comment on ${nameOf(number)}`, permission: WRITE },
        CommentId,
        (octokit) =>
          octokit.rest.reactions.createForIssueComment({
            ...at,
            comment_id: Number(id),
            content: reactions[reaction],
          }),
      )
    },
  }
}

/** Gone, or of an account that was Portolan's before. */
function isLost(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'not_found' || error.code === 'forbidden')
}
