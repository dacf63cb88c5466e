import { type Config, serverUrlOf } from '../../app/config.ts'
import { invalid } from '../../platform/errors.ts'
import { type Call, exit } from '../call.ts'
import { readSecret } from '../secret-input.ts'

/** Keeps the token with which commands ask a server. */
export async function run(call: Call): Promise<number> {
  const { terminal, config } = call
  const url = serverOf(call)
  terminal.note(
    `Make a token here, and paste it: ${url}/settings/tokens`,
    terminal.style.dim('It is kept for you alone, and not shown.'),
  )
  const token = (await readSecret(terminal, 'Token: ')).trim()
  // Before anything is kept of it: what no header can carry would say less clearly what is wrong.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw invalid('this is no token', { next: `Copy it as it was shown: ${url}/settings/tokens` })
  }
  const { whoIs } = await import('../remote/who-is.ts')
  const { keepToken } = await import('../remote/kept-tokens.ts')
  const name = await whoIs({ url, token })
  const file = await keepToken(config, url, token)
  terminal.emit({ event: 'signed_in', url, name, file })
  terminal.print(`Signed in to ${url} as ${terminal.style.bold(name)}; the token is in ${file}.`)
  if (config.serverUrl !== url) {
    terminal.print(
      `${terminal.style.accent('→')} export PORTOLAN_URL=${url}   from then on commands ask it`,
    )
  }
  if (config.serverToken !== undefined) {
    terminal.note('PORTOLAN_TOKEN is set too, and counts more: unset it.')
  }
  return exit.done
}

/** @throws AppError `invalid` when no server is named */
export function serverOf({
  args,
  config,
}: Pick<Call, 'args'> & { readonly config: Pick<Config, 'serverUrl'> }): string {
  const url = serverUrlOf(args[0]) ?? config.serverUrl
  if (url !== undefined) return url
  throw invalid('which server?', { next: 'portolan login https://portolan.example.com' })
}
