import { z } from 'zod'
import { AppError, unavailable } from '../../platform/errors.ts'
import type { ForgeConnection } from '../connection.ts'
import { fetchWithin, silence, unanswered } from '../fetch-client.ts'
import { shownText } from '../shown-text.ts'
import { refusalOf } from './refusal.ts'

/** What is asked, for the sentence if it fails. */
export interface Question {
  /** As after “cannot”: `write a comment on acme/infra#7`. */
  readonly action: string
  readonly method?: 'GET' | 'POST' | 'PATCH'
  /** Below `/api/v1`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** The API of Gitea and Forgejo, version 1. All that is thrown is an AppError, as `Forge` says. */
export interface GiteaApi {
  /** `acme/infra` */
  readonly repository: string
  /** `/repos/acme/infra` */
  readonly at: string
  ask<T>(question: Question, shape: z.ZodType<T>): Promise<T>
  /** Every page of a list. */
  pages<T>(question: Question, item: z.ZodType<T>): Promise<readonly T[]>
}

export interface ApiOptions {
  readonly connection: ForgeConnection
  readonly token: string
  /** Milliseconds. */
  readonly deadline: number
}

/** The most that a server gives unless it is set up otherwise; one that gives less says how many there are. */
const PER_PAGE = 50

/** Ten thousand of anything: a host that never ends is not well. */
const PAGES = 200

export function createGiteaApi({ connection, token, deadline }: ApiOptions): GiteaApi {
  const { apiUrl, host, repository } = connection
  const fetchIt = fetchWithin({ apiUrl, deadline })
  const root = `${apiUrl.replace(/\/+$/, '')}/api/v1`

  async function send({ method = 'GET', path, query, body }: Question): Promise<Response> {
    try {
      return await fetchIt(`${root}${path}?${new URLSearchParams(query)}`, {
        method,
        headers: {
          accept: 'application/json',
          'user-agent': 'portolan',
          authorization: `token ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch (error) {
      throw error instanceof AppError ? error : silence(host, error)
    }
  }

  async function answerTo(question: Question): Promise<{ data: unknown; headers: Headers }> {
    const answer = await send(question).catch((error: AppError) => {
      throw unanswered(question.action, error)
    })
    const text = await answer.text()
    const { status, headers } = answer
    // A host that is none may say what it was sent.
    const data = json(token === '' ? text : text.replaceAll(token, '…'))
    if (status >= 300) throw refusalOf({ status, headers, data }, { host, action: question.action })
    return { data, headers }
  }

  function parsed<T>({ action }: Question, shape: z.ZodType<T>, data: unknown): T {
    const read = shape.safeParse(data)
    if (read.success) return read.data
    const fields = read.error.issues.slice(0, 3).map((issue) => issue.path.join('.') || 'all of it')
    throw unavailable(
      `cannot ${action}: ${host} answered something unexpected (${shownText(fields.join(', '), 100)})`,
      { next: 'Is its address the one of the server, and no page or proxy before it?' },
    )
  }

  return {
    repository,
    at: `/repos/${repository.split('/').map(encodeURIComponent).join('/')}`,
    ask: async (question, shape) => parsed(question, shape, (await answerTo(question)).data),
    async pages(question, item) {
      const items = []
      for (let page = 1; page <= PAGES; page += 1) {
        const query = { ...question.query, page: String(page), limit: String(PER_PAGE) }
        const { data, headers } = await answerTo({ ...question, query })
        const more = parsed(question, z.array(item), data ?? [])
        items.push(...more)
        const total = headers.get('x-total-count')
        if (more.length === 0 || (total !== null && items.length >= Number(total))) return items
      }
      throw unavailable(`cannot ${question.action}: the list does not end`)
    },
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
