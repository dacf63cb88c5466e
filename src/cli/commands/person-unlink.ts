import { type Call, exit } from '../call.ts'
import { demandServer } from '../remote/demand-server.ts'
import { Nothing, segment } from '../remote/server-connection.ts'
import { sanitiseLine } from '../render/text.ts'
import { hostLoginOf } from '../workspace/host-login.ts'

/** Ends the link of a login to a person. */
export async function run(call: Call): Promise<number> {
  const { terminal, args } = call
  const { host, login } = hostLoginOf(args[0] ?? '')
  const server = await demandServer(call)
  await server.send('DELETE', `/identities/${segment(host)}/${segment(login)}`, Nothing)
  terminal.emit({ event: 'login_unlinked', host, login })
  terminal.print(sanitiseLine(`${login} of ${host} is nobody here any more.`))
  return exit.done
}
