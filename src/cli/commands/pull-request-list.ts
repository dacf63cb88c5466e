import { invalid } from '../../platform/errors.ts'
import { type Call, exit } from '../call.ts'
import { pullRequestsHere } from '../pull-request/place.ts'
import type { ShownPullRequest } from '../remote/remote-pull-requests.ts'
import { pullRequestRow } from '../render/pull-request-view.ts'
import { table } from '../render/table.ts'
import { requireCount } from '../typed.ts'

interface Flags {
  readonly status?: string
  readonly limit?: string
}

const statuses = ['open', 'merged', 'closed'] as const

/** Lists the pull requests of the repository, newest first. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, flags } = call
  const status = statusOf(flags.status ?? 'open')
  const limit = requireCount(flags.limit ?? '20', '--limit')
  const found = await (await pullRequestsHere(call)).list({ status, limit })
  terminal.emit({ pullRequests: found })
  const { style, width } = terminal
  const rows = found.map((one) => pullRequestRow(one, { style, now: new Date() }))
  terminal.print(...table(rows, width === undefined ? {} : { width }))
  if (found.length === 0) {
    terminal.note(
      status === undefined ? 'There is no pull request.' : `No pull request is ${status}.`,
      `${style.accent('→')} portolan propose   makes one of your branch`,
    )
  }
  return exit.done
}

function statusOf(typed: string): ShownPullRequest['status'] | undefined {
  if (typed === 'all') return undefined
  const found = statuses.find((status) => status === typed)
  if (found !== undefined) return found
  throw invalid(`${JSON.stringify(typed)} is no status of a pull request`, {
    next: `Name one of: ${statuses.join(', ')}, all.`,
  })
}
