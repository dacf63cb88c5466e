import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { foreignJob } from '../../app/local-run.ts'
import { findTool } from '../../engines/index.ts'
import { AppError, conflict } from '../../platform/errors.ts'
import { workspaceName } from '../../projects/index.ts'
import { pullForeignState } from '../../runner/index.ts'
import { type Call, exit } from '../call.ts'
import { type EnvironmentFlags, type WorkspacePlace, withNewWorkspace } from '../place.ts'
import { plural } from '../render/text.ts'
import { readStateFile } from './state-push.ts'

/** Takes a module's existing state over, as version 1. */
export async function run(call: Call<EnvironmentFlags>): Promise<number> {
  const { terminal } = call
  const [file] = call.args
  return withNewWorkspace(call, undefined, async (place) => {
    const { context, workspace, location } = place
    const name = workspaceName(workspace)
    const current = await context.state.current(workspace.id)
    if (current !== undefined) {
      throw conflict(`${name} has a recorded state already (version ${current.number})`, {
        next: 'To put another in its place: portolan state push FILE --force --reason "…"',
      })
    }
    const bytes =
      file === undefined
        ? await pullOwn(call, place)
        : await readStateFile(path.resolve(call.directory, file))
    const result = await context.state.write(workspace.id, {
      bytes,
      actor: location.actor,
      cause: 'import',
      authority: { kind: 'none' },
      reason:
        file === undefined
          ? "taken over from the module's own backend"
          : `from ${path.basename(file)}`,
    })
    if (result.kind === 'rejected') {
      throw new AppError('conflict', `the state was not taken over: ${result.reason}`, {
        next: 'It is kept: portolan state rescue',
      })
    }
    const { version } = result
    const total = version.counts?.total
    terminal.emit({
      event: 'imported',
      workspace: name,
      version: version.number,
      serial: version.serial,
      resources: total ?? null,
    })
    terminal.print(
      `${name}: took over ${total === undefined ? 'a state that cannot be read' : plural(total, 'resource')} (serial ${version.serial}) as version ${version.number}.`,
      `${terminal.style.accent('→')} portolan plan   must now show no change`,
    )
    return exit.done
  })
}

async function pullOwn(call: Call<EnvironmentFlags>, place: WorkspacePlace): Promise<Buffer> {
  const { location, context } = place
  call.terminal.note("Asking the module's own backend for its state …")
  const tool = await findTool(
    context.config.environment,
    location.directory,
    context.config.dataHome,
  )
  const pulled = await pullForeignState(foreignJob(context, place), tool)
  if (pulled !== undefined) return pulled
  call.terminal.note('It has none: an empty state is recorded, so that planning can begin.')
  return emptyState(tool.version)
}

function emptyState(toolVersion: string): Buffer {
  return Buffer.from(
    JSON.stringify({
      version: 4,
      terraform_version: toolVersion,
      serial: 1,
      lineage: randomUUID(),
      outputs: {},
      resources: [],
    }),
  )
}
