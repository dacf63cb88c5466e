import type { z } from 'zod'
import { ProjectForge } from '../../api/projects/forge-schema.ts'
import { type Call, exit } from '../call.ts'
import { demandServer } from '../remote/demand-server.ts'
import { segment } from '../remote/server-connection.ts'
import { forgeLines } from '../render/forge-view.ts'
import { type HostFlags, hostWish, refuseHostFlags } from '../workspace/host-wish.ts'

/** Says on which host the repository of a project is, or shows it. */
export async function run(call: Call<HostFlags>): Promise<number> {
  const { terminal, args, flags } = call
  const [name = '', kind] = args
  const server = await demandServer(call)
  const at = `/projects/${segment(name)}/forge`
  const wish = kind === undefined || kind === 'git' ? undefined : await hostWish(call, kind)
  if (wish === undefined) refuseHostFlags(flags, `portolan project host ${name} github …`)
  const forge = await (wish !== undefined
    ? server.send('PUT', at, ProjectForge, { body: wish })
    : kind === 'git'
      ? server.send('DELETE', at, ProjectForge)
      : server.get(at, ProjectForge))
  terminal.emit({ project: name, ...forge })
  terminal.print(...forgeLines(name, forge, { style: terminal.style, now: new Date() }))
  if (wish !== undefined) terminal.note(...nextSteps(name, forge))
  return exit.done
}

function nextSteps(name: string, { secrets }: z.output<typeof ProjectForge>): string[] {
  return [
    ...(secrets === 0
      ? [`→ portolan project webhook-secret ${name}   so that it hears of pull requests at once`]
      : []),
    `→ portolan project test ${name}   whether it works`,
  ]
}
