import { Identity } from '../../api/projects/forge-schema.ts'
import { type Call, exit } from '../call.ts'
import { demandServer } from '../remote/demand-server.ts'
import { sanitiseLine } from '../render/text.ts'
import { hostLoginOf } from '../workspace/host-login.ts'

/** Lets a login of a host speak for somebody. */
export async function run(call: Call): Promise<number> {
  const { terminal, args } = call
  const [person = '', typed = ''] = args
  const body = { ...hostLoginOf(typed), person }
  const server = await demandServer(call)
  const linked = await server.send('POST', '/identities', Identity, { body })
  terminal.emit({ event: 'login_linked', ...linked })
  const { login, host } = linked
  terminal.print(
    sanitiseLine(
      `${login} of ${host} is ${linked.person}: may there what ${linked.person} may here.`,
    ),
  )
  return exit.done
}
