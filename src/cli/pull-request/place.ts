import { invalid } from '../../platform/errors.ts'
import type { Call } from '../call.ts'
import { locateRepository } from '../change/change-place.ts'
import { type RemotePullRequests, remotePullRequests } from '../remote/remote-pull-requests.ts'

/** The pull requests of the repository around a call. @throws AppError without a server */
export async function pullRequestsHere(call: Call<object>): Promise<RemotePullRequests> {
  return remotePullRequests(call, await locateRepository(call))
}

/** Reads `7` or `#7`. @throws AppError `invalid` for anything else */
export function requireNumber(text: string): number {
  const number = parseNumber(text)
  if (number !== undefined) return number
  throw invalid(`${JSON.stringify(text)} is no number of a pull request`, {
    next: 'Write 7. `portolan pr list` lists them.',
  })
}

/** Reads `7` or `#7`; undefined for anything else. */
function parseNumber(text: string): number | undefined {
  const digits = /^#?([1-9]\d{0,8})$/.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
