import { z } from 'zod'
import { AppError } from '../../platform/errors.ts'
import type { Forge, HostComment, Reaction } from '../forge.ts'
import type { GiteaApi } from './api-client.ts'
import { Anything, Comment, Made } from './schema.ts'

/** Gitea's own databases take more; it is what people read. */
export const LONGEST_COMMENT = 65_535

// Among those that are permitted on every server that was not told otherwise.
const reactions = { seen: 'eyes', done: 'rocket', refused: 'confused' } as const satisfies Record<
  Reaction,
  string
>

/** Comments on pull requests, which are issues to Gitea. */
export function giteaComments(
  api: GiteaApi,
  own: () => Promise<string>,
): Pick<Forge, 'comments' | 'upsertComment' | 'react'> {
  const { at, repository } = api

  async function marked(number: number, marker: string): Promise<HostComment | undefined> {
    const [login, comments] = await Promise.all([
      own(),
      // All of them: this list has no pages.
      api.ask(
        {
          action: `read the comments on ${repository}#${number}`,
          path: `${at}/issues/${number}/comments`,
        },
        z.array(Comment),
      ),
    ])
    return comments.find((comment) => comment.author === login && comment.body.includes(marker))
  }

  const update = async (number: number, id: string, body: string) => {
    await api.ask(
      {
        action: `change the comment on ${repository}#${number}`,
        method: 'PATCH',
        path: `${at}/issues/comments/${id}`,
        body: { body },
      },
      Anything,
    )
    return id
  }

  const create = async (number: number, body: string) => {
    const made = await api.ask(
      {
        action: `write a comment on ${repository}#${number}`,
        method: 'POST',
        path: `${at}/issues/${number}/comments`,
        body: { body },
      },
      Made,
    )
    return made.id
  }

  return {
    async comments(numbers, since) {
      // Gitea's times have whole seconds.
      const from = new Date(Math.floor(since.getTime() / 1000) * 1000)
      const changed = await api.pages(
        {
          action: `read the comments of ${repository}`,
          path: `${at}/issues/comments`,
          query: { since: from.toISOString() },
        },
        Comment,
      )
      // What was changed since may have been made long before.
      const made = changed.filter(
        (comment) => comment.createdAt >= from && numbers.includes(comment.number),
      )
      const known = new Map(made.map((comment) => [comment.id, comment]))
      return [...known.values()].sort(byAge)
    },

    async upsertComment(number, { marker, body, known }) {
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
        {
          action: `react to a comment on ${repository}#${number}`,
          method: 'POST',
          path: `${at}/issues/comments/${id}/reactions`,
          body: { content: reactions[reaction] },
        },
        Anything,
      )
    },
  }
}

function byAge(a: HostComment, b: HostComment): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || Number(a.id) - Number(b.id)
}

/** Gone, or of an account that was Portolan's before. */
function isLost(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'not_found' || error.code === 'forbidden')
}
