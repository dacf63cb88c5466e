import type { Env, Context as HonoContext } from 'hono'
import { describeRoute, resolver, validator } from 'hono-openapi'
import { z } from 'zod'
import { type Permission, type Place, permits, permitsSomewhere } from '../access/index.ts'
import { forbidden, invalid, notFound } from '../platform/errors.ts'
import type { ApiEnv } from './deps.ts'

/** Who may call a route: everybody, whoever is signed in, or who has a permission at the place it is about. */
export type Demand = 'nobody' | 'signed-in' | Permission

/** Where the permission must hold: on the whole server, in the project, or in the environment it is about. */
export type Level = 'server' | 'project' | 'environment' | 'somewhere'

export interface RouteDescription {
  readonly summary: string
  readonly description?: string
  readonly tag: string
  /** Several: any of them will do. */
  readonly demands: Demand | readonly Permission[]
  readonly on?: Level
  /** Status and schema of what is answered when all is well; without a schema there is no body. */
  readonly answers: Readonly<Record<number, z.ZodType | undefined>>
  /** The media type of the answer, when it is not JSON. */
  readonly media?: string
}

/** RFC 9457, as every refusal is answered. */
const Problem = z
  .object({
    title: z.string(),
    status: z.number().int(),
    code: z.string().optional(),
    detail: z.string(),
    next: z.string().optional().meta({ description: 'What to do now.' }),
    details: z.record(z.string(), z.unknown()).optional(),
    errorId: z.string().optional(),
  })
  .meta({ id: 'Problem' })

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: resolver(Problem) } },
})

/** What OpenAPI says of a route; tests call every route of the document in every role. */
export function route({
  summary,
  description,
  tag,
  demands,
  on = 'server',
  answers,
  media = 'application/json',
}: RouteDescription) {
  const good = Object.entries(answers).map(([status, schema]) => [
    status,
    schema === undefined
      ? { description: 'Done.' }
      : { description: 'Done.', content: { [media]: { schema: resolver(schema) } } },
  ])
  return describeRoute({
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    ...(demands === 'nobody' ? { security: [] } : {}),
    responses: {
      ...Object.fromEntries(good),
      400: problem('What was sent is wrong; nothing was done.'),
      ...(demands === 'nobody' ? {} : { 401: problem('Nobody is signed in.') }),
      ...(demands === 'nobody' ? {} : { 403: problem('It is not permitted.') }),
      404: problem('There is no such thing, or nobody may know of it.'),
      409: problem('It does not go as things stand.'),
      503: problem('Not at the moment: try again.'),
    },
    ...{ 'x-demands': [demands].flat().join(' or '), 'x-on': on },
  })
}

/** Reads the JSON body of a request. */
export function body<Schema extends z.ZodType>(schema: Schema) {
  return validator('json', schema, refuse('body'))
}

export function params<Schema extends z.ZodType>(schema: Schema) {
  return validator('param', schema, refuse('address'))
}

export function query<Schema extends z.ZodType>(schema: Schema) {
  return validator('query', schema, refuse('query'))
}

interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

type Checked =
  | { readonly success: true }
  | { readonly success: false; readonly error: readonly Issue[] }

function refuse(where: string) {
  return (result: Checked) => {
    if (result.success) return
    const issues = result.error.map(({ message, path = [] }) => {
      const at = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
      return { at, message }
    })
    const [first] = issues
    const at = first === undefined || first.at === '' ? where : `${first.at} in the ${where}`
    throw invalid(`${at}: ${first?.message ?? 'is wrong'}`, {
      details: { issues },
      next: 'Correct the request; what is expected: /docs',
    })
  }
}

/**
 * Refuses a principal that may not do this here. Who may not even see the place is told that it does not exist.
 * @throws AppError `forbidden` or `not_found`
 */
export function demand<E extends ApiEnv & Env>(
  c: HonoContext<E>,
  permission: Permission,
  place: Place = {},
): void {
  const principal = c.get('principal')
  if (permits(principal, permission, place)) return
  const { project, environment } = place
  const maySee =
    project === undefined ||
    (environment === undefined
      ? permitsSomewhere(principal, 'read', project)
      : permits(principal, 'read', place))
  if (!maySee) throw notFound('there is nothing at this address that you may see')
  throw forbidden(`${principal.name} may not do this${shownPlace(place)}: it needs ${permission}`, {
    next: 'Ask an administrator for a role that permits it.',
  })
}

function shownPlace({ project, environment }: Place): string {
  if (project === undefined && environment === undefined) return ''
  return ` in ${[project, environment].filter((one) => one !== undefined).join('/')}`
}

/** A page of a list, newest first; `next` is the cursor of the page after it. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().meta({ description: 'Give it as `cursor` for what follows.' }),
  })
}

/** How a page is asked for. */
export const PageQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
