import type { Comment } from './book.ts'
import type { GiteaState, Pull, Review } from './gitea-model.ts'
import type { FakeStatus } from './host.ts'

/** Whole seconds, as Gitea writes them. */
export function stamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

export function user(login: string) {
  return {
    id: login.length,
    login,
    login_name: '',
    full_name: '',
    email: `${login}@noreply.example`,
  }
}

export function repository(state: GiteaState, owner = state.owner) {
  return {
    id: owner === state.owner ? 1 : 2,
    owner: user(owner),
    name: state.repo,
    full_name: `${owner}/${state.repo}`,
    archived: state.archived,
    default_branch: 'main',
    html_url: `${state.url}/${owner}/${state.repo}`,
  }
}

/** As `ToAPIPullRequest` makes it. */
export function pullBody(state: GiteaState, pull: Pull, mergeable: boolean) {
  const isGone = pull.fork !== undefined && pull.forkIsGone
  const isMerged = pull.mergeCommit !== undefined
  return {
    id: pull.number + 500,
    number: pull.number,
    url: pageOf(state, pull.number),
    html_url: pageOf(state, pull.number),
    user: user(pull.author),
    title: pull.isDraft ? `WIP: ${pull.title}` : pull.title,
    body: pull.body,
    labels: pull.labels.map((name, id) => ({ id, name, color: 'ededed' })),
    state: pull.state,
    draft: pull.isDraft,
    mergeable,
    merged: isMerged,
    merged_at: isMerged ? stamp(pull.updatedAt) : null,
    merge_commit_sha: pull.mergeCommit ?? null,
    base: { label: pull.base, ref: pull.base, repo_id: 1, repo: repository(state) },
    head: {
      label: pull.isAgit ? '' : pull.branch,
      ref: pull.isAgit || isGone ? `refs/pull/${pull.number}/head` : pull.branch,
      sha: pull.head,
      repo_id: isGone ? -1 : 1,
      repo: isGone ? null : repository(state, pull.fork),
    },
    created_at: stamp(pull.createdAt),
    updated_at: stamp(pull.updatedAt),
  }
}

export function pageOf({ url, owner, repo }: GiteaState, number: number): string {
  return `${url}/${owner}/${repo}/pulls/${number}`
}

export function comment(state: GiteaState, made: Comment) {
  const page = pageOf(state, made.number)
  return {
    id: Number(made.id),
    html_url: `${page}#issuecomment-${made.id}`,
    pull_request_url: page,
    issue_url: '',
    user: user(made.author),
    body: made.body,
    created_at: stamp(made.createdAt),
    updated_at: stamp(made.updatedAt),
  }
}

export function review(state: GiteaState, pull: Pull, made: Review) {
  const permission = state.users.get(made.author) ?? 'none'
  return {
    id: made.id,
    user: user(made.author),
    team: null,
    state: made.state,
    body: '',
    commit_id: made.commit,
    stale: made.commit !== pull.head,
    official: permission === 'write' || permission === 'admin',
    dismissed: made.dismissed,
    submitted_at: stamp(made.at),
  }
}

export function status(state: GiteaState, { context, state: word, description, url }: FakeStatus) {
  return {
    id: 1,
    status: word,
    target_url: url,
    description,
    url: state.url,
    context,
    creator: user(state.botLogin),
  }
}
