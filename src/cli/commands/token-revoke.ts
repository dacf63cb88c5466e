import { type Call, exit } from '../call.ts'
import { withPlace } from '../workspace/place.ts'

/** Ends a token. */
export async function run(call: Call): Promise<number> {
  const [name = ''] = call.args
  return withPlace({ ...call, flags: {} }, async ({ services, location }) => {
    await services.tokens.revoke(name, location.actor)
    call.terminal.emit({ event: 'token_revoked', name })
    call.terminal.print(`The token ${name} is revoked.`)
    return exit.done
  })
}
