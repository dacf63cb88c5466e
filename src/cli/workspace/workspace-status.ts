import { type Workspace, workspaceName } from '../../projects/index.ts'
import { type Call, exit } from '../call.ts'
import { openChanges } from '../change/open-changes.ts'
import { openChangeLines } from '../render/change/status.ts'
import { changeJson } from '../render/change-json.ts'
import {
  statusDetail,
  statusJson,
  statusRows,
  type WorkspaceStatus,
} from '../render/status-view.ts'
import { table } from '../render/table.ts'
import type { Services } from '../services/services.ts'
import { type EnvironmentFlags, withPlace, withWorkspace } from './place.ts'

/** Shows one workspace in detail. */
export async function showWorkspace(
  call: Call<EnvironmentFlags>,
  reference: string | undefined,
): Promise<number> {
  const { terminal } = call
  return withWorkspace(call, reference, async ({ services, workspace }) => {
    await services.work.endDeadRuns()
    const status = await statusOf(services, workspace)
    terminal.emit(statusJson(status))
    terminal.print(...statusDetail(status, new Date(), terminal.style))
    return exit.done
  })
}

/** Shows every recorded workspace of a repository that has no manifest. */
export async function showRecorded(call: Call<EnvironmentFlags>): Promise<number> {
  const { terminal } = call
  const now = new Date()
  return withPlace(call, async ({ services, location }) => {
    await services.work.endDeadRuns()
    const project = (await services.projects.projectOf(location)) ?? location.project
    const workspaces = (await services.projects.list()).filter((one) => one.project === project)
    const all = []
    for (const workspace of workspaces) all.push(await statusOf(services, workspace))
    const id = await services.projects.findProjectId(location)
    const open = id === undefined ? [] : await openChanges(services, id)
    terminal.emit({
      project,
      workspaces: all.map(statusJson),
      ...(open.length === 0
        ? {}
        : { changes: open.map(({ change, counts }) => changeJson(change, counts)) }),
    })
    if (all.length === 0) {
      terminal.print(
        `Nothing is recorded of ${project} yet.`,
        `${terminal.style.accent('→')} portolan plan   in the directory of a root module`,
      )
      return exit.done
    }
    const [first] = all
    if (all.length === 1 && first !== undefined) {
      terminal.print(...statusDetail(first, now, terminal.style))
      return exit.done
    }
    terminal.print(
      ...table(statusRows(all, now, terminal.style), {
        ...(terminal.width === undefined ? {} : { width: terminal.width }),
      }),
    )
    const layout = { style: terminal.style, width: terminal.width }
    if (open.length > 0) terminal.print('', ...openChangeLines(open, now, layout))
    const troubled = all.filter((one) => one.unknown !== undefined || one.atRisk !== undefined)
    for (const one of troubled) {
      terminal.print(
        `${terminal.style.accent('→')} ${workspaceName(one.workspace)} needs you: portolan status ${workspaceName(one.workspace)}`,
      )
    }
    return exit.done
  })
}

async function statusOf({ state, runs }: Services, workspace: Workspace): Promise<WorkspaceStatus> {
  const [version, lock, atRisk, recent, live] = await Promise.all([
    state.current(workspace.id),
    state.heldLock(workspace.id),
    state.atRisk(workspace.id),
    runs.list(workspace.id, { limit: 1 }),
    runs.live(workspace.id),
  ])
  return {
    workspace,
    version,
    lock,
    atRisk,
    lastRun: recent[0],
    unknown: live.find((run) => run.status === 'unknown'),
    live,
  }
}
