import { type Call, exit } from '../call.ts'
import { serverOf } from './login.ts'

/** Forgets the token for a server. */
export async function run(call: Call): Promise<number> {
  const { terminal, config } = call
  const url = serverOf(call)
  const { forgetToken } = await import('../remote/kept-tokens.ts')
  const wasKept = await forgetToken(config, url)
  terminal.emit({ event: 'signed_out', url, kept: wasKept })
  terminal.print(wasKept ? `The token for ${url} is forgotten.` : `No token was kept for ${url}.`)
  if (wasKept) {
    terminal.print(
      `${terminal.style.accent('→')} ${url}/settings/tokens   there it is ended for good`,
    )
  }
  return exit.done
}
