import { type Call, exit } from '../call.ts'
import { projectLines } from '../render/project-view.ts'
import { withPlace } from '../workspace/place.ts'
import { type PasswordFlags, sourceArgument } from '../workspace/source-argument.ts'

interface Flags extends PasswordFlags {
  readonly name?: string
  readonly branch?: string
}

/** Adds a project by the address of its repository, and fetches it. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, args, flags } = call
  const [typed = ''] = args
  const source = await sourceArgument(call, typed)
  return withPlace({ ...call, flags: {} }, async ({ services, location }) => {
    const { name, branch } = flags
    const added = await services.repositories.add({ source, name, branch, actor: location.actor })
    terminal.emit({ event: 'project_added', project: added })
    terminal.print(...projectLines(added, terminal.style, new Date()))
    if (added.fetchedAt === undefined && added.fetchError === undefined) {
      terminal.note('It is being fetched: portolan project list')
    }
    return added.fetchError === undefined ? exit.done : exit.error
  })
}
