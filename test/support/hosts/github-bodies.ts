import type { Comment } from './book.ts'
import { githubDescription, type Json } from './github-openapi.ts'
import { type GitHubState, mergeState, type Pull, type Review } from './github-state.ts'
import type { FakeStatus } from './host.ts'

/** Whole seconds, as GitHub writes them. */
export function stamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

export function user(login: string): Json {
  return githubDescription().sample('simple-user', {
    login,
    gravatar_id: '',
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
    html_url: `https://github.com/${login}`,
  })
}

export function repository(state: GitHubState, owner = state.owner): Json {
  return {
    name: state.repo,
    full_name: `${owner}/${state.repo}`,
    owner: user(owner),
    html_url: `${state.url}/${owner}/${state.repo}`,
    default_branch: 'main',
    created_at: '2026-01-05T08:00:00Z',
    updated_at: '2026-01-05T08:00:00Z',
    pushed_at: '2026-01-05T08:00:00Z',
    has_discussions: false,
    topics: [],
    visibility: 'private',
  }
}

/** What a list has of it, and with more a single one. */
export function pullFields(state: GitHubState, pull: Pull): Json {
  const isFork = pull.fork !== undefined
  const { api } = addresses(state)
  return {
    number: pull.number,
    state: pull.state,
    title: pull.title,
    body: pull.body,
    user: user(pull.author),
    url: `${api}/pulls/${pull.number}`,
    html_url: `${state.url}/${state.owner}/${state.repo}/pull/${pull.number}`,
    draft: pull.isDraft,
    labels: pull.labels.map((name, index) => ({
      id: index,
      node_id: 'L',
      url: `${api}/labels/${encodeURIComponent(name)}`,
      name,
      color: 'ededed',
      default: false,
      description: null,
    })),
    created_at: stamp(pull.createdAt),
    updated_at: stamp(pull.updatedAt),
    closed_at: pull.state === 'closed' ? stamp(pull.updatedAt) : null,
    merged_at: pull.mergedAt === undefined ? null : stamp(pull.mergedAt),
    merge_commit_sha: pull.mergeCommit ?? null,
    head: {
      label: `${pull.fork ?? state.owner}:${pull.branch}`,
      ref: pull.branch,
      sha: pull.head,
      user: user(pull.fork ?? state.owner),
      repo: isFork && pull.forkIsGone ? null : repository(state, pull.fork ?? state.owner),
    },
    base: {
      label: `${state.owner}:${pull.base}`,
      ref: pull.base,
      sha: pull.baseCommit,
      user: user(state.owner),
      repo: repository(state),
    },
  }
}

export function listedPull(state: GitHubState, pull: Pull): Json {
  return withRepositories('pull-request-simple', pullFields(state, pull))
}

export async function singlePull(state: GitHubState, pull: Pull): Promise<Json> {
  return withRepositories('pull-request', {
    ...pullFields(state, pull),
    merged: pull.mergedAt !== undefined,
    ...(await mergeState(state, pull)),
  })
}

/** Samples have no repository below a nullable field: it is filled in where one is given. */
function withRepositories(schema: string, fields: Json): Json {
  const description = githubDescription()
  const complete = (end: unknown): Json => {
    const { repo, ...rest } = end as Json
    return {
      ...rest,
      repo: repo === null ? null : description.sample('repository', repo as Json),
    }
  }
  const { head, base, ...rest } = fields
  return { ...description.sample(schema, rest), head: complete(head), base: complete(base) }
}

export function comment(state: GitHubState, made: Comment): Json {
  const { api } = addresses(state)
  return githubDescription().sample('issue-comment', {
    id: Number(made.id),
    body: made.body,
    user: user(made.author),
    issue_url: `${api}/issues/${made.number}`,
    url: `${api}/issues/comments/${made.id}`,
    html_url: `${state.url}/${state.owner}/${state.repo}/pull/${made.number}#issuecomment-${made.id}`,
    created_at: stamp(made.createdAt),
    updated_at: stamp(made.updatedAt),
  })
}

export function review(made: Review): Json {
  return githubDescription().sample('pull-request-review', {
    id: made.id,
    user: user(made.author),
    state: made.state,
    commit_id: made.commit,
    submitted_at: stamp(made.at),
  })
}

export function status(login: string, made: FakeStatus): Json {
  return githubDescription().sample('status', {
    context: made.context,
    state: made.state,
    description: made.description,
    target_url: made.url,
    creator: user(login),
  })
}

function addresses(state: GitHubState): { readonly api: string } {
  return { api: `${state.apiUrl}/repos/${state.owner}/${state.repo}` }
}
