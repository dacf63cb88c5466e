import { type AppError, codeOf, messageOf, unavailable } from '../errors.ts'

/** How a PostgreSQL that ended while it started is to be understood, from what it wrote. */
export type StartFailure = 'another-runs' | 'disk-full' | 'other'

// Another postmaster has the directory or the socket, or children of a killed one still end.
const anotherRuns =
  /lock file "[^"]*" (already exists|is empty)|pre-existing shared memory block|Address already in use/
const diskFull = /No space left on device|Disk quota exceeded/

export function startFailure(output: string): StartFailure {
  if (anotherRuns.test(output)) return 'another-runs'
  return diskFull.test(output) ? 'disk-full' : 'other'
}

/** Is this Node's or PostgreSQL's way of saying that the disk is full? */
export function isDiskFull(error: unknown): boolean {
  const code = codeOf(error)
  return (
    code === 'ENOSPC' || code === 'EDQUOT' || code === '53100' || diskFull.test(messageOf(error))
  )
}

export function diskFullError(place: string, cause?: unknown): AppError {
  return unavailable(`the disk that holds Portolan's database is full (${place})`, {
    cause,
    next: 'Free some space there and run the command again. What was saved before is safe.',
  })
}

// No server there, or one that comes or goes.
const noServer = new Set([
  'ENOENT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
])
// Too many connections; a lock that was waited for too long.
const busy = new Set(['53300', '55P03'])

/** Did a connection to the server end, or fail because it comes or goes? */
export function isLostConnection(error: unknown): boolean {
  const code = codeOf(error)
  if (code !== undefined) return noServer.has(code)
  return /Connection terminated|Client has encountered a connection error/.test(messageOf(error))
}

/** Did an attempt to get a claim fail in a way that passes by itself? */
export function isPassing(error: unknown): boolean {
  return isLostConnection(error) || busy.has(codeOf(error) ?? '')
}

/** The end of a log, for an error's text. */
export function lastLines(output: string, count = 8): string {
  return output.trimEnd().split('\n').slice(-count).join('\n')
}
