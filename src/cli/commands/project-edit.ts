import { invalid } from '../../platform/errors.ts'
import { type Call, exit } from '../call.ts'
import { projectLines } from '../render/project-view.ts'
import { withPlace } from '../workspace/place.ts'
import { type PasswordFlags, sourceArgument } from '../workspace/source-argument.ts'

interface Flags extends PasswordFlags {
  readonly source?: string
  readonly branch?: string
  readonly ownBranch?: boolean
}

/** Changes where a project is fetched from, and fetches it there. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, args, flags } = call
  const [name = ''] = args
  const branch = flags.ownBranch === true ? null : flags.branch
  if (flags.source === undefined && branch === undefined) {
    throw invalid('nothing was said of what to change', {
      next: 'Give --source, --branch or --own-branch.',
    })
  }
  const source = flags.source === undefined ? undefined : await sourceArgument(call, flags.source)
  return withPlace({ ...call, flags: {} }, async ({ services, location }) => {
    const edit = { source, branch, actor: location.actor }
    const edited = await services.repositories.edit(name, edit)
    terminal.emit({ event: 'project_changed', project: edited })
    terminal.print(...projectLines(edited, terminal.style, new Date()))
    return edited.fetchError === undefined ? exit.done : exit.error
  })
}
