import { z } from 'zod'
import { type Comment, latest } from './book.ts'
import * as bodies from './gitea-bodies.ts'
import { type GiteaState, type Pull, refusal, trial } from './gitea-model.ts'

export interface GiteaAnswer {
  readonly status: number
  readonly body?: unknown
  /** All of a list; one page of it is answered. */
  readonly list?: readonly unknown[]
}

export interface RouteDeps {
  readonly state: GiteaState
  addComment(number: number, author: string, body: string): Comment
  editComment(made: Comment, body: string): void
  merge(pull: Pull, method: 'merge' | 'squash' | 'rebase'): Promise<string>
  hookUrl(): string | undefined
}

interface Call {
  /** What stands for `{…}` in the route, in order. */
  readonly of: readonly string[]
  readonly query: URLSearchParams
  readonly body: unknown
}

/** As Gitea's own description (`/swagger.v1.json`) has it: what may be sent, and what must. */
interface Route {
  readonly query?: readonly string[]
  readonly body?: z.ZodType
  answer(call: Call): GiteaAnswer | Promise<GiteaAnswer>
}

const paged = ['page', 'limit'] as const
const notFound: GiteaAnswer = { status: 404, body: { message: 'not found', url: 'swagger' } }
const ok = (body: unknown, status = 200): GiteaAnswer => ({ status, body })
const refused = (status: number, message: string): GiteaAnswer => ({ status, body: { message } })

const CommentBody = z.strictObject({ body: z.string().min(1) })
const ReactionBody = z.strictObject({ content: z.string() })
const MergeBody = z.strictObject({
  Do: z.enum(['merge', 'rebase', 'rebase-merge', 'squash', 'fast-forward-only', 'manually-merged']),
  head_commit_id: z.string().optional(),
})
const StatusBody = z.strictObject({
  state: z.enum(['pending', 'success', 'error', 'failure', 'warning']),
  context: z.string(),
  description: z.string(),
  target_url: z.string(),
})

/** What of Gitea's API this one has. */
export function giteaRoutes(deps: RouteDeps): Readonly<Record<string, Route>> {
  return {
    ...pullRoutes(deps),
    ...commentRoutes(deps),
    ...placeRoutes(deps),
    ...peopleRoutes(deps),
  }
}

function pullRoutes({ state, merge }: RouteDeps): Record<string, Route> {
  const pullOf = ({ of }: Call) => state.pulls.get(Number(of[2]))
  /** Rules of a branch count for nothing here. */
  const bodyOf = async (pull: Pull) => {
    const isStuck = pull.isDraft || (await trial(state, pull)) === undefined
    return bodies.pullBody(state, pull, !isStuck)
  }
  return {
    'GET /repos/{owner}/{repo}/pulls': {
      query: [...paged, 'state', 'sort', 'milestone', 'labels'],
      async answer({ query }) {
        const wanted = query.get('state') ?? 'open'
        const pulls = [...state.pulls.values()].filter(
          (pull) => wanted === 'all' || pull.state === wanted,
        )
        const list = await Promise.all(pulls.reverse().map(bodyOf))
        return { status: 200, list }
      },
    },
    'GET /repos/{owner}/{repo}/pulls/{index}': {
      async answer(call) {
        const pull = pullOf(call)
        return pull === undefined ? notFound : ok(await bodyOf(pull))
      },
    },
    'GET /repos/{owner}/{repo}/pulls/{index}/reviews': {
      query: paged,
      answer(call) {
        const pull = pullOf(call)
        if (pull === undefined) return notFound
        return { status: 200, list: pull.reviews.map((each) => bodies.review(state, pull, each)) }
      },
    },
    'POST /repos/{owner}/{repo}/pulls/{index}/merge': {
      body: MergeBody,
      async answer(call) {
        const pull = pullOf(call)
        if (pull === undefined) return notFound
        const { Do: how, head_commit_id: head } = MergeBody.parse(call.body)
        if (pull.state === 'closed' && pull.mergeCommit === undefined) return notFound
        const because = await refusal(state, pull)
        if (because !== undefined) return refused(405, because)
        if (head !== undefined && head !== pull.head) return refused(409, 'head out of date')
        const method = how === 'squash' || how === 'rebase' ? how : 'merge'
        if ((await trial(state, pull, method)) === undefined) return refused(409, 'conflict')
        await merge(pull, method)
        return { status: 200 }
      },
    },
  }
}

function commentRoutes({ state, addComment, editComment }: RouteDeps): Record<string, Route> {
  const commentOf = ({ of }: Call) => state.comments.get(String(of[2]))
  const since = (comments: readonly Comment[], query: URLSearchParams) =>
    comments
      .filter((each) => bodies.stamp(each.updatedAt) >= stampOf(query.get('since')))
      .map((each) => bodies.comment(state, each))
  return {
    'GET /repos/{owner}/{repo}/issues/comments': {
      query: [...paged, 'since', 'before'],
      answer: ({ query }) => ({ status: 200, list: since([...state.comments.values()], query) }),
    },
    'GET /repos/{owner}/{repo}/issues/{index}/comments': {
      query: ['since', 'before'],
      answer({ of, query }) {
        const number = Number(of[2])
        const all = [...state.comments.values()].filter((each) => each.number === number)
        return state.pulls.has(number) ? ok(since(all, query)) : notFound
      },
    },
    'POST /repos/{owner}/{repo}/issues/{index}/comments': {
      body: CommentBody,
      answer({ of, body }) {
        const number = Number(of[2])
        if (!state.pulls.has(number)) return notFound
        const made = addComment(number, state.botLogin, CommentBody.parse(body).body)
        return ok(bodies.comment(state, made), 201)
      },
    },
    'PATCH /repos/{owner}/{repo}/issues/comments/{id}': {
      body: CommentBody,
      answer(call) {
        const made = commentOf(call)
        if (made === undefined) return notFound
        editComment(made, CommentBody.parse(call.body).body)
        return ok(bodies.comment(state, made))
      },
    },
    'POST /repos/{owner}/{repo}/issues/comments/{id}/reactions': {
      body: ReactionBody,
      answer(call) {
        const made = commentOf(call)
        if (made === undefined) return notFound
        const { content: name } = ReactionBody.parse(call.body)
        if (!usualReactions.includes(name))
          return refused(403, `'${name}' is not an allowed reaction`)
        const known = state.reactions.get(made.id) ?? []
        const isKnown = known.some((each) => each.name === name && each.author === state.botLogin)
        if (!isKnown) state.reactions.set(made.id, [...known, { author: state.botLogin, name }])
        return ok({ user: bodies.user(state.botLogin), content: name }, isKnown ? 200 : 201)
      },
    },
  }
}

const usualReactions = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes']

function stampOf(since: string | null): string {
  return since === null ? '' : bodies.stamp(new Date(since))
}

function placeRoutes({ state, hookUrl }: RouteDeps): Record<string, Route> {
  const permissionOf = (login: string) => state.users.get(login) ?? 'none'
  return {
    'GET /repos/{owner}/{repo}': {
      answer() {
        const may = permissionOf(state.botLogin)
        const permissions = {
          admin: may === 'admin',
          push: may === 'admin' || may === 'write',
          pull: true,
        }
        return ok({ ...bodies.repository(state), permissions })
      },
    },
    'GET /repos/{owner}/{repo}/branches/{branch}': {
      async answer({ of }) {
        const name = of[2] ?? ''
        if ((await state.git.commitOf(`refs/heads/${name}`)) === undefined) return notFound
        const rules = state.protection.get(name)
        return ok({
          name,
          protected: rules !== undefined,
          required_approvals: rules?.approvals ?? 0,
          enable_status_check: rules?.statuses !== undefined,
          status_check_contexts: rules?.statuses ?? [],
          user_can_push: rules === undefined,
          user_can_merge: true,
        })
      },
    },
    'GET /repos/{owner}/{repo}/commits/{ref}/status': {
      query: paged,
      answer({ of, query }) {
        const size = Math.min(50, Number(query.get('limit') ?? 30))
        const from = (Number(query.get('page') ?? 1) - 1) * size
        const all = latest(state.statuses.get(of[2] ?? ''))
        const statuses = all.slice(from, from + size).map((each) => bodies.status(state, each))
        return ok({ state: 'pending', sha: of[2], total_count: all.length, statuses })
      },
    },
    'POST /repos/{owner}/{repo}/statuses/{sha}': {
      body: StatusBody,
      async answer({ of, body }) {
        const [, , sha = ''] = of
        if ((await state.git.commitOf(sha)) === undefined) return notFound
        const { context, state: word, description, target_url: url } = StatusBody.parse(body)
        const made = { context, state: word, description, url }
        state.statuses.set(sha, [...(state.statuses.get(sha) ?? []), made])
        return ok(bodies.status(state, made), 201)
      },
    },
    'GET /repos/{owner}/{repo}/hooks': {
      query: paged,
      answer() {
        if (permissionOf(state.botLogin) !== 'admin') return refused(403, 'user should be an owner')
        const url = hookUrl()
        const { active, events } = state.hook
        const config = { url: url ?? '', content_type: 'json' }
        return { status: 200, list: url === undefined ? [] : [{ id: 1, active, events, config }] }
      },
    },
  }
}

function peopleRoutes({ state }: RouteDeps): Record<string, Route> {
  const teams = () => [...state.teams.keys()]
  return {
    'GET /user': { answer: () => ok(bodies.user(state.botLogin)) },
    'GET /repos/{owner}/{repo}/collaborators/{collaborator}/permission': {
      answer({ of }) {
        const [, , login = ''] = of
        if (state.users.get(state.botLogin) !== 'admin' && login !== state.botLogin) {
          return refused(
            403,
            'Only admins can query all permissions, repo admins can query all repo',
          )
        }
        const permission = state.users.get(login)
        if (permission === undefined) return notFound
        return ok({ permission, role_name: permission, user: bodies.user(login) })
      },
    },
    'GET /orgs/{org}/teams/search': {
      query: [...paged, 'q', 'include_desc'],
      answer({ of, query }) {
        const [org = ''] = of
        const q = (query.get('q') ?? '').toLowerCase()
        const data = teams().flatMap((team, id) => {
          const [of_ = '', name = ''] = team.split('/')
          return of_ === org && name.toLowerCase().includes(q) ? [{ id: id + 1, name }] : []
        })
        return ok({ ok: true, data })
      },
    },
    'GET /teams/{id}/members/{username}': {
      answer({ of }) {
        const [id, login = ''] = of
        const members = state.teams.get(teams()[Number(id) - 1] ?? '')
        return members?.has(login) === true ? ok(bodies.user(login)) : notFound
      },
    },
  }
}
