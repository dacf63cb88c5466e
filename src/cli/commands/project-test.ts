import { ForgeVerdict } from '../../api/projects/forge-schema.ts'
import { type Call, exit } from '../call.ts'
import { demandServer } from '../remote/demand-server.ts'
import { segment } from '../remote/server-connection.ts'
import { verdictLines, verdictSentence } from '../render/forge-view.ts'

/** Asks the host of a project what of its set-up works. */
export async function run(call: Call): Promise<number> {
  const { terminal, args } = call
  const [name = ''] = args
  const server = await demandServer(call)
  const at = `/projects/${segment(name)}/forge/test`
  const verdict = await server.send('POST', at, ForgeVerdict)
  terminal.emit({ project: name, ...verdict })
  terminal.print(...verdictLines(verdict, terminal.style))
  terminal.note(verdictSentence(verdict))
  return verdict.works ? exit.done : exit.error
}
