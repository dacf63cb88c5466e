import { randomBytes } from 'node:crypto'
import { aBareRepository } from './bare-repository.ts'
import { bookkeeper } from './book.ts'
import { aClock } from './clock.ts'
import { aDeliverer } from './deliveries.ts'
import { callList, faultList } from './faults.ts'
import * as events from './gitea-events.ts'
import { type GiteaState, type Pull, trial } from './gitea-model.ts'
import type { RouteDeps } from './gitea-routes.ts'
import { serveGitea } from './gitea-server.ts'
import type { FakeHost, FakePullRequest, FakePush } from './host.ts'

/** A Gitea server of one repository, as Gitea's sources and description have it, over real git. */
export interface GiteaHost extends FakeHost {
  readonly kind: 'gitea'
  readonly state: GiteaState
  /** Opens one of what was pushed to `refs/for/main`: its head is in the repository, on no branch. */
  openAgit(branch: string, author: string): Promise<FakePullRequest>
  /** The fork that a pull request is from is deleted. */
  deleteFork(number: number): void
  /** What the real one does not know of what was asked until now. */
  readonly violations: readonly string[]
}

const owner = 'acme'
const repo = 'infra'

export async function aGitea(options: { files?: FakePush['files'] } = {}): Promise<GiteaHost> {
  const violations: string[] = []
  const [calls, faults, deliveries] = [callList(), faultList(), aDeliverer()]
  const clock = aClock()
  const git = await aBareRepository(`${owner}/${repo}`, options.files)
  const secret = randomBytes(12).toString('hex')
  const server = await serveGitea({ routes: () => routes, calls, faults, violations })
  const state: GiteaState = {
    url: server.url,
    owner,
    repo,
    git,
    token: randomBytes(20).toString('hex'),
    botLogin: 'portolan-bot',
    pulls: new Map(),
    comments: new Map(),
    reactions: new Map(),
    statuses: new Map(),
    users: new Map([['portolan-bot', 'admin']]),
    teams: new Map(),
    protection: new Map(),
    hook: {
      active: true,
      events: [
        ...['push', 'pull_request', 'pull_request_comment', 'pull_request_sync'],
        ...['pull_request_label', 'pull_request_review_approved', 'pull_request_review_rejected'],
      ],
    },
    archived: false,
    mostPerPage: 50,
    now: clock.now,
  }
  let lastReview = 0

  function tell(event: events.GiteaEvent): void {
    if (deliveries.address !== undefined) deliveries.send(events.outgoing(secret, event))
  }

  const book = bookkeeper(state, (pull, made, action) => {
    tell(events.commentEvent(state, pull, { made, action }))
  })
  const { pullOf, addComment, editComment } = book

  function changed(number: number, action: string, type = 'pull_request', event?: string): void {
    const pull = pullOf(number)
    pull.updatedAt = state.now()
    tell(events.pullEvent(state, pull, { action, type, ...(event ? { event } : {}) }))
  }

  /** A branch moved: pull requests of it follow. */
  async function moved(branch: string, fork?: string): Promise<void> {
    const after =
      fork === undefined
        ? await git.commitOf(`refs/heads/${branch}`)
        : await git.fetchFork(fork, branch)
    if (fork === undefined) tell(events.pushEvent(state, branch, after))
    for (const pull of state.pulls.values()) {
      const isIts = pull.branch === branch && pull.fork === fork && !pull.isAgit
      if (!isIts || pull.state !== 'open' || after === undefined || pull.head === after) continue
      pull.head = after
      await git.setRef(`refs/pull/${pull.number}/head`, after)
      changed(pull.number, 'synchronized', 'pull_request_sync')
    }
  }

  async function merge(pull: Pull, method: 'merge' | 'squash' | 'rebase'): Promise<string> {
    const commit = await trial(state, pull, method)
    if (commit === undefined) throw new Error(`#${pull.number} does not merge`)
    await git.setRef(`refs/heads/${pull.base}`, commit)
    pull.state = 'closed'
    pull.mergeCommit = commit
    changed(pull.number, 'closed')
    await moved(pull.base)
    return commit
  }

  async function open(
    opened: Parameters<FakeHost['openPullRequest']>[0],
    isAgit = false,
  ): Promise<FakePullRequest> {
    const pull: Pull = { ...(await book.newPull(opened)), isAgit, reviews: [] }
    state.pulls.set(pull.number, pull)
    await git.setRef(`refs/pull/${pull.number}/head`, pull.head)
    changed(pull.number, 'opened')
    return host.pullRequest(pull.number)
  }

  const routes: RouteDeps = {
    state,
    addComment,
    editComment,
    merge,
    hookUrl: () => deliveries.address,
  }

  const host: GiteaHost = {
    ...book.host,
    kind: 'gitea',
    url: server.url,
    apiUrl: server.url,
    repository: `${owner}/${repo}`,
    cloneUrl: `${server.url}/${owner}/${repo}.git`,
    bare: git.bare,
    token: state.token,
    botLogin: state.botLogin,
    secret,
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
        state.teams.set(team, (state.teams.get(team) ?? new Set()).add(login))
      },
    },
    async push(push) {
      const commit = await git.push(push)
      await moved(push.branch, push.fork)
      return commit
    },
    async deleteBranch(branch) {
      await git.setRef(`refs/heads/${branch}`, undefined)
      await moved(branch)
    },
    openPullRequest: (opened) => open(opened),
    async openAgit(branch, author) {
      const opened = await open({ branch, author }, true)
      await git.setRef(`refs/heads/${branch}`, undefined)
      return opened
    },
    deleteFork(number) {
      pullOf(number).forkIsGone = true
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
      pullOf(number).base = base
      changed(number, 'edited')
    },
    async setDraft(number, isDraft) {
      // A draft is a title that begins with WIP.
      pullOf(number).isDraft = isDraft
      changed(number, 'edited')
    },
    async label(number, label) {
      pullOf(number).labels.push(label)
      changed(number, 'label_updated', 'pull_request_label')
    },
    async unlabel(number, label) {
      const pull = pullOf(number)
      pull.labels = pull.labels.filter((each) => each !== label)
      changed(number, 'label_updated', 'pull_request_label')
    },
    merge: (number, _author, method = 'merge') => merge(pullOf(number), method),
    async review(number, author, verdict) {
      const pull = pullOf(number)
      if (verdict === 'dismiss') {
        const last = pull.reviews.findLast((each) => each.author === author)
        if (last === undefined) throw new Error(`${author} did not review #${number}`)
        last.dismissed = true
        return
      }
      lastReview += 1
      const words = {
        approve: ['APPROVED', 'approved'],
        'request-changes': ['REQUEST_CHANGES', 'rejected'],
        comment: ['COMMENT', 'comment'],
      } as const
      const [word, name] = words[verdict]
      pull.reviews.push({
        id: lastReview,
        author,
        state: word,
        commit: pull.head,
        dismissed: false,
        at: state.now(),
      })
      changed(number, 'reviewed', `pull_request_review_${name}`, `pull_request_${name}`)
    },
    nextSecond: clock.nextSecond,
    deliverTo(address) {
      deliveries.to(address)
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
