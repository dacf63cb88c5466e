import { aBareRepository, type BareRepository } from './bare-repository.ts'
import { aClock } from './clock.ts'
import { aDeliverer } from './deliveries.ts'
import { callList, faultList } from './faults.ts'
import {
  type MergeRequestAction,
  mergeRequestEvent,
  noteEvent,
  outgoing,
  pushEvent,
} from './gitlab-hooks.ts'
import {
  aPipeline,
  DRAFT,
  isDraft,
  mergeNow,
  type Note,
  type Project,
  type Request,
  type User,
} from './gitlab-model.ts'
import type { Answer } from './gitlab-routes.ts'
import { serveGitLab } from './gitlab-server.ts'
import type {
  FakeComment,
  FakeHost,
  FakePullRequest,
  FakePush,
  FakeVerdict,
  NewFakePullRequest,
} from './host.ts'

/** GitLab, as its documentation and its source say that it behaves, over HTTP and with real git. */
export interface FakeGitLab extends FakeHost {
  readonly kind: 'gitlab'
  readonly settings: Project['settings']
  /** What its page of the webhook says. */
  readonly hook: HookSettings
  /** GitLab's own CI: jobs of a pipeline of a merge request, or of its branch. */
  runPipeline(
    number: number,
    jobs: Readonly<Record<string, string>>,
    kind?: 'branch' | 'merge-request',
  ): number
  /** The pipelines that the page of a merge request lists, with the names and states of their jobs. */
  pipelinesOf(
    number: number,
  ): readonly { readonly ref: string; readonly source: string; readonly jobs: readonly string[] }[]
  /** As `detailed_merge_status`, instead of what it would be. */
  setMergeStatus(number: number, status: string | undefined): void
  /** Ends merges that were begun. */
  finishMerges(): Promise<void>
  /** A note that GitLab writes itself. */
  systemNote(number: number, author: string, body: string): string
  /** Somebody reacts: it moves `updated_at`, and is no edit. */
  award(commentId: string, author: string, name: string): void
  deleteFork(number: number): void
  /** Answers a route with something else, once or always. */
  answerWith(route: string, answer: Answer | undefined): void
}

export interface HookSettings {
  push_events: boolean
  merge_requests_events: boolean
  note_events: boolean
  alert_status: 'executable' | 'disabled' | 'temporarily_disabled'
}

interface Options {
  /** Usually one of a group in a group. */
  readonly repository?: string
  /** GitLab is below it: `/gitlab`. */
  readonly path?: string
  readonly files?: FakePush['files']
}

const access = { none: 0, read: 20, write: 30, admin: 40 } as const

export async function aGitLab(options: Options = {}): Promise<FakeGitLab> {
  const repository = options.repository ?? 'acme/platform/infra'
  const bare = await aBareRepository(repository, options.files)
  const token = 'glpat-fake-0123456789abcdef'
  const secret = 'webhook-secret-of-the-test'
  const deliverer = aDeliverer()
  const faults = faultList()
  const calls = callList()
  const instead = new Map<string, Answer>()
  const hook: HookSettings = {
    push_events: true,
    merge_requests_events: true,
    note_events: true,
    alert_status: 'executable',
  }
  const holder: { project?: Project } = {}
  const server = await serveGitLab({
    path: options.path ?? '',
    project: () => projectOf(holder),
    token,
    faults,
    calls,
    happened: { noted, merged },
    hooks: () =>
      deliverer.address === undefined
        ? []
        : [{ id: 1, url: deliverer.address, project_id: 42, ...hook }],
    hookEvents: () =>
      deliverer.all
        .filter(({ answered }) => answered !== undefined)
        .map(({ answered }, index) => ({
          id: index + 1,
          trigger: 'push_hooks',
          response_status: answered === 0 ? 'internal error' : String(answered),
        }))
        .toReversed(),
    instead: (route) => instead.get(route),
  })
  const project = aProject(bare, repository, `${server.url}/${repository}`)
  holder.project = project

  function tell(event: Parameters<typeof outgoing>[0]): void {
    if (deliverer.address === undefined) return
    if (event.name === 'Push Hook' && !hook.push_events) return
    if (event.name === 'Note Hook' && !hook.note_events) return
    if (event.name === 'Merge Request Hook' && !hook.merge_requests_events) return
    deliverer.send(outgoing(event, { instance: server.url, secret }))
  }
  function noted(note: Note, action: 'create' | 'update'): void {
    tell(noteEvent(project, note, note.author, action))
  }
  function merged(
    request: Request,
    before: string,
    after: string,
    by = project.bot.username,
  ): void {
    tell(pushEvent(project, request.target, { before, after, by }))
    tell(mergeRequestEvent(project, request, by, { action: 'merge' }))
  }
  function requestOf(number: number): Request {
    const request = project.requests.get(number)
    if (request === undefined) throw new Error(`there is no merge request !${number}`)
    return request
  }
  function noteOf(id: string): Note {
    const note = project.notes.get(Number(id))
    if (note === undefined) throw new Error(`there is no comment ${id}`)
    return note
  }
  function change(number: number, by: string, action: MergeRequestAction): void {
    const request = requestOf(number)
    request.updatedAt = project.now()
    tell(mergeRequestEvent(project, request, by, action))
  }
  function know(login: string): User {
    return project.users.get(login) ?? addUser(project, login, 'write')
  }
  async function setHead(request: Request, head: string): Promise<void> {
    request.head = head
    request.approvedBy.clear()
    await bare.setRef(`refs/merge-requests/${request.iid}/head`, head)
  }
  function addNote(number: number, author: string, body: string, system = false): Note {
    know(author)
    const at = project.now()
    const note: Note = {
      id: project.nextId(),
      request: number,
      author,
      body,
      system,
      createdAt: at,
      updatedAt: at,
      editedBy: undefined,
      awards: [],
    }
    project.notes.set(note.id, note)
    requestOf(number).updatedAt = project.now()
    return note
  }

  return {
    kind: 'gitlab',
    url: server.url,
    apiUrl: server.url,
    repository,
    cloneUrl: `${server.url}/${repository}.git`,
    bare: bare.bare,
    token,
    botLogin: project.bot.username,
    secret,
    settings: project.settings,
    hook,
    deliveries: deliverer,
    faults,
    calls,
    users: {
      add: (login, permission = 'write') => void addUser(project, login, permission),
      join(team, login) {
        if (!project.users.has(login)) addUser(project, login, 'none')
        const members = project.groups.get(team) ?? new Set()
        project.groups.set(team, members.add(login))
      },
    },

    async push(push) {
      const by = push.author ?? 'ada'
      know(by)
      const before = await bare.commitOf(`refs/heads/${push.branch}`)
      const after = await bare.push(push)
      const here = push.fork === undefined ? after : await bare.fetchFork(push.fork, push.branch)
      for (const request of project.requests.values()) {
        if (request.branch !== push.branch || ownerOf(request) !== push.fork) continue
        if (request.state !== 'opened') continue
        const oldrev = request.head
        await setHead(request, here)
        change(request.iid, by, { action: 'update', oldrev })
      }
      if (push.fork === undefined) tell(pushEvent(project, push.branch, { before, after, by }))
      return after
    },
    async deleteBranch(branch) {
      const before = await bare.commitOf(`refs/heads/${branch}`)
      await bare.setRef(`refs/heads/${branch}`, undefined)
      tell(pushEvent(project, branch, { before, by: 'ada' }))
    },
    tip: (branch) => bare.git('rev-parse', `refs/heads/${branch}`),
    protect: (branch, rules) => void project.protection.set(branch, rules),

    async openPullRequest(wish: NewFakePullRequest) {
      know(wish.author)
      const request = await aRequest(project, wish)
      project.requests.set(request.iid, request)
      await setHead(request, request.head)
      tell(mergeRequestEvent(project, request, wish.author, { action: 'open' }))
      return asPullRequest(request)
    },
    pullRequest: (number) => asPullRequest(requestOf(number)),
    async close(number) {
      requestOf(number).state = 'closed'
      change(number, requestOf(number).author, { action: 'close' })
    },
    async reopen(number) {
      requestOf(number).state = 'opened'
      change(number, requestOf(number).author, { action: 'reopen' })
    },
    async retarget(number, base) {
      const request = requestOf(number)
      const previous = request.target
      request.target = base
      const changes = { target_branch: { previous, current: base } }
      change(number, request.author, { action: 'update', changes })
    },
    async setDraft(number, draft) {
      const request = requestOf(number)
      if (isDraft(request) === draft) return
      request.title = draft ? `${DRAFT}${request.title}` : request.title.slice(DRAFT.length)
      const changes = { draft: { previous: !draft, current: draft } }
      change(number, request.author, { action: 'update', changes })
    },
    async label(number, label) {
      requestOf(number).labels.add(label)
      change(number, requestOf(number).author, { action: 'update', changes: { labels: {} } })
    },
    async unlabel(number, label) {
      requestOf(number).labels.delete(label)
      change(number, requestOf(number).author, { action: 'update', changes: { labels: {} } })
    },
    async merge(number, author, method = 'merge') {
      const request = requestOf(number)
      know(author)
      const before = await bare.git('rev-parse', `refs/heads/${request.target}`)
      const how = { squash: method === 'squash', rebase: method === 'rebase' }
      const after = await mergeNow(project, request, how)
      merged(request, before, after, author)
      return after
    },

    async comment(number, author, body) {
      const note = addNote(number, author, body)
      noted(note, 'create')
      return asComment(note)
    },
    async editComment(id, body) {
      const note = noteOf(id)
      note.body = body
      note.updatedAt = project.now()
      note.editedBy = note.author
      noted(note, 'update')
    },
    async deleteComment(id) {
      project.notes.delete(Number(id))
    },
    review: (number, author, verdict) => review(number, author, verdict),
    commentsOf: (number) =>
      [...project.notes.values()]
        .filter((note) => note.request === number && !note.system)
        .map(asComment),
    statusesOf: (commit) => project.told.get(commit) ?? [],
    reactionsOf: (id) => project.notes.get(Number(id))?.awards ?? [],
    nextSecond: project.nextSecond,
    deliverTo: (webhookUrl) => deliverer.to(webhookUrl),

    runPipeline(number, jobs, kind = 'branch') {
      const request = requestOf(number)
      const own = kind === 'merge-request'
      const pipeline = aPipeline(project, {
        sha: request.head,
        ref: own ? `refs/merge-requests/${number}/head` : request.branch,
        source: own ? 'merge_request_event' : 'push',
        ...(!own && typeof request.fork === 'object' && { fork: request.fork.id }),
      })
      for (const [name, status] of Object.entries(jobs)) {
        const job = {
          id: project.nextId(),
          name,
          author: 'ada',
          status,
          description: null,
          url: null,
          retried: false,
        }
        pipeline.jobs.push(job)
      }
      return pipeline.id
    },
    pipelinesOf: (number) =>
      project.pipelines
        .filter(({ sha }) => sha === requestOf(number).head)
        .map(({ ref, source, jobs }) => ({
          ref,
          source,
          jobs: jobs.filter((job) => !job.retried).map((job) => `${job.name} ${job.status}`),
        })),
    setMergeStatus(number, status) {
      requestOf(number).mergeStatus = status
    },
    async finishMerges() {
      for (const request of project.requests.values()) {
        if (request.state !== 'locked') continue
        const before = await bare.git('rev-parse', `refs/heads/${request.target}`)
        merged(request, before, await mergeNow(project, request, { squash: false }))
      }
    },
    systemNote: (number, author, body) => String(addNote(number, author, body, true).id),
    award(id, author, name) {
      know(author)
      const note = noteOf(id)
      note.awards.push({ id: project.nextId(), author, name })
      note.updatedAt = project.now()
    },
    deleteFork(number) {
      requestOf(number).fork = 'gone'
    },
    answerWith(route, answer) {
      if (answer === undefined) instead.delete(route)
      else instead.set(route, answer)
    },

    async dispose() {
      await server.close()
      // What is still being answered fails when the repository goes, and is nobody's fault.
      const found = [...server.violations]
      await bare.dispose()
      if (found.length > 0) throw new Error(`GitLab knows nothing of this:\n${found.join('\n')}`)
    },
  }

  async function review(number: number, author: string, verdict: FakeVerdict): Promise<void> {
    know(author)
    const request = requestOf(number)
    if (verdict === 'comment') return noted(addNote(number, author, 'Reviewed.'), 'create')
    request.approvedBy.delete(author)
    request.changesRequestedBy.delete(author)
    if (verdict === 'approve') request.approvedBy.add(author)
    if (verdict === 'request-changes') request.changesRequestedBy.add(author)
    change(number, author, { action: verdict === 'approve' ? 'approved' : 'unapproved' })
  }
}

function projectOf({ project }: { project?: Project }): Project {
  if (project === undefined) throw new Error('it has not begun yet')
  return project
}

function aProject(bare: BareRepository, repository: string, url: string): Project {
  const clock = aClock()
  let last = 0
  let id = 100
  const project: Project = {
    id: 42,
    repository,
    url,
    bare,
    bot: { id: 7, username: 'project_42_bot_portolan', access: access.admin },
    users: new Map(),
    groups: new Map(),
    requests: new Map(),
    notes: new Map(),
    pipelines: [],
    told: new Map(),
    protection: new Map(),
    settings: {
      mergeMethod: 'merge',
      asynchronous: false,
      scopes: ['api'],
      role: access.admin,
      archived: false,
      movedFrom: undefined,
      quickActions: [],
    },
    now() {
      last = Math.max(clock.now().getTime(), last + 1)
      return new Date(last)
    },
    nextSecond: clock.nextSecond,
    nextId() {
      id += 1
      return id
    },
  }
  project.users.set(project.bot.username, project.bot)
  addUser(project, 'ada', 'write')
  return project
}

function addUser(project: Project, login: string, permission: keyof typeof access): User {
  const known = project.users.get(login)
  const user = known ?? { id: project.nextId(), username: login, access: 0 }
  user.access = access[permission]
  project.users.set(login, user)
  return user
}

async function aRequest(project: Project, wish: NewFakePullRequest): Promise<Request> {
  const { bare } = project
  const at = project.now()
  const title = wish.title ?? `Change ${wish.branch}`
  const head =
    wish.fork === undefined
      ? await bare.git('rev-parse', `refs/heads/${wish.branch}`)
      : await bare.fetchFork(wish.fork, wish.branch)
  return {
    id: project.nextId(),
    iid: project.requests.size + 1,
    title: wish.draft === true ? `${DRAFT}${title}` : title,
    description: wish.body ?? '',
    author: wish.author,
    branch: wish.branch,
    target: wish.base ?? 'main',
    fork: wish.fork === undefined ? undefined : { owner: wish.fork, id: project.nextId() },
    head,
    state: 'opened',
    labels: new Set(wish.labels),
    approvedBy: new Set(),
    changesRequestedBy: new Set(),
    mergeCommit: undefined,
    squashCommit: undefined,
    mergeStatus: undefined,
    createdAt: at,
    updatedAt: at,
  }
}

function ownerOf({ fork }: Request): string | undefined {
  return typeof fork === 'object' ? fork.owner : undefined
}

function asPullRequest(request: Request): FakePullRequest {
  const { state, mergeCommit, squashCommit, head } = request
  return {
    number: request.iid,
    status: state === 'merged' || state === 'closed' ? state : 'open',
    title: request.title,
    author: request.author,
    branch: request.branch,
    base: request.target,
    head,
    isDraft: isDraft(request),
    labels: [...request.labels],
    mergeCommit: state === 'merged' ? (mergeCommit ?? squashCommit ?? head) : undefined,
  }
}

function asComment({ id, request, author, body, createdAt, updatedAt }: Note): FakeComment {
  return { id: String(id), number: request, author, body, createdAt, updatedAt }
}
