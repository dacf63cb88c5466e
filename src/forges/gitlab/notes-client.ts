import { z } from 'zod'
import { AppError } from '../../platform/errors.ts'
import type { HostComment, Reaction, StickyComment } from '../forge.ts'
import type { GitLabApi } from './api-client.ts'
import { type Doing, GitLabRefusal, refused } from './refusal.ts'
import { NoteAnswer, UserAnswer } from './schema.ts'

const emojis = { seen: 'eyes', done: 'rocket', refused: 'confused' } as const satisfies Record<
  Reaction,
  string
>

/** How many notes are asked about at once: GitLab counts how much a query asks for. */
const AT_ONCE = 20

/** Comments, which GitLab calls notes. */
export function notes(api: GitLabApi) {
  const { project } = api
  let me: Promise<string> | undefined

  /** Whose token it is. */
  function ownLogin(): Promise<string> {
    me ??= api
      .one(
        { to: 'read whose token it is', what: 'user', role: 'Reporter' },
        UserAnswer,
        ({ users }) => users.showCurrentUser(),
      )
      .then((user) => user.username)
      .catch((error: unknown) => {
        me = undefined
        throw error
      })
    return me
  }

  function commenting(number: number, to: string): Doing {
    return { to, what: `merge request !${number}, or comment on it`, role: 'Reporter' }
  }

  /** Those that were made since, the newest first. */
  async function since(number: number, from: Date): Promise<NoteAnswer[]> {
    const all = await api.all(
      commenting(number, 'read comments'),
      NoteAnswer,
      ({ notes }, page) =>
        notes.all(project, number, { sort: 'desc', orderBy: 'created_at', ...page }),
      (found) => found.some((note) => note.created_at < from),
    )
    return all.filter((note) => !note.system && note.created_at >= from)
  }

  /**
   * Which of these notes somebody edited. Their `updated_at` alone does not tell: a reaction and a resolved thread
   * move it too. What is not known counts as edited.
   */
  async function edited(candidates: readonly NoteAnswer[]): Promise<ReadonlySet<number>> {
    const ids = candidates
      .filter((note) => note.updated_at.getTime() !== note.created_at.getTime())
      .map((note) => note.id)
    const found = new Set(ids)
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      for (const id of await untouched(ids.slice(start, start + AT_ONCE))) found.delete(id)
    }
    return found
  }

  async function untouched(ids: readonly number[]): Promise<number[]> {
    const fields = ids.map(
      (id) => `n${id}: note(id: "gid://gitlab/Note/${id}") { lastEditedBy { username } }`,
    )
    let body: unknown
    try {
      const asked = { query: `query { ${fields.join(' ')} }` }
      body = (await api.ask({ method: 'POST', url: `${api.base}/api/graphql`, body: asked })).body
    } catch (error) {
      if (!(error instanceof GitLabRefusal)) throw error
      const doing = { to: 'read who edited comments', what: 'comment', role: 'Reporter' } as const
      const refusal = refused(error, api.host, doing)
      if (refusal.code === 'unavailable') throw refusal
      return []
    }
    const answer = EditsAnswer.safeParse(body)
    const edits = answer.success ? (answer.data.data ?? {}) : {}
    return ids.filter((id) => edits[`n${id}`]?.lastEditedBy === null)
  }

  async function rewrite(number: number, id: string, body: string): Promise<boolean> {
    try {
      await api.one(commenting(number, 'edit the comment'), NoteAnswer, ({ notes }) =>
        notes.edit(project, number, Number(id), { body }),
      )
      return true
    } catch (error) {
      if (isLost(error)) return false
      throw error
    }
  }

  /** Our own comment with the marker: who else writes it into theirs does not become us. */
  async function marked(number: number, marker: string): Promise<string | undefined> {
    const login = await ownLogin()
    const isIt = (note: NoteAnswer) =>
      !note.system && note.author?.username === login && note.body.includes(marker)
    const all = await api.all(
      commenting(number, 'read comments'),
      NoteAnswer,
      ({ notes }, page) =>
        notes.all(project, number, { sort: 'asc', orderBy: 'created_at', ...page }),
      (found) => found.some(isIt),
    )
    const found = all.find(isIt)
    return found === undefined ? undefined : String(found.id)
  }

  return {
    ownLogin,

    async comments(numbers: readonly number[], from: Date): Promise<HostComment[]> {
      const all: HostComment[] = []
      for (const number of numbers) {
        const found = await since(number, from)
        const changed = await edited(found)
        all.push(...found.map((note) => commentOf(number, note, changed.has(note.id))))
      }
      return all.sort(
        (a, b) => a.createdAt.getTime() - b.createdAt.getTime() || Number(a.id) - Number(b.id),
      )
    },

    async upsertComment(number: number, { known, marker, body }: StickyComment): Promise<string> {
      const text = harmless(body)
      if (known !== undefined && (await rewrite(number, known, text))) return known
      const found = await marked(number, marker)
      if (found !== undefined && (await rewrite(number, found, text))) return found
      const created = await api.one(commenting(number, 'comment'), NoteAnswer, ({ notes }) =>
        notes.create(project, number, text),
      )
      return String(created.id)
    },

    async react(comment: Pick<HostComment, 'id' | 'number'>, reaction: Reaction): Promise<void> {
      const doing = commenting(comment.number, 'react to a comment')
      try {
        await api.one(doing, z.unknown(), ({ awards }) =>
          awards.award(project, comment.number, Number(comment.id), emojis[reaction]),
        )
      } catch (error) {
        if (!isRepeated(error)) throw error
      }
    },
  }
}

/** Gone, or of an account that was Portolan's before: each access token of a project has one of its own. */
function isLost(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'not_found' || error.code === 'forbidden')
}

/** GitLab refuses the same reaction twice: "Name has already been taken", with 404 or 400. */
function isRepeated(error: unknown): boolean {
  if (!(error instanceof AppError)) return false
  const words = error.details['words']
  return typeof words === 'string' && words.includes('already been taken')
}

function commentOf(number: number, note: NoteAnswer, isEdited: boolean): HostComment {
  return {
    id: String(note.id),
    number,
    author: note.author?.username ?? 'ghost',
    body: note.body,
    createdAt: note.created_at,
    isEdited,
  }
}

const EditsAnswer = z.object({
  data: z
    .record(z.string(), z.object({ lastEditedBy: z.unknown().nullable() }).nullable())
    .nullish(),
})

/** A line that begins with a slash would be a quick action, done in the name of the token: `/merge`, `/approve`. */
function harmless(body: string): string {
  return body.replaceAll(/^\//gm, ' /')
}
