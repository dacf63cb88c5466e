import path from 'node:path'
import type { Workspace } from '../../projects/index.ts'
import type { Context } from '../context.ts'

/** Where the runner keeps what belongs to a workspace on this machine. */
export function workDirectoryOf(
  context: Pick<Context, 'dataDirectory'>,
  workspace: Pick<Workspace, 'id'>,
): string {
  return path.join(context.dataDirectory, 'workspaces', workspace.id)
}

export function turnsOf(context: Context, workspace: Pick<Workspace, 'id'>): string {
  return path.join(workDirectoryOf(context, workspace), 'turns')
}
