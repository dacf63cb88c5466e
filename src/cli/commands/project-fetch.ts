import { type Call, exit } from '../call.ts'
import { projectLines } from '../render/project-view.ts'
import { withPlace } from '../workspace/place.ts'

/** Fetches a project now, and takes up what its manifest declares. */
export async function run(call: Call): Promise<number> {
  const { terminal, args } = call
  const [name = ''] = args
  return withPlace({ ...call, flags: {} }, async ({ services, location }) => {
    const fetched = await services.repositories.fetch(name, location.actor)
    terminal.emit({ event: 'project_fetched', project: fetched })
    terminal.print(...projectLines(fetched, terminal.style, new Date()))
    return exit.done
  })
}
