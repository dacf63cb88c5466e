import { statSync } from 'node:fs'
import path from 'node:path'
import { invalid } from '../../platform/errors.ts'
import { parseSource } from '../../projects/index.ts'
import type { Call } from '../call.ts'
import { readSecret } from '../secret-input.ts'

export interface PasswordFlags {
  readonly passwordStdin?: boolean
}

/** Servers that take a token as a password ask for any user beside it. */
const ANY_USER = 'git'

/**
 * The address that was typed: a directory of this machine by its whole path, and with the password that
 * is read from standard input.
 * @throws AppError `invalid`, also for a password that stands on the command line
 */
export async function sourceArgument(
  { directory, flags, terminal }: Call<PasswordFlags>,
  typed: string,
): Promise<string> {
  const source = parseSource(isDirectory(directory, typed) ? path.resolve(directory, typed) : typed)
  const { address, login, transport } = source
  if (login !== undefined && (login.password !== '' || flags.passwordStdin !== true)) {
    throw invalid('a user or password in an address is seen by everybody on this machine', {
      next: `Give it by standard input: portolan project add ${address} --password-stdin < token`,
    })
  }
  if (flags.passwordStdin !== true) return address
  if (transport !== 'https' && transport !== 'http') {
    throw invalid(`a password is of no use for ${address}`, {
      next: 'Leave out --password-stdin: SSH takes the keys of the user that the server runs as.',
    })
  }
  const url = new URL(address)
  url.username = encodeURIComponent(login?.user ?? ANY_USER)
  url.password = encodeURIComponent(await readSecret(terminal, `Password for ${address}: `))
  return url.href
}

function isDirectory(base: string, typed: string): boolean {
  if (typed.startsWith('-')) return false
  const found = statSync(path.resolve(base, typed), { throwIfNoEntry: false })
  return found?.isDirectory() === true
}
