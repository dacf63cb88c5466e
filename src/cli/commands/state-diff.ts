import { type Call, exit } from '../call.ts'
import { diffLines } from '../render/state-view.ts'
import { requireCount } from '../typed.ts'
import { type EnvironmentFlags, withWorkspace } from '../workspace/place.ts'

/** Shows what changed between two versions; without numbers what the last one changed. */
export async function run(call: Call<EnvironmentFlags>): Promise<number> {
  const { terminal, args } = call
  const [from, to] = args.map((text) => requireCount(text, 'a version'))
  return withWorkspace(call, undefined, async ({ services, workspace }) => {
    const { state } = services
    const after =
      to === undefined ? await state.current(workspace.id) : await state.version(workspace.id, to)
    if (after === undefined) {
      terminal.note('No state is recorded yet.')
      terminal.emit({ from: null, to: null, resources: [], outputs: [] })
      return exit.done
    }
    const earlier = from ?? after.number - 1
    const before = earlier < 1 ? undefined : await state.version(workspace.id, earlier)
    const diff = await state.difference(workspace.id, { from: before, to: after })
    terminal.emit({ from: before?.number ?? null, to: after.number, ...diff })
    terminal.print(
      terminal.style.dim(
        before === undefined
          ? `version ${after.number}, the first`
          : `version ${before.number} → ${after.number}`,
      ),
      ...diffLines(diff, terminal.style),
    )
    return exit.done
  })
}
