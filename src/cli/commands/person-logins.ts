import { z } from 'zod'
import { Identity } from '../../api/projects/forge-schema.ts'
import { type Call, exit } from '../call.ts'
import { demandServer } from '../remote/demand-server.ts'
import { table } from '../render/table.ts'
import { sanitiseLine } from '../render/text.ts'
import { ago } from '../render/time.ts'

/** Lists who people are on hosts. */
export async function run(call: Call): Promise<number> {
  const { terminal } = call
  const server = await demandServer(call)
  const identities = await server.get('/identities', z.array(Identity))
  terminal.emit({ identities })
  const now = new Date()
  terminal.print(
    ...table(
      identities.map(({ host, login, person, createdBy, createdAt }) => [
        terminal.style.bold(sanitiseLine(`${host}:${login}`)),
        sanitiseLine(person),
        `${ago(new Date(createdAt), now)} by ${sanitiseLine(createdBy)}`,
      ]),
    ),
  )
  if (identities.length === 0) {
    terminal.note('No login is linked. Link one: portolan person link NAME github.com:LOGIN')
  }
  return exit.done
}
