import { z } from 'zod'
import {
  latestJobs,
  mergeNow,
  mergeStatusOf,
  type Note,
  type Project,
  pipelinesOf,
  type Request,
  setStatus,
} from './gitlab-model.ts'
import {
  showNote,
  showPipeline,
  showProject,
  showRequest,
  showStatus,
  showUser,
  showWholeRequest,
} from './gitlab-present.ts'

/** A route of GitLab's API, with what its documentation lets be asked. */
export interface Route {
  /** `GET /projects/:id/merge_requests` */
  readonly name: string
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** The least role of the token in the project. */
  readonly role?: number
  readonly answer: (call: Call) => Answer | Promise<Answer>
}

export interface Call {
  readonly project: Project
  /** Of the path, decoded. */
  readonly parameters: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body: Readonly<Record<string, unknown>>
  readonly happened: Happened
  readonly hooks: () => readonly unknown[]
  readonly hookEvents: () => readonly unknown[]
}

/** What the API's callers set off. */
export interface Happened {
  noted(note: Note, action: 'create' | 'update'): void
  merged(request: Request, before: string, after: string): void
}

export interface Answer {
  readonly status: number
  readonly body: unknown
  /** A whole list, of which a page is answered. */
  readonly list?: readonly unknown[]
  /** Of an answer without a body. */
  readonly headers?: Readonly<Record<string, string>>
}

const REPORTER = 20
const DEVELOPER = 30
const MAINTAINER = 40

const paging = {
  page: z.coerce.number().int().positive().optional(),
  per_page: z.coerce.number().int().min(1).max(100).optional(),
}
const order = z.enum(['created_at', 'updated_at']).optional()
const direction = z.enum(['asc', 'desc']).optional()

export const routes: readonly Route[] = [
  { name: 'GET /user', answer: ({ project }) => one(showUser(project, project.bot)) },
  {
    name: 'GET /users',
    query: z.strictObject({ ...paging, username: z.string().optional() }),
    answer: ({ project, query }) =>
      many(
        [...project.users.values()]
          .filter(
            ({ username }) => username.toLowerCase() === String(query['username']).toLowerCase(),
          )
          .map((user) => showUser(project, user)),
      ),
  },
  {
    name: 'GET /personal_access_tokens/self',
    answer: ({ project }) =>
      one({
        id: 1,
        name: 'portolan',
        revoked: false,
        scopes: project.settings.scopes,
        user_id: project.bot.id,
        active: true,
        expires_at: '2027-01-31',
      }),
  },
  { name: 'GET /projects/:id', answer: ({ project }) => one(showProject(project)) },
  {
    name: 'GET /projects/:id/merge_requests',
    query: z.strictObject({
      ...paging,
      state: z.enum(['opened', 'closed', 'locked', 'merged', 'all']).optional(),
      scope: z.enum(['created_by_me', 'assigned_to_me', 'all']).optional(),
      order_by: z.enum(['created_at', 'title', 'merged_at', 'updated_at']).optional(),
      sort: direction,
    }),
    role: REPORTER,
    answer: ({ project, query }) => {
      const found = [...project.requests.values()].filter(
        ({ state }) => query['state'] === undefined || state === query['state'],
      )
      const sorted = query['sort'] === 'asc' ? found : found.toReversed()
      return many(sorted.map((request) => showRequest(project, request)))
    },
  },
  {
    name: 'GET /projects/:id/merge_requests/:merge_request_iid',
    role: REPORTER,
    answer: (call) =>
      withRequest(call, async (request) => one(await showWholeRequest(call.project, request))),
  },
  {
    name: 'PUT /projects/:id/merge_requests/:merge_request_iid/merge',
    body: z.strictObject({
      sha: z.string().optional(),
      squash: z.boolean().optional(),
      auto_merge: z.boolean().optional(),
      merge_commit_message: z.string().optional(),
      squash_commit_message: z.string().optional(),
      should_remove_source_branch: z.boolean().optional(),
    }),
    role: REPORTER,
    answer: (call) => withRequest(call, (request) => merge(call, request)),
  },
  {
    name: 'GET /projects/:id/merge_requests/:merge_request_iid/approvals',
    role: REPORTER,
    answer: (call) =>
      withRequest(call, (request) =>
        one({
          id: request.id,
          iid: request.iid,
          approvals_required: call.project.protection.get(request.target)?.approvals ?? 0,
          approved_by: [...request.approvedBy].flatMap((login) => {
            const user = call.project.users.get(login)
            return user === undefined ? [] : [{ user: showUser(call.project, user) }]
          }),
        }),
      ),
  },
  {
    name: 'GET /projects/:id/merge_requests/:merge_request_iid/pipelines',
    query: z.strictObject(paging),
    role: REPORTER,
    answer: (call) =>
      withRequest(call, (request) =>
        many(
          pipelinesOf(call.project, request).map((pipeline) =>
            showPipeline(call.project, pipeline),
          ),
        ),
      ),
  },
  {
    name: 'GET /projects/:id/merge_requests/:merge_request_iid/notes',
    query: z.strictObject({ ...paging, sort: direction, order_by: order }),
    role: REPORTER,
    answer: (call) => withRequest(call, (request) => listNotes(call, request)),
  },
  {
    name: 'POST /projects/:id/merge_requests/:merge_request_iid/notes',
    body: z.strictObject({
      body: z.string().min(1).max(1_000_000),
      internal: z.boolean().optional(),
      created_at: z.string().optional(),
    }),
    role: REPORTER,
    answer: (call) => withRequest(call, (request) => addNote(call, request)),
  },
  {
    name: 'PUT /projects/:id/merge_requests/:merge_request_iid/notes/:note_id',
    body: z.strictObject({ body: z.string().min(1).max(1_000_000) }),
    role: REPORTER,
    answer: (call) => withNote(call, (note) => editNote(call, note)),
  },
  {
    name: 'POST /projects/:id/merge_requests/:merge_request_iid/notes/:note_id/award_emoji',
    body: z.strictObject({ name: z.enum(['eyes', 'rocket', 'confused', 'thumbsup']) }),
    role: REPORTER,
    answer: (call) => withNote(call, (note) => award(call, note)),
  },
  {
    name: 'GET /projects/:id/repository/commits/:sha/merge_requests',
    query: z.strictObject(paging),
    role: REPORTER,
    answer: async ({ project, parameters }) => {
      const { sha = '' } = parameters
      if ((await project.bare.commitOf(sha)) === undefined) return missing('Commit')
      const found = []
      for (const request of project.requests.values()) {
        const commits = await project.bare.git('rev-list', request.head, `^${request.target}`)
        if (request.head === sha || commits.split('\n').includes(sha)) found.push(request)
      }
      return many(found.map((request) => showRequest(project, request)))
    },
  },
  {
    name: 'GET /projects/:id/repository/commits/:sha/statuses',
    query: z.strictObject({
      ...paging,
      ref: z.string().optional(),
      name: z.string().optional(),
      pipeline_id: z.coerce.number().int().optional(),
      all: z.enum(['true', 'false']).optional(),
    }),
    role: REPORTER,
    answer: ({ project, parameters, query }) =>
      many(
        project.pipelines
          .filter(
            ({ id, sha, fork }) =>
              fork === undefined &&
              sha === parameters['sha'] &&
              (query['pipeline_id'] === undefined || id === query['pipeline_id']),
          )
          .flatMap((pipeline) =>
            latestJobs(pipeline).map((job) => showStatus(project, job, pipeline)),
          ),
      ),
  },
  {
    name: 'POST /projects/:id/statuses/:sha',
    body: z.strictObject({
      state: z.enum(['pending', 'running', 'success', 'failed', 'canceled', 'skipped']),
      name: z.string().max(255).optional(),
      ref: z.string().max(255).optional(),
      target_url: z.url().max(255).optional(),
      description: z.string().max(255).optional(),
      pipeline_id: z.number().int().optional(),
      coverage: z.number().optional(),
    }),
    role: DEVELOPER,
    answer: async ({ project, parameters, body }) => {
      const { sha = '' } = parameters
      const wish = StatusBody.parse(body)
      const set = await setStatus(project, sha, wish)
      if ('message' in set) return { status: set.status, body: { message: set.message } }
      const told = project.told.get(sha) ?? []
      project.told.set(sha, told)
      told.push({
        context: set.job.name,
        state: set.job.status,
        description: set.job.description ?? '',
        url: set.job.url ?? '',
      })
      return { status: 201, body: showStatus(project, set.job, set.pipeline) }
    },
  },
  {
    name: 'GET /projects/:id/members/all/:user_id',
    role: REPORTER,
    answer: ({ project, parameters }) => {
      const user = [...project.users.values()].find(
        ({ id }) => String(id) === parameters['user_id'],
      )
      if (user === undefined || user.access === 0) return missing('Not found')
      return one({ ...showUser(project, user), access_level: user.access, expires_at: null })
    },
  },
  {
    name: 'GET /groups/:id/members/all/:user_id',
    answer: ({ project, parameters }) => {
      const members = project.groups.get(parameters['id'] ?? '')
      if (members === undefined) return missing('Group')
      const user = [...project.users.values()].find(
        ({ id }) => String(id) === parameters['user_id'],
      )
      if (user === undefined || !members.has(user.username)) return missing('Not found')
      return one({ ...showUser(project, user), access_level: DEVELOPER, expires_at: null })
    },
  },
  {
    name: 'GET /projects/:id/repository/branches/:branch',
    role: REPORTER,
    answer: ({ project, parameters }) =>
      one({
        name: parameters['branch'],
        merged: false,
        protected: true,
        default: true,
        developers_can_push: false,
        developers_can_merge: false,
        can_push: project.settings.role >= MAINTAINER,
      }),
  },
  {
    name: 'GET /projects/:id/hooks',
    query: z.strictObject(paging),
    role: MAINTAINER,
    answer: ({ hooks }) => many(hooks()),
  },
  {
    name: 'GET /projects/:id/hooks/:hook_id/events',
    query: z.strictObject({ ...paging, status: z.string().optional() }),
    role: MAINTAINER,
    answer: ({ hookEvents }) => many(hookEvents()),
  },
]

const StatusBody = z.object({
  state: z.string(),
  name: z.string().optional(),
  ref: z.string().optional(),
  pipeline_id: z.number().optional(),
  target_url: z.string().optional(),
  description: z.string().optional(),
})

function one(body: unknown): Answer {
  return { status: 200, body }
}

function many(list: readonly unknown[]): Answer {
  return { status: 200, body: undefined, list }
}

function missing(what: string): Answer {
  return {
    status: 404,
    body: { message: what === 'Not found' ? '404 Not found' : `404 ${what} Not Found` },
  }
}

async function withRequest(
  { project, parameters }: Call,
  answer: (request: Request) => Answer | Promise<Answer>,
): Promise<Answer> {
  const request = project.requests.get(Number(parameters['merge_request_iid']))
  return request === undefined ? missing('Not found') : await answer(request)
}

async function withNote(call: Call, answer: (note: Note) => Answer): Promise<Answer> {
  return await withRequest(call, (request) => {
    const note = call.project.notes.get(Number(call.parameters['note_id']))
    return note === undefined || note.request !== request.iid ? missing('Not found') : answer(note)
  })
}

function listNotes({ project, query }: Call, request: Request): Answer {
  const by = query['order_by'] === 'updated_at' ? 'updatedAt' : 'createdAt'
  const sorted = [...project.notes.values()]
    .filter((note) => note.request === request.iid)
    .toSorted((a, b) => a[by].getTime() - b[by].getTime() || a.id - b.id)
  const found = query['sort'] === 'asc' ? sorted : sorted.toReversed()
  return many(found.map((note) => showNote(project, note)))
}

function addNote({ project, body, happened }: Call, request: Request): Answer {
  const at = project.now()
  const note: Note = {
    id: project.nextId(),
    request: request.iid,
    author: project.bot.username,
    body: withoutQuickActions(project, String(body['body'])),
    system: false,
    createdAt: at,
    updatedAt: at,
    editedBy: undefined,
    awards: [],
  }
  project.notes.set(note.id, note)
  request.updatedAt = project.now()
  happened.noted(note, 'create')
  return { status: 201, body: showNote(project, note) }
}

/** Only what a person of the token's account may do: GitLab finds them at the beginning of a line. */
function withoutQuickActions(project: Project, body: string): string {
  return body.replaceAll(/^\/(merge|close|approve|reopen|draft|label|title)\b.*$/gm, (line) => {
    project.settings.quickActions.push(line)
    return ''
  })
}

function editNote({ project, body, happened }: Call, note: Note): Answer {
  const isOwn = note.author === project.bot.username
  if (!isOwn && project.settings.role < MAINTAINER) {
    return { status: 403, body: { message: '403 Forbidden' } }
  }
  note.body = withoutQuickActions(project, String(body['body']))
  note.updatedAt = project.now()
  note.editedBy = project.bot.username
  happened.noted(note, 'update')
  return one(showNote(project, note))
}

function award({ project, body }: Call, note: Note): Answer {
  const name = String(body['name'])
  const author = project.bot.username
  if (note.awards.some((given) => given.author === author && given.name === name)) {
    return missing('Award Emoji Name has already been taken')
  }
  const id = project.nextId()
  note.awards.push({ id, author, name })
  // As `AwardEmoji#expire_cache` does: a reaction looks like an edit.
  note.updatedAt = project.now()
  return {
    status: 201,
    body: {
      id,
      name,
      user: showUser(project, project.bot),
      awardable_id: note.id,
      awardable_type: 'Note',
    },
  }
}

async function merge({ project, body, happened }: Call, request: Request): Promise<Answer> {
  if (project.settings.role < DEVELOPER)
    return { status: 401, body: { message: '401 Unauthorized' } }
  const status = await mergeStatusOf(project, request)
  if (status === 'conflict') return { status: 422, body: { message: 'Branch cannot be merged' } }
  if (status !== 'mergeable') return { status: 405, body: { message: '405 Method Not Allowed' } }
  if (body['sha'] !== undefined && body['sha'] !== request.head) {
    const message = `SHA does not match HEAD of source branch: ${request.head}`
    return { status: 409, body: { message } }
  }
  if (project.settings.asynchronous) {
    request.state = 'locked'
    return one(showRequest(project, request))
  }
  const before = await project.bare.git('rev-parse', `refs/heads/${request.target}`)
  const after = await mergeNow(project, request, { squash: body['squash'] === true })
  happened.merged(request, before, after)
  return one(await showWholeRequest(project, request))
}
