import { Project } from '../../api/projects/schema.ts'
import { type Call, exit } from '../call.ts'
import { demandServer } from '../remote/demand-server.ts'
import { shownProject } from '../remote/remote-repositories.ts'
import { projectLines } from '../render/project-view.ts'
import type { ShownProject } from '../services/services.ts'
import { type HostFlags, hostWish, refuseHostFlags } from '../workspace/host-wish.ts'
import { withPlace } from '../workspace/place.ts'
import { type PasswordFlags, sourceArgument } from '../workspace/source-argument.ts'

interface Flags extends PasswordFlags, HostFlags {
  readonly name?: string
  readonly branch?: string
  readonly host?: string
}

/** Adds a project by the address of its repository, and fetches it. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal } = call
  const added = await add(call)
  terminal.emit({ event: 'project_added', project: added })
  terminal.print(...projectLines(added, terminal.style, new Date()))
  if (added.fetchedAt === undefined && added.fetchError === undefined) {
    terminal.note('It is being fetched: portolan project list')
  }
  return added.fetchError === undefined ? exit.done : exit.error
}

async function add(call: Call<Flags>): Promise<ShownProject> {
  const { args, flags } = call
  const { name, branch, host } = flags
  const [typed = ''] = args
  const source = await sourceArgument(call, typed)
  if (host === undefined || host === 'git') {
    refuseHostFlags(flags, 'Add --host github.')
    return withPlace({ ...call, flags: {} }, ({ services, location }) =>
      services.repositories.add({ source, name, branch, actor: location.actor }),
    )
  }
  const server = await demandServer(call)
  const body = { source, name, branch, host: await hostWish(call, host) }
  return shownProject(await server.send('POST', '/projects', Project, { body }))
}
