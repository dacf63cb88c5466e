import type { Retry } from '../manifest/index.ts'
import { invalid } from '../platform/errors.ts'
import type { Phase } from './phase-runner.ts'
import { pause } from './time.ts'

/** What registries, clouds and networks say of a failure that is over in a moment. */
const passing = [
  /\b(status|code|error)\b\D{0,10}\b(429|50[0234])\b/i,
  /(internal server error|bad gateway|service unavailable|gateway time-?out)/i,
  /TLS handshake timeout|i\/o timeout|Client\.Timeout exceeded|context deadline exceeded/,
  /connection reset by peer|broken pipe|unexpected EOF|ECONNRESET|ETIMEDOUT|EAI_AGAIN/,
  /temporary failure in name resolution|server misbehaving|connection timed out/i,
  /too many requests|rate ?limit exceeded|registry service is unreachable/i,
]

const keptText = 64 * 1024
const firstPause = 1000
const longestPause = 30_000

/**
 * Does the work, and again as often as the component's `retry` says while it fails with words that
 * speak of a passing failure.
 * @param work tells every line that it hears
 * @throws AppError `invalid` for a pattern that is no regular expression; what the work throws
 */
export async function tryAgain<T>(
  phase: Pick<Phase, 'job' | 'log' | 'cancellation'>,
  work: (hear: (line: string) => void) => Promise<T>,
  hasFailed: (end: T) => boolean,
): Promise<T> {
  const { log, cancellation } = phase
  const { retry } = phase.job
  const patterns = patternsOf(retry)
  for (let done = 0; ; done += 1) {
    let heard = ''
    const end = await work((line) => {
      heard = `${heard}${line}\n`.slice(-keptText)
    })
    const left = (retry?.attempts ?? 0) - done
    if (left <= 0 || !hasFailed(end) || cancellation.requested !== undefined) return end
    if (!isPassing(heard, patterns)) return end
    const wait = Math.min(firstPause * 2 ** done, longestPause)
    const more = left === 1 ? 'once' : `${left} times`
    log.say(`▸ It may have failed in passing: tried again in ${wait / 1000} s, ${more} at most.`)
    await pause(wait, cancellation.signal)
    if (cancellation.requested !== undefined) return end
  }
}

function patternsOf(retry: Retry | undefined): readonly RegExp[] {
  if (retry === undefined || retry.on.length === 0) return passing
  return retry.on.map((text) => {
    try {
      return new RegExp(text, 'i')
    } catch (error) {
      throw invalid(`retry.on has ${JSON.stringify(text)}, which is no regular expression`, {
        next: 'Correct it in portolan.yaml.',
        cause: error,
      })
    }
  })
}

/** Terraform breaks its sentences into lines, with a frame before each. */
function isPassing(heard: string, patterns: readonly RegExp[]): boolean {
  const unbroken = heard.replace(/\s*\n[│\s]*/g, ' ')
  return patterns.some((pattern) => pattern.test(heard) || pattern.test(unbroken))
}
