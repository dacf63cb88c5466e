import { AppError, invalid } from '../../platform/errors.ts'
import type { GitPlace } from '../../platform/git/git.ts'
import type { Location } from '../../projects/index.ts'
import { type Call, exit } from '../call.ts'
import { locateRepository } from '../change/change-place.ts'
import { type FollowFlags, followPlan } from '../pull-request/follow-plan.ts'
import {
  branchFor,
  checkBranch,
  demandCommitted,
  findRemote,
  headCommit,
  mainBranch,
  push,
  type Said,
  shown,
  switchTo,
  whatIsSaid,
} from '../pull-request/own-branch.ts'
import {
  type RemotePullRequests,
  remotePullRequests,
  type WholePullRequest,
} from '../remote/remote-pull-requests.ts'
import { pullRequestHead } from '../render/pull-request-view.ts'
import { withServices } from '../services/with-services.ts'

interface Flags extends FollowFlags {
  readonly title?: string
  readonly body?: string
  readonly draft?: boolean
  readonly base?: string
  readonly branch?: string
}

/** Pushes what is committed, opens a pull request of it or updates the one that is open, and follows its plan. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, flags } = call
  const location = await locateRepository(call)
  const place = { root: location.repositoryRoot, env: call.config.environment }
  const pullRequests = await remotePullRequests(call, location)
  const pushed = await pushOwn(call, { pullRequests, location, place })
  const opened = await propose(pullRequests, pushed, flags)
  if ('openAt' in opened) {
    terminal.emit({ event: 'pushed', at: new Date(), branch: pushed.branch, url: opened.openAt })
    terminal.print(
      `${pushed.branch} is pushed. Open its pull request there:`,
      `  ${opened.openAt}`,
      'Portolan plans it as soon as it is open.',
    )
    return exit.done
  }
  const url = opened.url ?? pullRequests.urlOf(opened.number)
  terminal.emit({ event: 'proposed', at: new Date(), url, ...opened })
  terminal.print(...pullRequestHead(opened, terminal.style), `  ${url}`)
  if (flags.detach === true) return exit.done
  if (opened.isDraft && opened.permittedBy === undefined) {
    terminal.print(
      `${terminal.style.accent('→')} portolan pr plan ${opened.number}   plans the draft`,
    )
    return exit.done
  }
  return withServices(call, location, ({ services }) =>
    followPlan(call, pullRequests, { number: opened.number, head: pushed.head, services }),
  )
}

interface Here {
  readonly pullRequests: RemotePullRequests
  readonly location: Location
  readonly place: GitPlace
}

interface Pushed {
  readonly branch: string
  readonly base: string | undefined
  readonly head: string
  readonly said: readonly Said[]
}

async function pushOwn(
  { terminal, flags }: Call<Flags>,
  { pullRequests, location, place }: Here,
): Promise<Pushed> {
  const head = await headCommit(place)
  const left = await demandCommitted(place)
  const { source, branch: chosen } = await pullRequests.source()
  const remote = await findRemote(place, source)
  if (remote === undefined && chosen === undefined) throw noBranch(pullRequests, place)
  const base = flags.base ?? chosen ?? (await mainBranch(place))
  const against = remote === undefined ? base : `${remote}/${base}`
  const said = await whatIsSaid(place, against)
  if (said.length === 0) {
    throw invalid(`there is nothing here that ${against} lacks`, {
      next: "Commit something: git commit -am 'feat: what it is for'",
    })
  }
  const current = location.branch
  const branch = flags.branch ?? (current === base ? undefined : current)
  const own = branch ?? branchFor(said[0]?.subject ?? '')
  await checkBranch(place, own)
  if (own === base) {
    throw invalid(`${base} cannot be proposed to itself`, { next: 'Name another: --branch NAME' })
  }
  if (current === undefined || current === base) {
    await switchTo(place, own)
    terminal.note(`You are on the new branch ${own} now.`)
  }
  if (remote !== undefined) await push(place, { remote, branch: own })
  if (left.length > 0) terminal.note(`Not in it, as git does not know them: ${shown(left)}`)
  return { branch: own, base: flags.base, head, said }
}

/** The server fetches from the very directory in which somebody changes branches. */
function noBranch({ project }: RemotePullRequests, { root }: GitPlace) {
  return invalid(`whatever is checked out in ${root} counts as the branch of ${project}`, {
    next: `Say which it is: portolan project edit ${project} --branch main   and propose once more`,
  })
}

/** Opens a new one, or brings the open one of the branch up to date. */
async function propose(
  pullRequests: RemotePullRequests,
  { branch, base, said }: Pushed,
  { title, body, draft }: Flags,
): Promise<WholePullRequest | { readonly openAt: string }> {
  // Oldest last: that is what the branch was begun for.
  const first = said.at(-1)
  const whole = {
    branch,
    base,
    title: title ?? first?.subject ?? branch,
    body: body ?? (said.length === 1 ? first?.body : undefined),
    draft,
  }
  try {
    return await pullRequests.open(whole)
  } catch (error) {
    const { number, openAt } = error instanceof AppError ? error.details : {}
    if (typeof openAt === 'string') return { openAt }
    if (typeof number !== 'number') throw error
    const edit = Object.entries({ title, body, draft }).filter(([, one]) => one !== undefined)
    return edit.length > 0
      ? pullRequests.edit(number, Object.fromEntries(edit))
      : pullRequests.get(number)
  }
}
