import type { BareRepository } from './bare-repository.ts'
import type {
  FakeComment,
  FakeHost,
  FakeProtection,
  FakePullRequest,
  FakeReaction,
  FakeStatus,
  NewFakePullRequest,
} from './host.ts'

/** What a host of one repository remembers, as far as hosts remember the same. */
export interface Book<Pull extends KeptPull> {
  readonly git: BareRepository
  readonly pulls: Map<number, Pull>
  readonly comments: Map<string, Comment>
  readonly reactions: Map<string, FakeReaction[]>
  /** By commit. */
  readonly statuses: Map<string, FakeStatus[]>
  readonly protection: Map<string, FakeProtection>
  /** Changes what was made last, for times that differ. */
  now: () => Date
}

export interface KeptPull {
  readonly number: number
  title: string
  body: string
  readonly author: string
  readonly branch: string
  /** Whose fork the branch is in. */
  readonly fork: string | undefined
  forkIsGone: boolean
  base: string
  head: string
  isDraft: boolean
  labels: string[]
  state: 'open' | 'closed'
  mergeCommit: string | undefined
  readonly createdAt: Date
  updatedAt: Date
}

export type Comment = { -readonly [Key in keyof FakeComment]: FakeComment[Key] }

type TellComment<Pull> = (
  pull: Pull,
  comment: Comment,
  action: 'created' | 'edited' | 'deleted',
) => void

/** The part of a host that does nothing but keep its book. */
type KeptHost = Pick<
  FakeHost,
  | 'tip'
  | 'protect'
  | 'pullRequest'
  | 'comment'
  | 'editComment'
  | 'deleteComment'
  | 'commentsOf'
  | 'statusesOf'
  | 'reactionsOf'
>

/** What is done with a book, whoever asks: a person in a test, or a route. */
export interface Bookkeeper<Pull extends KeptPull> {
  pullOf(number: number): Pull
  addComment(number: number, author: string, body: string): Comment
  editComment(comment: Comment, body: string): void
  /** As it is written down when it is opened; it is not in the book yet. */
  newPull(opened: NewFakePullRequest): Promise<KeptPull>
  readonly host: KeptHost
}

export function bookkeeper<Pull extends KeptPull>(
  book: Book<Pull>,
  tell: TellComment<Pull>,
): Bookkeeper<Pull> {
  const { git } = book
  let [lastPull, lastComment] = [0, 1000]

  function pullOf(number: number): Pull {
    const pull = book.pulls.get(number)
    if (pull === undefined) throw new Error(`there is no pull request ${number}`)
    return pull
  }

  function commentOf(id: string): Comment {
    const comment = book.comments.get(id)
    if (comment === undefined) throw new Error(`there is no comment ${id}`)
    return comment
  }

  function addComment(number: number, author: string, body: string): Comment {
    lastComment += 1
    const id = String(lastComment)
    const at = book.now()
    const comment = { id, number, author, body, createdAt: at, updatedAt: at }
    book.comments.set(id, comment)
    const pull = pullOf(number)
    pull.updatedAt = at
    tell(pull, comment, 'created')
    return comment
  }

  function editComment(comment: Comment, body: string): void {
    comment.body = body
    comment.updatedAt = book.now()
    tell(pullOf(comment.number), comment, 'edited')
  }

  return {
    pullOf,
    addComment,
    editComment,
    async newPull({ branch, fork, author, ...opened }) {
      const head =
        fork === undefined
          ? await git.commitOf(`refs/heads/${branch}`)
          : await git.fetchFork(fork, branch)
      if (head === undefined) throw new Error(`there is no branch ${branch}`)
      lastPull += 1
      const at = book.now()
      return {
        number: lastPull,
        title: opened.title ?? 'Change it',
        body: opened.body ?? '',
        author,
        branch,
        fork,
        forkIsGone: false,
        base: opened.base ?? 'main',
        head,
        isDraft: opened.draft === true,
        labels: [...(opened.labels ?? [])],
        state: 'open',
        mergeCommit: undefined,
        createdAt: at,
        updatedAt: at,
      }
    },
    host: {
      tip: async (branch) => String(await git.commitOf(`refs/heads/${branch}`)),
      protect(branch, rules) {
        book.protection.set(branch, rules)
      },
      pullRequest: (number) => shown(pullOf(number)),
      comment: async (number, author, body) => addComment(number, author, body),
      async editComment(id, body) {
        editComment(commentOf(id), body)
      },
      async deleteComment(id) {
        const comment = commentOf(id)
        book.comments.delete(id)
        tell(pullOf(comment.number), comment, 'deleted')
      },
      commentsOf: (number) => [...book.comments.values()].filter((each) => each.number === number),
      statusesOf: (commit) => book.statuses.get(commit) ?? [],
      reactionsOf: (id) => book.reactions.get(id) ?? [],
    },
  }
}

function shown(pull: KeptPull): FakePullRequest {
  return {
    number: pull.number,
    status: pull.mergeCommit === undefined ? pull.state : 'merged',
    title: pull.title,
    author: pull.author,
    branch: pull.branch,
    base: pull.base,
    head: pull.head,
    isDraft: pull.isDraft,
    labels: [...pull.labels],
    mergeCommit: pull.mergeCommit,
  }
}

/** The last status of each context. */
export function latest(statuses: readonly FakeStatus[] = []): readonly FakeStatus[] {
  return [...new Map(statuses.map((status) => [status.context, status])).values()]
}
