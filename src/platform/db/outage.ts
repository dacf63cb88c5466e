import { codeOf, messageOf } from '../errors.ts'

// PostgreSQL: connection exceptions, shutdown, crash, starting up, too many connections.
const passing =
  /^(08\w{3}|57P0[1235]|53300|ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN|ENOTFOUND)$/

/** True when the database was away, as opposed to a database that said no. */
export function isOutage(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isOutage)
  const code = codeOf(error)
  if (code === 'ENOENT') return isConnecting(error)
  if (code !== undefined) return passing.test(code)
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
    messageOf(error),
  )
}

/** A socket that is not there, as opposed to a file. */
function isConnecting(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'connect'
}
