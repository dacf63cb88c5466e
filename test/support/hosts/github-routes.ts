import { randomBytes } from 'node:crypto'
import { type Comment, latest } from './book.ts'
import * as bodies from './github-bodies.ts'
import { githubDescription, type Json } from './github-openapi.ts'
import {
  type GitHubState,
  isSame,
  mergeState,
  type Pull,
  required,
  reviewDecision,
  type TokenHolder,
  unmet,
} from './github-state.ts'

export interface GitHubCall {
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Json
  readonly caller: Caller
}

/** Whose token it is, or the App by a signature of its own. */
export type Caller = { readonly holder: TokenHolder } | 'app'

export interface GitHubAnswer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** All of a list; one page of it is answered. */
  readonly list?: readonly unknown[]
}

export interface RouteDeps {
  readonly state: GitHubState
  /** What people do too. */
  addComment(number: number, author: string, body: string): Comment
  editComment(made: Comment, body: string): void
  merge(pull: Pull, author: string, method: 'merge' | 'squash' | 'rebase'): Promise<string>
  /** Of the last webhook that was answered. */
  lastDelivery(): { readonly event: string; readonly code: number } | undefined
  hookUrl(): string | undefined
}

interface Route {
  /** Of an installation: `[permission, level]`, one of them. */
  readonly needs?: readonly (readonly [string, 'read' | 'write'])[]
  /** Signed by the App itself. */
  readonly byApp?: boolean
  answer(call: GitHubCall): GitHubAnswer | Promise<GitHubAnswer>
}

const notFound: GitHubAnswer = { status: 404, body: { message: 'Not Found', status: '404' } }
const ok = (body: unknown, status = 200): GitHubAnswer => ({ status, body })

/** What of GitHub's API this one has. */
export function githubRoutes(deps: RouteDeps): Readonly<Record<string, Route>> {
  return { ...pullRoutes(deps), ...commentRoutes(deps), ...placeRoutes(deps), ...appRoutes(deps) }
}

function pullRoutes({ state, merge }: RouteDeps): Record<string, Route> {
  const pullOf = ({ parameters }: GitHubCall) => state.pulls.get(Number(parameters['pull_number']))
  return {
    'GET /repos/{owner}/{repo}/pulls': {
      needs: [['pull_requests', 'read']],
      answer({ query }) {
        const wanted = query.get('state') ?? 'open'
        const pulls = [...state.pulls.values()].filter(
          (pull) => wanted === 'all' || pull.state === wanted,
        )
        if ((query.get('direction') ?? 'desc') === 'desc') pulls.reverse()
        return { status: 200, list: pulls.map((pull) => bodies.listedPull(state, pull)) }
      },
    },
    'GET /repos/{owner}/{repo}/pulls/{pull_number}': {
      needs: [['pull_requests', 'read']],
      async answer(call) {
        const pull = pullOf(call)
        return pull === undefined ? notFound : ok(await bodies.singlePull(state, pull))
      },
    },
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews': {
      needs: [['pull_requests', 'read']],
      answer(call) {
        const pull = pullOf(call)
        return pull === undefined
          ? notFound
          : { status: 200, list: pull.reviews.map(bodies.review) }
      },
    },
    'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge': {
      needs: [['contents', 'write']],
      async answer(call) {
        const pull = pullOf(call)
        if (pull === undefined) return notFound
        const refusal = await refusalToMerge(state, pull, call.body['sha'])
        if (refusal !== undefined) return refusal
        const method = (call.body['merge_method'] ?? 'merge') as 'merge' | 'squash' | 'rebase'
        const sha = await merge(pull, loginOf(call.caller), method)
        return ok({ sha, merged: true, message: 'Pull Request successfully merged' })
      },
    },
  }
}

async function refusalToMerge(
  state: GitHubState,
  pull: Pull,
  sha: unknown,
): Promise<GitHubAnswer | undefined> {
  const refused = (status: number, message: string): GitHubAnswer => ({
    status,
    body: { message, documentation_url: 'https://docs.github.com/rest' },
  })
  if (pull.state === 'closed') return refused(405, 'Pull Request is not mergeable')
  if (sha !== undefined && sha !== pull.head) {
    return refused(409, 'Head branch was modified. Review and try the merge again.')
  }
  const word = await mergeState(state, pull)
  switch (word.mergeable_state) {
    case 'draft':
      return refused(405, 'Pull Request is still a draft')
    case 'dirty':
    case 'unknown':
      return refused(405, 'Pull Request is not mergeable')
    case 'blocked': {
      const [context] = unmet(state, pull)
      return context === undefined
        ? refused(405, 'At least 1 approving review is required by reviewers with write access.')
        : refused(405, `Required status check "${context}" is expected.`)
    }
    default:
      return undefined
  }
}

function commentRoutes({ state, addComment, editComment }: RouteDeps): Record<string, Route> {
  const read = [
    ['issues', 'read'],
    ['pull_requests', 'read'],
  ] as const
  const write = [
    ['issues', 'write'],
    ['pull_requests', 'write'],
  ] as const
  const commentOf = ({ parameters }: GitHubCall) =>
    state.comments.get(String(parameters['comment_id']))
  const listed = (comments: readonly Comment[], query: URLSearchParams): GitHubAnswer => {
    const since = query.get('since')
    const wanted = comments.filter(
      (each) => since === null || bodies.stamp(each.updatedAt) >= since.replace(/\.\d+Z$/, 'Z'),
    )
    if (query.get('sort') !== null && query.get('direction') === 'desc') wanted.reverse()
    return { status: 200, list: wanted.map((each) => bodies.comment(state, each)) }
  }
  return {
    'GET /repos/{owner}/{repo}/issues/comments': {
      needs: read,
      answer: ({ query }) => listed([...state.comments.values()], query),
    },
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': {
      needs: read,
      answer({ parameters, query }) {
        const number = Number(parameters['issue_number'])
        if (!state.pulls.has(number)) return notFound
        const comments = [...state.comments.values()].filter((each) => each.number === number)
        return listed(comments, query)
      },
    },
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': {
      needs: write,
      answer({ parameters, body, caller }) {
        const number = Number(parameters['issue_number'])
        if (!state.pulls.has(number)) return notFound
        if ([...String(body['body'])].length > 65_536) return tooLong
        const made = addComment(number, loginOf(caller), String(body['body']))
        return ok(bodies.comment(state, made), 201)
      },
    },
    'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': {
      needs: write,
      answer(call) {
        const made = commentOf(call)
        if (made === undefined) return notFound
        if ([...String(call.body['body'])].length > 65_536) return tooLong
        editComment(made, String(call.body['body']))
        return ok(bodies.comment(state, made))
      },
    },
    'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': {
      needs: write,
      answer(call) {
        const made = commentOf(call)
        if (made === undefined) return notFound
        const reactions = state.reactions.get(made.id) ?? []
        const reaction = { author: loginOf(call.caller), name: String(call.body['content']) }
        const isNew = !reactions.some(
          (each) => each.author === reaction.author && each.name === reaction.name,
        )
        if (isNew) state.reactions.set(made.id, [...reactions, reaction])
        const body = githubDescription().sample('reaction', {
          content: reaction.name,
          user: bodies.user(reaction.author),
        })
        return ok(body, isNew ? 201 : 200)
      },
    },
  }
}

const tooLong: GitHubAnswer = {
  status: 422,
  body: {
    message: 'Validation Failed',
    errors: [
      {
        resource: 'IssueComment',
        code: 'unprocessable',
        field: 'data',
        message: 'Body is too long (maximum is 65536 characters)',
      },
    ],
    documentation_url: 'https://docs.github.com/rest',
  },
}

function placeRoutes({ state, lastDelivery, hookUrl }: RouteDeps): Record<string, Route> {
  const description = githubDescription()
  return {
    'GET /repos/{owner}/{repo}': {
      needs: [['metadata', 'read']],
      answer({ caller }) {
        const may = state.users.get(loginOf(caller)) ?? 'none'
        return ok(
          description.sample('full-repository', {
            ...bodies.repository(state),
            permissions: {
              admin: may === 'admin',
              push: may === 'admin' || may === 'write',
              pull: true,
            },
          }),
        )
      },
    },
    'GET /repos/{owner}/{repo}/branches/{branch}': {
      needs: [['contents', 'read']],
      async answer({ parameters }) {
        const branch = String(parameters['branch'])
        const sha = await state.git.commitOf(`refs/heads/${branch}`)
        if (sha === undefined) return notFound
        const contexts = state.protection.get(branch)?.statuses ?? []
        return ok(
          description.sample('branch-with-protection', {
            name: branch,
            commit: { sha },
            protected: state.protection.has(branch),
            protection: {
              enabled: state.protection.has(branch),
              required_status_checks: {
                enforcement_level: contexts.length > 0 ? 'non_admins' : 'off',
                contexts,
                checks: contexts.map((context) => ({ context, app_id: null })),
              },
            },
          }),
        )
      },
    },
    'GET /repos/{owner}/{repo}/rules/branches/{branch}': {
      needs: [['metadata', 'read']],
      answer: ({ parameters }) => ({
        status: 200,
        list: (state.rules.get(String(parameters['branch'])) ?? []).map((rule) => ({
          ruleset_source_type: 'Repository',
          ruleset_source: `${state.owner}/${state.repo}`,
          ruleset_id: 42,
          ...rule,
        })),
      }),
    },
    'POST /repos/{owner}/{repo}/statuses/{sha}': {
      needs: [['statuses', 'write']],
      async answer({ parameters, body, caller }) {
        const sha = String(parameters['sha'])
        if ((await state.git.commitOf(sha)) === undefined) {
          return { status: 422, body: { message: `No commit found for SHA: ${sha}` } }
        }
        if ([...String(body['description'] ?? '')].length > 140) {
          return { status: 422, body: { message: 'Validation Failed' } }
        }
        const made = {
          context: String(body['context'] ?? 'default'),
          state: String(body['state']),
          description: String(body['description'] ?? ''),
          url: String(body['target_url'] ?? ''),
        }
        state.statuses.set(sha, [...(state.statuses.get(sha) ?? []), made])
        return ok(bodies.status(loginOf(caller), made), 201)
      },
    },
    'GET /repos/{owner}/{repo}/collaborators/{username}/permission': {
      needs: [['metadata', 'read']],
      answer({ parameters }) {
        const login = String(parameters['username'])
        const permission = state.users.get(login)
        if (permission === undefined) return notFound
        return ok(
          description.sample('repository-collaborator-permission', {
            permission,
            role_name: permission,
            user: description.sample('collaborator', {
              ...bodies.user(login),
              role_name: permission,
            }),
          }),
        )
      },
    },
    'GET /orgs/{org}/teams/{team_slug}/memberships/{username}': {
      needs: [['members', 'read']],
      answer({ parameters }) {
        const team = state.teams.get(`${parameters['org']}/${parameters['team_slug']}`)
        const membership = team?.get(String(parameters['username']))
        if (membership === undefined) return notFound
        return ok(description.sample('team-membership', { state: membership, role: 'member' }))
      },
    },
    'GET /repos/{owner}/{repo}/hooks': {
      needs: [['repository_hooks', 'read']],
      answer() {
        const url = hookUrl()
        const last = lastDelivery()
        if (url === undefined) return { status: 200, list: [] }
        return {
          status: 200,
          list: [
            description.sample('hook', {
              active: state.hook.active,
              events: state.hook.events,
              config: {
                url,
                secret: '********',
                content_type: state.hook.contentType,
                insecure_ssl: '0',
              },
              last_response: {
                code: last?.code ?? null,
                status: last === undefined ? 'unused' : 'active',
                message: last === undefined ? null : 'OK',
              },
            }),
          ],
        }
      },
    },
  }
}

function appRoutes({ state, lastDelivery, hookUrl }: RouteDeps): Record<string, Route> {
  const { app } = state
  const description = githubDescription()
  return {
    'GET /user': {
      answer: ({ caller }) =>
        loginOf(caller).endsWith('[bot]')
          ? { status: 403, body: { message: 'Resource not accessible by integration' } }
          : ok(description.sample('private-user', { login: loginOf(caller) })),
    },
    'GET /app': {
      byApp: true,
      answer: () =>
        ok(
          description.sample('integration', {
            id: app.id,
            slug: app.slug,
            name: 'Portolan',
            permissions: app.permissions,
            events: state.hook.events,
          }),
        ),
    },
    'GET /repos/{owner}/{repo}/installation': {
      byApp: true,
      answer: () =>
        ok(
          description.sample('installation', {
            id: app.installation,
            app_id: app.id,
            permissions: app.permissions,
          }),
        ),
    },
    'POST /app/installations/{installation_id}/access_tokens': {
      byApp: true,
      answer({ parameters, body }) {
        if (Number(parameters['installation_id']) !== app.installation) return notFound
        const wanted = (body['repositories'] ?? [state.repo]) as string[]
        if (wanted.some((name) => name !== state.repo)) {
          return {
            status: 422,
            body: {
              message:
                'There is at least one repository that does not exist or is not accessible to the parent installation.',
            },
          }
        }
        const token = `ghs_${randomBytes(18).toString('hex')}`
        const expires = Date.now() + app.lifetime * 1000
        const { permissions } = app
        const login = `${app.slug}[bot]`
        state.tokens.set(token, { login, expires, permissions, scopes: undefined })
        return ok(
          {
            token,
            expires_at: bodies.stamp(new Date(expires)),
            permissions,
            repository_selection: 'selected',
          },
          201,
        )
      },
    },
    'GET /app/hook/config': {
      byApp: true,
      answer: () =>
        ok({
          url: hookUrl() ?? '',
          secret: '********',
          content_type: state.hook.contentType,
          insecure_ssl: '0',
        }),
    },
    'GET /app/hook/deliveries': {
      byApp: true,
      answer() {
        const last = lastDelivery()
        if (last === undefined) return { status: 200, list: [] }
        const delivery = description.sample('hook-delivery-item', {
          event: last.event,
          status: last.code === 200 ? 'OK' : 'Invalid HTTP Response',
          status_code: last.code,
        })
        return { status: 200, list: [delivery] }
      },
    },
  }
}

/** GraphQL: the one question that is asked. It is not in the description of the rest. */
export function answerGraphql(state: GitHubState, body: Json, holder: TokenHolder): GitHubAnswer {
  const { owner, repo, number, after } = body['variables'] as Json
  const pull = state.pulls.get(Number(number))
  if (owner !== state.owner || repo !== state.repo || pull === undefined) {
    return ok({ data: { repository: null }, errors: [{ type: 'NOT_FOUND', message: 'no' }] })
  }
  const wanted = required(state, pull.base)
  const isRequired = (name: string) => wanted.some((context) => isSame(context, name))
  const runs = state.checkRuns.get(pull.head) ?? []
  const hidesRuns = holder.permissions !== undefined && holder.permissions['checks'] === undefined
  const all = [
    ...latest(state.statuses.get(pull.head)).map((each) => ({
      context: each.context,
      state: each.state.toUpperCase(),
      isRequired: isRequired(each.context),
    })),
    // What may not be read is null, with an error beside it.
    ...runs.map((run) => (hidesRuns ? null : { ...run, isRequired: isRequired(run.name) })),
  ]
  const from = after === undefined ? 0 : Number(after)
  const contexts = {
    nodes: all.slice(from, from + 100),
    pageInfo: { hasNextPage: all.length > from + 100, endCursor: String(from + 100) },
  }
  const statusCheckRollup = all.length === 0 ? null : { contexts }
  return ok({
    ...(all.includes(null)
      ? { errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }] }
      : {}),
    data: {
      repository: {
        pullRequest: {
          reviewDecision: reviewDecision(state, pull),
          reviewThreads: { nodes: [] },
          commits: { nodes: [{ commit: { statusCheckRollup } }] },
        },
      },
    },
  })
}

export function loginOf(caller: Caller): string {
  return caller === 'app' ? '' : caller.holder.login
}
