import type { Octokit } from '@octokit/rest'
import { z } from 'zod'
import { AppError, unavailable } from '../../platform/errors.ts'
import type { ForgeConnection } from '../connection.ts'
import { fetchWithin, silence, unanswered } from '../fetch-client.ts'
import { shownText } from '../shown-text.ts'
import { type Asked, failureOf, type Refusal } from './failure.ts'

/** What is asked of GitHub, for the sentence if it fails. */
export type Question = Omit<Asked, 'host'>

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number | undefined>>
  readonly data: unknown
}

/** GitHub's API with one kind of credentials. All that is thrown is an AppError, as `Forge` says. */
export interface GitHubApi {
  /** Which repository, as the parameters of most calls. */
  readonly at: { readonly owner: string; readonly repo: string }
  ask<T>(
    question: Question,
    shape: z.ZodType<T>,
    call: (octokit: Octokit) => Promise<Answer>,
  ): Promise<T>
  /** Every page of a list, a hundred of each. */
  pages<T>(
    question: Question,
    item: z.ZodType<T>,
    call: (octokit: Octokit, page: { per_page: number; page: number }) => Promise<Answer>,
  ): Promise<readonly T[]>
  /** The scopes of a classic token, which GitHub tells with every answer; undefined for all others. */
  scopes(): readonly string[] | undefined
}

/** How requests are signed. */
export interface Signing {
  token(): Promise<string>
  /** The last token was not accepted. True when the next one may be. */
  forget(): boolean
}

export interface ApiOptions {
  readonly connection: ForgeConnection
  /** Milliseconds. */
  readonly deadline: number
}

const PER_PAGE = 100

/** Ten thousand of anything: a host that never ends is not well. */
const PAGES = 100

export function createGitHubApi({ connection, deadline }: ApiOptions, signing: Signing): GitHubApi {
  const { host, apiUrl } = connection
  const at = splitName(connection.repository)
  let opened: Promise<Octokit> | undefined
  let scopes: readonly string[] | undefined
  let token = ''

  async function open(): Promise<Octokit> {
    const { Octokit: Client } = await import('@octokit/rest')
    const octokit = new Client({
      baseUrl: apiUrl.replace(/\/+$/, ''),
      userAgent: 'portolan',
      log: silent,
      request: { fetch: fetchWithin({ apiUrl, deadline }), log: silent },
    })
    octokit.hook.before('request', async (options) => {
      token = await signing.token()
      options.headers.authorization = `Bearer ${token}`
      options.headers['x-github-api-version'] = '2022-11-28'
    })
    return octokit
  }

  async function answerTo(
    question: Question,
    call: (octokit: Octokit) => Promise<Answer>,
  ): Promise<Answer> {
    opened ??= open()
    const octokit = await opened
    const first = await attempt(call, octokit)
    const isFinal = first instanceof AppError || first.status !== 401 || !signing.forget()
    const answer = isFinal ? first : await attempt(call, octokit)
    if (answer instanceof AppError) throw unanswered(question.action, answer)
    if (answer.status >= 300) {
      throw failureOf(withoutSecret(answer, token), { host, ...question })
    }
    scopes = scopesIn(answer) ?? scopes
    return answer
  }

  /** The answer, also one that refuses; or why there was none. */
  async function attempt(
    call: (octokit: Octokit) => Promise<Answer>,
    octokit: Octokit,
  ): Promise<Answer | AppError> {
    try {
      return await call(octokit)
    } catch (error) {
      if (error instanceof AppError) throw error
      const { response } = Failed.parse(error)
      return response ?? withoutAnswer(host, error)
    }
  }

  function parsed<T>(question: Question, shape: z.ZodType<T>, data: unknown): T {
    const read = shape.safeParse(data)
    if (read.success) return read.data
    const fields = read.error.issues.slice(0, 3).map((issue) => issue.path.join('.') || 'all of it')
    throw unavailable(
      `cannot ${question.action}: ${host} answered something unexpected (${shownText(fields.join(', '), 100)})`,
      { next: 'Is its address the one of the API, and no page or proxy before it?' },
    )
  }

  return {
    at,
    scopes: () => scopes,
    async ask(question, shape, call) {
      return parsed(question, shape, (await answerTo(question, call)).data)
    },
    async pages(question, item, call) {
      const items = []
      for (let page = 1; page <= PAGES; page += 1) {
        const answer = await answerTo(question, (octokit) =>
          call(octokit, { per_page: PER_PAGE, page }),
        )
        items.push(...parsed(question, z.array(item), answer.data))
        // Its address is not followed: a host may name any, and it is only the next number.
        if (!/;\s*rel="?next"?/.test(String(answer.headers['link'] ?? ''))) return items
      }
      throw unavailable(`cannot ${question.action}: the list does not end`)
    },
  }
}

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore }

function ignore(): void {
  // What fails is told by who asked.
}

/** What octokit throws: with an answer, or about a request without one. */
const Failed = z.object({
  response: z
    .object({
      status: z.number(),
      headers: z.record(z.string(), z.union([z.string(), z.number(), z.undefined()])),
      data: z.unknown(),
    })
    .optional(),
})

function withoutAnswer(host: string, error: unknown): AppError {
  const { cause } = error instanceof Error ? error : { cause: undefined }
  return cause instanceof AppError ? cause : silence(host, cause ?? error)
}

/** A host that is none may say what it was sent. */
function withoutSecret(answer: Refusal, secret: string): Refusal {
  const { data } = answer
  if (secret === '' || typeof data !== 'object' || data === null || !('message' in data)) {
    return answer
  }
  const message = String(data.message).replaceAll(secret, '…')
  return { ...answer, data: { message } }
}

function scopesIn({ headers }: Answer): readonly string[] | undefined {
  const named = headers['x-oauth-scopes']
  if (typeof named !== 'string') return undefined
  return named.split(',').map((scope) => scope.trim())
}

function splitName(repository: string): { readonly owner: string; readonly repo: string } {
  const slash = repository.indexOf('/')
  return { owner: repository.slice(0, slash), repo: repository.slice(slash + 1) }
}
