import { randomUUID } from 'node:crypto'
import type { OutgoingEvent } from './deliveries.ts'
import { isDraft, type Note, type Project, type Request, type User } from './gitlab-model.ts'
import { sourceId } from './gitlab-present.ts'

/** Events as GitLab's documentation ("Webhook events") shows them. */

const GONE = '0'.repeat(40)

export function mergeRequestEvent(
  project: Project,
  request: Request,
  by: string,
  action: MergeRequestAction,
) {
  return event('Merge Request Hook', {
    object_kind: 'merge_request',
    event_type: 'merge_request',
    user: userOf(project, by),
    project: projectOf(project),
    repository: repositoryOf(project),
    object_attributes: {
      ...requestAttributes(project, request),
      action: action.action,
      ...(action.oldrev !== undefined && { oldrev: action.oldrev }),
    },
    labels: labelsOf(project, request),
    changes: action.changes ?? {},
    assignees: [],
    reviewers: [],
  })
}

export interface MergeRequestAction {
  readonly action: 'open' | 'close' | 'reopen' | 'update' | 'approved' | 'unapproved' | 'merge'
  readonly oldrev?: string
  readonly changes?: Readonly<Record<string, unknown>>
}

export function noteEvent(project: Project, note: Note, by: string, action: 'create' | 'update') {
  const request = project.requests.get(note.request)
  return event('Note Hook', {
    object_kind: 'note',
    event_type: 'note',
    user: userOf(project, by),
    project_id: project.id,
    project: projectOf(project),
    repository: repositoryOf(project),
    object_attributes: {
      attachment: null,
      author_id: project.users.get(note.author)?.id,
      change_position: null,
      commit_id: null,
      created_at: asHook(note.createdAt),
      discussion_id: '3c1a2b',
      id: note.id,
      line_code: null,
      note: note.body,
      noteable_id: request?.id,
      noteable_type: 'MergeRequest',
      original_position: null,
      position: null,
      project_id: project.id,
      resolved_at: null,
      resolved_by_id: null,
      resolved_by_push: null,
      st_diff: null,
      system: note.system,
      type: null,
      updated_at: asHook(note.updatedAt),
      updated_by_id: null,
      description: note.body,
      url: `${project.url}/-/merge_requests/${note.request}#note_${note.id}`,
      action,
    },
    merge_request: request === undefined ? undefined : requestAttributes(project, request),
  })
}

export function pushEvent(
  project: Project,
  branch: string,
  {
    before,
    after,
    by,
  }: { readonly before?: string | undefined; readonly after?: string; readonly by: string },
) {
  const user = project.users.get(by)
  return event('Push Hook', {
    object_kind: 'push',
    event_name: 'push',
    before: before ?? GONE,
    after: after ?? GONE,
    ref: `refs/heads/${branch}`,
    ref_protected: branch === 'main',
    checkout_sha: after ?? null,
    message: null,
    user_id: user?.id,
    user_name: by,
    user_username: by,
    user_email: '',
    user_avatar: null,
    project_id: project.id,
    project: projectOf(project),
    commits: [],
    total_commits_count: after === undefined ? 0 : 1,
    push_options: {},
    repository: repositoryOf(project),
  })
}

/** Signed and named: what GitLab sends by one hook. */
export function outgoing(
  { name, body }: ReturnType<typeof event>,
  { instance, secret }: { readonly instance: string; readonly secret: string },
): OutgoingEvent {
  const id = randomUUID()
  return {
    id,
    event: name,
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'GitLab/18.3.0',
      'Idempotency-Key': id,
      'X-Gitlab-Event': name,
      'X-Gitlab-Webhook-UUID': randomUUID(),
      'X-Gitlab-Instance': instance,
      'X-Gitlab-Token': secret,
      'X-Gitlab-Event-UUID': randomUUID(),
    },
    body: JSON.stringify(body),
  }
}

function event(name: string, body: Readonly<Record<string, unknown>>) {
  return { name, body }
}

function asHook(date: Date): string {
  return date
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')
}

function userOf(project: Project, username: string) {
  const user: User | undefined = project.users.get(username)
  return {
    id: user?.id,
    name: username,
    username,
    avatar_url: null,
    email: '[REDACTED]',
  }
}

function projectOf(project: Project) {
  const [name] = project.repository.split('/').toReversed()
  return {
    id: project.id,
    name,
    description: null,
    web_url: project.url,
    avatar_url: null,
    git_ssh_url: `git@gitlab.example.com:${project.repository}.git`,
    git_http_url: `${project.url}.git`,
    namespace: 'Group',
    visibility_level: 0,
    path_with_namespace: project.repository,
    default_branch: 'main',
    ci_config_path: '',
    homepage: project.url,
    url: `git@gitlab.example.com:${project.repository}.git`,
    ssh_url: `git@gitlab.example.com:${project.repository}.git`,
    http_url: `${project.url}.git`,
  }
}

function repositoryOf(project: Project) {
  const { name, url, description, homepage } = projectOf(project)
  return { name, url, description, homepage }
}

function labelsOf(project: Project, request: Request) {
  return [...request.labels].map((title, index) => ({
    id: index + 1,
    title,
    color: '#ffffff',
    project_id: project.id,
    template: false,
    description: null,
    type: 'ProjectLabel',
    group_id: null,
  }))
}

function requestAttributes(project: Project, request: Request) {
  return {
    id: request.id,
    iid: request.iid,
    target_branch: request.target,
    source_branch: request.branch,
    source_project_id: sourceId(project, request),
    target_project_id: project.id,
    author_id: project.users.get(request.author)?.id,
    assignee_ids: [],
    assignee_id: null,
    reviewer_ids: [],
    title: request.title,
    created_at: asHook(request.createdAt),
    updated_at: asHook(request.updatedAt),
    state: request.state,
    merge_status: 'unchecked',
    detailed_merge_status: 'unchecked',
    work_in_progress: isDraft(request),
    draft: isDraft(request),
    description: request.description,
    url: `${project.url}/-/merge_requests/${request.iid}`,
    source: projectOf(project),
    target: projectOf(project),
    last_commit: { id: request.head, message: 'change\n', title: 'change' },
    labels: labelsOf(project, request),
    merge_commit_sha: request.mergeCommit ?? null,
  }
}
