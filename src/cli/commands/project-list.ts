import { type Call, exit } from '../call.ts'
import { projectLines } from '../render/project-view.ts'
import { withPlace } from '../workspace/place.ts'

/** Lists the projects, with where they are fetched from and where they stand. */
export async function run(call: Call): Promise<number> {
  const { terminal } = call
  return withPlace({ ...call, flags: {} }, async ({ services }) => {
    const projects = await services.repositories.list()
    const now = new Date()
    terminal.emit({ projects })
    terminal.print(...projects.flatMap((project) => projectLines(project, terminal.style, now)))
    if (projects.length === 0) {
      terminal.note('There are no projects. Add one: portolan project add ADDRESS')
    }
    return exit.done
  })
}
