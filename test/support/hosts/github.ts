import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { ForgeConnection } from '../../../src/forges/index.ts'
import { aBareRepository } from './bare-repository.ts'
import { bookkeeper } from './book.ts'
import { aClock } from './clock.ts'
import { aDeliverer } from './deliveries.ts'
import { callList, faultList } from './faults.ts'
import * as events from './github-events.ts'
import { githubDescription } from './github-openapi.ts'
import type { RouteDeps } from './github-routes.ts'
import { serveGitHub } from './github-server.ts'
import type { AppState, GitHubState, HookState, Pull } from './github-state.ts'
import type { FakeHost, FakePush } from './host.ts'

/** A GitHub Enterprise Server of one repository, as GitHub describes it, over real git. */
export interface GitHubHost extends FakeHost {
  readonly kind: 'github'
  /** As `createGitHubForge` takes it: by token, or as the App. */
  connection(by?: 'token' | 'app'): ForgeConnection
  readonly app: AppState
  readonly hook: HookState
  /** The App's key, as GitHub gives it. */
  readonly privateKey: string
  readonly state: GitHubState
  /** The next so many answers about a pull request say that nobody knows yet whether it merges. */
  thinkAboutMergeability(times: number): void
  /** Invites somebody who has not answered yet. */
  invite(team: string, login: string): void
  /** No token of the App that was given until now is accepted any more. */
  revokeTokens(): void
  /** The fork that a pull request is from is deleted. */
  deleteFork(number: number): void
  /** A merge queue asks for checks of a pull request; or somebody does who says that it brings nothing. */
  queue(number: number, isForged?: boolean): Promise<string>
  /** What the real GitHub does not know of what was asked until now. */
  readonly violations: readonly string[]
}

export interface GitHubOptions {
  readonly files?: FakePush['files']
  /** Compares every answer and event with GitHub's description; slow. */
  readonly checksAnswers?: boolean
}

const owner = 'acme'
const repo = 'infra'

export async function aGitHub(options: GitHubOptions = {}): Promise<GitHubHost> {
  const violations: string[] = []
  const checksAnswers = options.checksAnswers === true
  const [calls, faults, deliveries] = [callList(), faultList(), aDeliverer()]
  const clock = aClock()
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const privateKey = keys.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  const git = await aBareRepository(`${owner}/${repo}`, options.files)
  const secret = randomBytes(12).toString('hex')
  const token = `ghp_${randomBytes(18).toString('hex')}`
  const botLogin = 'portolan-bot'
  const server = await serveGitHub({
    state: () => state,
    routes: () => routes,
    calls,
    faults,
    violations,
    checksAnswers,
  })
  const state: GitHubState = {
    url: server.url,
    apiUrl: `${server.url}/api/v3`,
    owner,
    repo,
    git,
    pulls: new Map(),
    comments: new Map(),
    reactions: new Map(),
    statuses: new Map(),
    checkRuns: new Map(),
    users: new Map([[botLogin, 'write']]),
    teams: new Map(),
    protection: new Map(),
    rules: new Map(),
    tokens: new Map([
      [
        token,
        {
          login: botLogin,
          expires: Number.POSITIVE_INFINITY,
          permissions: undefined,
          scopes: 'repo, read:org, admin:repo_hook',
        },
      ],
    ]),
    app: {
      id: 4711,
      slug: 'portolan',
      publicKey: keys.publicKey,
      installation: 77,
      permissions: {
        contents: 'write',
        pull_requests: 'write',
        statuses: 'write',
        metadata: 'read',
        members: 'read',
      },
      lifetime: 3600,
    },
    hook: {
      id: 12,
      active: true,
      events: ['pull_request', 'issue_comment', 'push', 'pull_request_review', 'merge_group'],
      contentType: 'json',
    },
    undecided: 0,
    now: clock.now,
  }

  function tell(event: events.GitHubEvent): void {
    if (deliveries.address === undefined) return
    if (checksAnswers) {
      violations.push(...githubDescription().wrongWithEvent(event.shape, event.payload))
    }
    deliveries.send(events.outgoing(state, secret, event))
  }

  let lastReview = 0
  const book = bookkeeper(state, (pull, comment, action) => {
    tell(events.commentEvent(state, pull, comment, action))
  })
  const { pullOf, addComment, editComment } = book

  function changed(number: number, action: string, more = {}): void {
    const pull = pullOf(number)
    pull.updatedAt = state.now()
    tell(events.pullEvent(state, pull, action, more))
  }

  /** A branch moved: pull requests of it follow. */
  async function moved(branch: string, from: string | undefined, author = 'ada'): Promise<void> {
    const after = await git.commitOf(`refs/heads/${branch}`)
    tell(events.pushEvent(state, { branch, before: from, after, author }))
    if (after !== undefined) await follow(branch, undefined, after)
  }

  async function follow(branch: string, fork: string | undefined, head: string): Promise<void> {
    for (const pull of state.pulls.values()) {
      const isIts = pull.branch === branch && pull.fork === fork && pull.state === 'open'
      if (!isIts || pull.head === head) continue
      const before = pull.head
      pull.head = head
      await git.setRef(`refs/pull/${pull.number}/head`, head)
      changed(pull.number, 'synchronize', { before, after: head })
    }
  }

  async function merge(
    pull: Pull,
    author: string,
    method: 'merge' | 'squash' | 'rebase',
  ): Promise<string> {
    const base = await git.commitOf(`refs/heads/${pull.base}`)
    const message =
      method === 'merge'
        ? `Merge pull request #${pull.number} from ${owner}/${pull.branch}`
        : `${pull.title} (#${pull.number})`
    const commit =
      base === undefined ? undefined : await git.merge({ base, head: pull.head, method, message })
    if (commit === undefined) throw new Error(`#${pull.number} does not merge`)
    await git.setRef(`refs/heads/${pull.base}`, commit)
    pull.state = 'closed'
    pull.mergedAt = state.now()
    pull.mergeCommit = commit
    changed(pull.number, 'closed')
    await moved(pull.base, base, author)
    return commit
  }

  const routes: RouteDeps = {
    state,
    addComment,
    editComment,
    merge,
    hookUrl: () => deliveries.address,
    lastDelivery() {
      const last = deliveries.all.findLast((each) => each.answered !== undefined)
      return last && { event: last.event, code: last.answered ?? 0 }
    },
  }

  const host: GitHubHost = {
    ...book.host,
    kind: 'github',
    url: state.url,
    apiUrl: state.apiUrl,
    repository: `${owner}/${repo}`,
    cloneUrl: `${state.url}/${owner}/${repo}.git`,
    bare: git.bare,
    token,
    botLogin,
    secret,
    privateKey,
    app: state.app,
    hook: state.hook,
    state,
    violations,
    deliveries,
    faults,
    calls,
    users: {
      add(login, permission = 'write') {
        state.users.set(login, permission)
      },
      join(team, login) {
        joinAs(state, team, login, 'active')
      },
    },
    connection: (by = 'token') => ({
      projectId: '0191d9a0-0000-7000-8000-000000000001',
      kind: 'github',
      apiUrl: state.apiUrl,
      host: 'ghe.example.com',
      repository: `${owner}/${repo}`,
      credentials:
        by === 'token'
          ? { type: 'token', token }
          : { type: 'app', appId: String(state.app.id), privateKey, installationId: undefined },
      secrets: [secret],
      settings: { hostRoles: {}, botLogin, customWorkflows: false },
    }),
    async push(push) {
      const ref = `refs/heads/${push.branch}`
      const before = push.fork === undefined ? await git.commitOf(ref) : undefined
      const commit = await git.push(push)
      if (push.fork === undefined) await moved(push.branch, before, push.author)
      else await follow(push.branch, push.fork, await git.fetchFork(push.fork, push.branch))
      return commit
    },
    async deleteBranch(branch) {
      const before = await git.commitOf(`refs/heads/${branch}`)
      await git.setRef(`refs/heads/${branch}`, undefined)
      await moved(branch, before)
      const open = [...state.pulls.values()].filter((pull) => pull.state === 'open')
      for (const pull of open.filter((each) => each.branch === branch && !each.fork)) {
        await host.close(pull.number)
      }
    },
    async openPullRequest(opened) {
      const kept = await book.newPull(opened)
      const baseCommit = await host.tip(kept.base)
      const pull: Pull = { ...kept, baseCommit, mergedAt: undefined, reviews: [] }
      state.pulls.set(pull.number, pull)
      await git.setRef(`refs/pull/${pull.number}/head`, pull.head)
      changed(pull.number, 'opened')
      return host.pullRequest(pull.number)
    },
    async close(number) {
      pullOf(number).state = 'closed'
      changed(number, 'closed')
    },
    async reopen(number) {
      pullOf(number).state = 'open'
      changed(number, 'reopened')
    },
    async retarget(number, base) {
      const from = pullOf(number).base
      pullOf(number).base = base
      changed(number, 'edited', { changes: { base: { ref: { from }, sha: { from } } } })
    },
    async setDraft(number, isDraft) {
      pullOf(number).isDraft = isDraft
      changed(number, isDraft ? 'converted_to_draft' : 'ready_for_review')
    },
    async label(number, label) {
      pullOf(number).labels.push(label)
      changed(number, 'labeled')
    },
    async unlabel(number, label) {
      const pull = pullOf(number)
      pull.labels = pull.labels.filter((each) => each !== label)
      changed(number, 'unlabeled')
    },
    merge: (number, author, method = 'merge') => merge(pullOf(number), author, method),
    async review(number, author, verdict) {
      const pull = pullOf(number)
      if (verdict === 'dismiss') {
        const last = pull.reviews.findLast((each) => each.author === author)
        if (last === undefined) throw new Error(`${author} did not review #${number}`)
        last.state = 'DISMISSED'
        return tell(events.reviewEvent(state, pull, last, 'dismissed'))
      }
      lastReview += 1
      const made = {
        id: lastReview,
        author,
        state: {
          approve: 'APPROVED',
          'request-changes': 'CHANGES_REQUESTED',
          comment: 'COMMENTED',
        }[verdict],
        commit: pull.head,
        at: state.now(),
      }
      pull.reviews.push(made)
      tell(events.reviewEvent(state, pull, made, 'submitted'))
    },
    nextSecond: clock.nextSecond,
    deliverTo(address) {
      deliveries.to(address)
      tell(events.pingEvent(state))
    },
    thinkAboutMergeability(times) {
      state.undecided = times
    },
    invite(team, login) {
      joinAs(state, team, login, 'pending')
    },
    revokeTokens() {
      for (const each of state.tokens.keys()) if (each !== token) state.tokens.delete(each)
    },
    deleteFork(number) {
      pullOf(number).forkIsGone = true
    },
    async queue(number, isForged = false) {
      const pull = pullOf(number)
      const base = await host.tip(pull.base)
      const message = `Merge #${number}`
      const commit = await git.merge({ base, head: pull.head, method: 'merge', message })
      if (commit === undefined) throw new Error(`#${number} does not merge`)
      const ref = `refs/heads/gh-readonly-queue/${pull.base}/pr-${number}-${base}`
      await git.setRef(ref, commit)
      const group = {
        head_sha: commit,
        head_ref: ref,
        base_sha: isForged ? commit : base,
        base_ref: `refs/heads/${pull.base}`,
      }
      tell(events.mergeGroupEvent(state, pull, group))
      return commit
    },
    async dispose() {
      await deliveries.settled()
      await server.close()
      // What is still being answered fails when the repository goes, and is nobody's fault.
      const found = [...new Set(violations)]
      await git.dispose()
      if (found.length > 0) throw new Error(found.join('\n'))
    },
  }
  return host
}

function joinAs(state: GitHubState, team: string, login: string, as: string): void {
  const members = state.teams.get(team) ?? new Map<string, string>()
  state.teams.set(team, members.set(login, as))
}
