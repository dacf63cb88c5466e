import type { ProjectOverview, WorkspaceItem, WorkspaceStatus } from '../../lib/types.ts'

export function aWorkspace(
  name: string,
  status: WorkspaceStatus = 'in-sync',
  more: Partial<WorkspaceItem> = {},
): WorkspaceItem {
  const at = name.lastIndexOf('@')
  return {
    id: '00000000-0000-4000-8000-000000000000',
    project: 'shop',
    name,
    component: name.slice(0, at),
    environment: name.slice(at + 1),
    kind: 'terraform',
    declared: true,
    status,
    needs: [],
    ...more,
  }
}

export function aProject(
  components: readonly string[],
  environments: readonly string[],
  workspaces: readonly WorkspaceItem[],
): ProjectOverview {
  return {
    project: 'shop',
    components: [...components],
    environments: [...environments],
    workspaces: [...workspaces],
  }
}
