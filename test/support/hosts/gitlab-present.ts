import {
  headPipeline,
  isDraft,
  type Job,
  mergeStatusOf,
  type Note,
  type Pipeline,
  type Project,
  type Request,
  type User,
} from './gitlab-model.ts'

/** How GitLab's API shows things: the fields of its documentation's examples. */

export function showUser(project: Project, { id, username }: User) {
  return {
    id,
    username,
    name: username,
    state: 'active',
    locked: false,
    avatar_url: null,
    web_url: `${new URL(project.url).origin}/${username}`,
  }
}

function userOf(project: Project, username: string) {
  const user = project.users.get(username)
  return user === undefined ? null : showUser(project, user)
}

export function showRequest(project: Project, request: Request) {
  const draft = isDraft(request)
  return {
    id: request.id,
    iid: request.iid,
    project_id: project.id,
    title: request.title,
    description: request.description,
    state: request.state,
    imported: false,
    created_at: request.createdAt.toISOString(),
    updated_at: request.updatedAt.toISOString(),
    target_branch: request.target,
    source_branch: request.branch,
    upvotes: 0,
    downvotes: 0,
    author: userOf(project, request.author),
    assignee: null,
    assignees: [],
    reviewers: [],
    source_project_id: sourceId(project, request),
    target_project_id: project.id,
    labels: [...request.labels],
    draft,
    work_in_progress: draft,
    milestone: null,
    merge_when_pipeline_succeeds: false,
    merge_status: 'can_be_merged',
    sha: request.head,
    merge_commit_sha: request.mergeCommit ?? null,
    squash_commit_sha: request.squashCommit ?? null,
    user_notes_count: 0,
    web_url: `${project.url}/-/merge_requests/${request.iid}`,
    squash: false,
    has_conflicts: false,
  }
}

export async function showWholeRequest(project: Project, request: Request) {
  const pipeline = headPipeline(project, request)
  return {
    ...showRequest(project, request),
    detailed_merge_status: await mergeStatusOf(project, request),
    head_pipeline: pipeline === undefined ? null : showPipeline(project, pipeline),
    diverged_commits_count: 0,
  }
}

export function sourceId(project: Project, { fork }: Request): number | null {
  if (fork === 'gone') return null
  return fork?.id ?? project.id
}

export function showPipeline(project: Project, pipeline: Pipeline) {
  return {
    id: pipeline.id,
    iid: pipeline.id,
    project_id: pipeline.fork ?? project.id,
    sha: pipeline.sha,
    ref: pipeline.ref,
    status: pipeline.jobs.some((job) => job.status === 'failed') ? 'failed' : 'running',
    source: pipeline.source,
    web_url: `${project.url}/-/pipelines/${pipeline.id}`,
  }
}

export function showNote(project: Project, note: Note) {
  const request = project.requests.get(note.request)
  return {
    id: note.id,
    type: null,
    body: note.body,
    attachment: null,
    author: userOf(project, note.author),
    created_at: note.createdAt.toISOString(),
    updated_at: note.updatedAt.toISOString(),
    system: note.system,
    noteable_id: request?.id,
    noteable_type: 'MergeRequest',
    project_id: project.id,
    resolvable: false,
    confidential: false,
    internal: false,
    imported: false,
    noteable_iid: note.request,
    commands_changes: {},
  }
}

export function showStatus(project: Project, job: Job, pipeline: Pipeline) {
  return {
    id: job.id,
    sha: pipeline.sha,
    ref: pipeline.ref,
    status: job.status,
    name: job.name,
    target_url: job.url,
    description: job.description,
    created_at: project.now().toISOString(),
    started_at: null,
    finished_at: null,
    allow_failure: false,
    coverage: null,
    pipeline_id: pipeline.id,
    author: userOf(project, job.author),
  }
}

export function showProject(project: Project) {
  const [name] = project.repository.split('/').toReversed()
  return {
    id: project.id,
    name,
    path: name,
    path_with_namespace: project.repository,
    default_branch: 'main',
    visibility: 'private',
    web_url: project.url,
    http_url_to_repo: `${project.url}.git`,
    archived: project.settings.archived,
    merge_method: project.settings.mergeMethod,
    only_allow_merge_if_pipeline_succeeds: project.protection.size > 0,
    permissions: {
      project_access: { access_level: project.settings.role, notification_level: 3 },
      group_access: null,
    },
  }
}
