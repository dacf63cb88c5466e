import { changeName } from '../../changes/index.ts'
import { invalid, notFound } from '../../platform/errors.ts'
import type { Call } from '../call.ts'

/** For commands that act on a change: which pull request's. */
export interface PullRequestFlag {
  readonly pr?: string
}

/**
 * The call with `change-12` in the place of `#7` or `--pr 7`: the newest change of the pull request. Any
 * other call is as it was.
 * @throws AppError `not_found` for a pull request without a change
 */
export async function withNewestChange<Flags extends PullRequestFlag>(
  call: Call<Flags>,
): Promise<Call<Flags>> {
  const [first = ''] = call.args
  const { pr } = call.flags
  if (pr === undefined && !/^#\d/.test(first)) return call
  const { pullRequestsHere, requireNumber } = await import('./place.ts')
  const number = requireNumber(pr ?? first)
  const { change, verdict } = await (await pullRequestsHere(call)).get(number)
  if (change === undefined) {
    throw notFound(`#${number} has no change: ${verdict}`, { next: `portolan pr show ${number}` })
  }
  const rest = pr === undefined ? call.args.slice(1) : call.args
  return { ...call, args: [changeName(change.id), ...rest] }
}

/**
 * The same for a command that acts on one thing: a second one is not silently left out.
 * @throws AppError `invalid` for `--pr 7` beside another name, `not_found`
 */
export async function withOneChange<Flags extends PullRequestFlag>(
  given: Call<Flags>,
): Promise<Call<Flags>> {
  const [first] = given.args
  const { pr } = given.flags
  if (pr === undefined || first === undefined) return withNewestChange(given)
  throw invalid(`--pr ${pr} and ${first} are two things at once`, {
    next: 'Leave one of them out.',
  })
}

/** @throws AppError `invalid` when neither a name nor `--pr` was given */
export function requireNamed(name: string | undefined, what: string): string {
  if (name !== undefined) return name
  throw invalid(`which ${what}?`, {
    next: 'Name it, as change-7, or its pull request: --pr 7. `portolan history` lists them.',
  })
}
