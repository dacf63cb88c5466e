import type { BareRepository } from './bare-repository.ts'
import type { FakeProtection, FakeStatus } from './host.ts'

/** What GitLab keeps of one project, and what a test may make it do. */
export interface Project {
  readonly id: number
  readonly repository: string
  /** Where people find it. */
  readonly url: string
  readonly bare: BareRepository
  readonly bot: User
  readonly users: Map<string, User>
  /** Full path of a group to who is in it. */
  readonly groups: Map<string, Set<string>>
  readonly requests: Map<number, Request>
  readonly notes: Map<number, Note>
  readonly pipelines: Pipeline[]
  /** Every status that was set, by commit. */
  readonly told: Map<string, FakeStatus[]>
  readonly protection: Map<string, FakeProtection>
  readonly settings: Settings
  /** A moment that no other thing has. */
  now(): Date
  nextSecond(): void
  nextId(): number
}

export interface Settings {
  /** How unsquashed ones are merged. */
  mergeMethod: 'merge' | 'ff'
  /** A merge is begun, and done when the test says. */
  asynchronous: boolean
  /** Of the token. */
  scopes: string[]
  /** Of the token, in the project. */
  role: number
  archived: boolean
  /** The repository was moved: its old name leads to its id. */
  movedFrom: string | undefined
  /** Quick actions that notes of the API contained, and which GitLab would have done. */
  readonly quickActions: string[]
}

export interface User {
  readonly id: number
  readonly username: string
  /** In the project; 0 for none. */
  access: number
}

export interface Request {
  readonly id: number
  readonly iid: number
  title: string
  readonly description: string
  readonly author: string
  readonly branch: string
  target: string
  /** Whose fork has the branch; `gone` when that was deleted. */
  fork: { readonly owner: string; readonly id: number } | 'gone' | undefined
  head: string
  state: 'opened' | 'closed' | 'merged' | 'locked'
  readonly labels: Set<string>
  readonly approvedBy: Set<string>
  readonly changesRequestedBy: Set<string>
  mergeCommit: string | undefined
  squashCommit: string | undefined
  /** Instead of what it would be. */
  mergeStatus: string | undefined
  readonly createdAt: Date
  updatedAt: Date
}

export interface Note {
  readonly id: number
  readonly request: number
  readonly author: string
  body: string
  readonly system: boolean
  readonly createdAt: Date
  updatedAt: Date
  editedBy: string | undefined
  readonly awards: { readonly id: number; readonly author: string; readonly name: string }[]
}

export interface Pipeline {
  readonly id: number
  readonly sha: string
  readonly ref: string
  readonly source: string
  readonly jobs: Job[]
  /** Of a fork, in which it runs. */
  readonly fork?: number
}

export interface Job {
  readonly id: number
  readonly name: string
  readonly author: string
  status: string
  description: string | null
  url: string | null
  /** A newer one of the same name took its place. */
  retried: boolean
}

export const DRAFT = 'Draft: '

export function isDraft(request: Request): boolean {
  return request.title.startsWith(DRAFT)
}

/** The pipeline that the page of a merge request shows: one made for it goes before one of its branch. */
export function headPipeline(project: Project, request: Request): Pipeline | undefined {
  return pipelinesOf(project, request).find((pipeline) => pipeline.sha === request.head)
}

export function pipelinesOf(project: Project, request: Request): Pipeline[] {
  const own = `refs/merge-requests/${request.iid}/head`
  const found = project.pipelines.filter(
    ({ ref, source, fork }) =>
      (ref === own && source === 'merge_request_event') ||
      (ref === request.branch && fork === forkId(request)),
  )
  return found.toSorted((a, b) => Number(b.ref === own) - Number(a.ref === own) || b.id - a.id)
}

function forkId({ fork }: Request): number | undefined {
  return typeof fork === 'object' ? fork.id : undefined
}

export function latestJobs(pipeline: Pipeline): Job[] {
  return pipeline.jobs.filter((job) => !job.retried)
}

export async function mergeStatusOf(project: Project, request: Request): Promise<string> {
  if (request.state !== 'opened') return 'not_open'
  if (request.mergeStatus !== undefined) return request.mergeStatus
  const rules = project.protection.get(request.target)
  if (isDraft(request)) return 'draft_status'
  if (request.changesRequestedBy.size > 0) return 'requested_changes'
  if (request.approvedBy.size < (rules?.approvals ?? 0)) return 'not_approved'
  const base = await project.bare.git('rev-parse', `refs/heads/${request.target}`)
  const how = { base, head: request.head, message: 'try' }
  if ((await project.bare.merge({ ...how, method: 'merge' })) === undefined) return 'conflict'
  if (project.settings.mergeMethod === 'ff') {
    const merged = await project.bare.git('merge-base', base, request.head)
    if (merged !== base) return 'need_rebase'
  }
  return rules?.statuses === undefined ? 'mergeable' : pipelineStatus(project, request)
}

function pipelineStatus(project: Project, request: Request): string {
  const pipeline = headPipeline(project, request)
  if (pipeline === undefined) return 'ci_must_pass'
  const states = new Set(latestJobs(pipeline).map((job) => job.status))
  if (states.has('pending') || states.has('running')) return 'ci_still_running'
  return states.has('failed') || states.has('canceled') ? 'ci_must_pass' : 'mergeable'
}

/** Puts a merge request's changes onto its target branch, as the project's settings have it. */
export async function mergeNow(
  project: Project,
  request: Request,
  how: { readonly squash: boolean; readonly rebase?: boolean },
): Promise<string> {
  const { bare, settings } = project
  const ref = `refs/heads/${request.target}`
  const base = await bare.git('rev-parse', ref)
  const message = `Merge branch '${request.branch}' into '${request.target}'`
  let head = request.head
  if (how.squash) {
    head = await must(bare.merge({ base, head, method: 'squash', message: request.title }))
    request.squashCommit = head
  }
  let tip = head
  if (how.rebase === true) {
    tip = await must(bare.merge({ base, head, method: 'rebase', message }))
  } else if (settings.mergeMethod === 'merge') {
    tip = how.squash
      ? await bare.git('commit-tree', `${head}^{tree}`, '-p', base, '-p', head, '-m', message)
      : await must(bare.merge({ base, head, method: 'merge', message }))
    request.mergeCommit = tip
  }
  await bare.setRef(ref, tip)
  request.state = 'merged'
  request.updatedAt = project.now()
  return tip
}

async function must(commit: Promise<string | undefined>): Promise<string> {
  const made = await commit
  if (made === undefined) throw new Error('it does not merge')
  return made
}

/** Sets a status as `Ci::CreateCommitStatusService` does: the pipeline is found or made, a job there likewise. */
export async function setStatus(
  project: Project,
  sha: string,
  status: StatusWish,
): Promise<{ readonly job: Job; readonly pipeline: Pipeline } | Refusal> {
  if ((await project.bare.commitOf(sha)) === undefined) {
    return { status: 404, message: '404 Commit Not Found' }
  }
  const matching = project.pipelines
    .filter(
      (one) =>
        one.sha === sha &&
        one.fork === undefined &&
        (status.ref === undefined || one.ref === status.ref) &&
        (status.pipeline_id === undefined || one.id === status.pipeline_id),
    )
    .toSorted((a, b) => b.id - a.id)[0]
  if (matching === undefined && status.pipeline_id !== undefined) {
    return { status: 404, message: '404 Pipeline for pipeline_id, sha and ref Not Found' }
  }
  const ref = status.ref ?? matching?.ref ?? (await someBranch(project, sha))
  if (ref === undefined) return { status: 404, message: '404 References for commit Not Found' }
  const pipeline = matching ?? aPipeline(project, { sha, ref, source: 'external' })
  const job = jobFor(project, pipeline, status)
  return 'status' in job && 'message' in job ? job : { job, pipeline }
}

export interface StatusWish {
  readonly state: string
  readonly name?: string | undefined
  readonly ref?: string | undefined
  readonly pipeline_id?: number | undefined
  readonly target_url?: string | undefined
  readonly description?: string | undefined
}

export interface Refusal {
  readonly status: number
  readonly message: string
}

const events: Readonly<Record<string, string>> = {
  pending: 'enqueue',
  running: 'run',
  success: 'success',
  failed: 'drop',
}

function jobFor(project: Project, pipeline: Pipeline, wish: StatusWish): Job | Refusal {
  const name = wish.name ?? 'default'
  const author = project.bot.username
  const open = pipeline.jobs.find(
    (job) =>
      job.name === name &&
      job.author === author &&
      (job.status === 'pending' || job.status === 'running'),
  )
  if (open !== undefined && (open.status === wish.state || wish.state === 'pending')) {
    const event = events[wish.state] ?? wish.state
    return {
      status: 400,
      message: `Cannot transition status via :${event} from :${open.status} (Reason(s): Status cannot transition via "${event}")`,
    }
  }
  for (const job of pipeline.jobs) if (job.name === name && job !== open) job.retried = true
  const job = open ?? {
    id: project.nextId(),
    name,
    author,
    status: wish.state,
    description: null,
    url: null,
    retried: false,
  }
  if (open === undefined) pipeline.jobs.push(job)
  job.status = wish.state
  job.description = wish.description ?? null
  job.url = wish.target_url ?? null
  return job
}

export function aPipeline(
  project: Project,
  pipeline: Pick<Pipeline, 'sha' | 'ref' | 'source' | 'fork'>,
): Pipeline {
  const made = { id: project.nextId(), jobs: [], ...pipeline }
  project.pipelines.push(made)
  return made
}

async function someBranch(project: Project, sha: string): Promise<string | undefined> {
  const found = await project.bare.git(
    'for-each-ref',
    '--format=%(refname:short)',
    '--contains',
    sha,
    'refs/heads',
  )
  return found.split('\n').find((line) => line !== '')
}
