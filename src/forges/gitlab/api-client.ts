import type * as Gitbeaker from '@gitbeaker/rest'
import { z } from 'zod'
import { type AppError, unavailable } from '../../platform/errors.ts'
import type { ForgeConnection } from '../connection.ts'
import { type Doing, GitLabRefusal, refused } from './refusal.ts'
import { type Answered, type Ask, createTransport } from './transport-client.ts'

/** GitLab's API as the adapter uses it: with its own transport, all refusals as AppErrors, all answers parsed. */
export interface GitLabApi {
  readonly host: string
  /** `https://example.com/gitlab` */
  readonly base: string
  /** `group/sub/infra`, which GitLab takes for an id. */
  readonly project: string
  readonly ask: Ask
  /** Loaded when they are first used: the library is large. */
  readonly resources: () => Promise<Resources>
  /** One answer. @throws AppError as `Forge` says */
  one<S extends z.ZodType>(doing: Doing, schema: S, call: Call<unknown>): Promise<z.output<S>>
  /** Every page of a list; `enough` ends it early. @throws AppError as `Forge` says */
  all<S extends z.ZodType>(
    doing: Doing,
    schema: S,
    call: Call<unknown, Page>,
    enough?: (items: readonly z.output<S>[]) => boolean,
  ): Promise<z.output<S>[]>
}

type Call<T, A = void> = (resources: Resources, argument: A) => Promise<T>

interface Page {
  readonly page: number
  readonly perPage: 100
  readonly showExpanded: true
}

export type Resources = Awaited<ReturnType<typeof load>>

const PageAnswer = z.object({
  data: z.array(z.unknown()),
  paginationInfo: z.object({ next: z.number().nullable() }),
})

export function createGitLabApi(connection: ForgeConnection, deadline: number): GitLabApi {
  const base = baseOf(connection.apiUrl)
  const { host, credentials } = connection
  const token = credentials.type === 'token' ? credentials.token : ''
  const ask = createTransport({ base, host, token, deadline })
  let loaded: Promise<Resources> | undefined
  const resources = () => {
    loaded ??= load(base, token, ask)
    return loaded
  }

  async function one<S extends z.ZodType>(
    doing: Doing,
    schema: S,
    call: Call<unknown>,
  ): Promise<z.output<S>> {
    try {
      const parsed = schema.safeParse(await call(await resources()))
      if (parsed.success) return parsed.data
      throw unreadable(host, doing, parsed.error)
    } catch (error) {
      if (error instanceof GitLabRefusal) throw refused(error, host, doing)
      throw error
    }
  }

  return {
    host,
    base,
    project: connection.repository,
    ask,
    resources,
    one,
    async all<S extends z.ZodType>(
      doing: Doing,
      schema: S,
      call: Call<unknown, Page>,
      enough: (items: readonly z.output<S>[]) => boolean = () => false,
    ) {
      const items: z.output<S>[] = []
      let page: number | null = 1
      while (page !== null) {
        const number: number = page
        const answer: z.output<typeof PageAnswer> = await one(doing, PageAnswer, (api) =>
          call(api, { page: number, perPage: 100, showExpanded: true }),
        )
        const parsed = z.array(schema).safeParse(answer.data)
        if (!parsed.success) throw unreadable(host, doing, parsed.error)
        items.push(...parsed.data)
        if (enough(items)) return items
        const { next } = answer.paginationInfo
        page = next !== null && next > number ? next : null
      }
      return items
    },
  }
}

/** People give the API's address too. */
function baseOf(apiUrl: string): string {
  return apiUrl.replace(/\/+$/, '').replace(/\/api\/v4$/, '')
}

async function load(base: string, token: string, ask: Ask) {
  const gitbeaker = await import('@gitbeaker/rest')
  // Without limits and deadlines of its own: it would wait inside, up to minutes.
  const options = {
    host: base,
    token,
    queryTimeout: null,
    rateLimits: {},
    requesterFn: requester(ask),
  }
  return {
    mergeRequests: new gitbeaker.MergeRequests(options),
    notes: new gitbeaker.MergeRequestNotes(options),
    awards: new gitbeaker.MergeRequestNoteAwardEmojis(options),
    approvals: new gitbeaker.MergeRequestApprovals(options),
    commits: new gitbeaker.Commits(options),
    projects: new gitbeaker.Projects(options),
    branches: new gitbeaker.Branches(options),
    projectMembers: new gitbeaker.ProjectMembers(options),
    groupMembers: new gitbeaker.GroupMembers(options),
    users: new gitbeaker.Users(options),
    tokens: new gitbeaker.PersonalAccessTokens(options),
    hooks: new gitbeaker.ProjectHooks(options),
  }
}

type RequesterFn = NonNullable<
  NonNullable<ConstructorParameters<typeof Gitbeaker.MergeRequests>[0]>['requesterFn']
>
type Requester = ReturnType<RequesterFn>

/**
 * What the library sends requests by. Its own tries a 429 and a 502 ten times, waits in a queue of its own, and
 * follows redirects to other hosts with the token.
 */
function requester(ask: Ask): RequesterFn {
  return ({ url }) => {
    const by =
      (method: string): Requester['get'] =>
      async (endpoint, options = {}) => {
        const answer = await ask({
          method,
          url: `${url.replace(/\/+$/, '')}/${endpoint}`,
          search: searchOf(options.searchParams),
          ...(method !== 'GET' && { body: snaked(options.body) }),
        })
        // Typed by who calls it; every answer is parsed.
        return answer as Answered & { readonly body: never }
      }
    return {
      get: by('GET'),
      post: by('POST'),
      put: by('PUT'),
      patch: by('PATCH'),
      delete: by('DELETE'),
    }
  }
}

/** The library names parameters as JavaScript does, GitLab as Ruby does. */
function snaked(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null) return {}
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [snake(name), value]))
}

function searchOf(parameters: unknown): URLSearchParams {
  return new URLSearchParams(
    Object.entries(snaked(parameters))
      .filter(([, value]) => value !== undefined)
      .map(([name, value]): [string, string] => [name, String(value)]),
  )
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function unreadable(host: string, doing: Doing, error: z.ZodError): AppError {
  const where = error.issues.map((issue) => issue.path.join('.')).slice(0, 5)
  return unavailable(`${host} answered something else than was expected, asked to ${doing.to}`, {
    next: 'Its version may be too old or too new: Portolan speaks with GitLab 15.6 and later.',
    details: { fields: where },
  })
}
