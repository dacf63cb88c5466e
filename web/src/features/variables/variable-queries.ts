import { queryOptions } from '@tanstack/react-query'
import { api, json, queryClient, segment } from '../../lib/api.ts'
import type { EffectiveVariable, Variable } from '../../lib/types.ts'

export function variablesQuery(project: string) {
  return queryOptions({
    queryKey: ['variables', project],
    queryFn: async (): Promise<readonly Variable[]> =>
      json(api.projects[':project'].variables.$get({ param: { project: segment(project) } })),
  })
}

/** What the runs of a workspace are given. */
export function effectiveVariablesQuery(project: string, workspace: string) {
  return queryOptions({
    queryKey: ['variables', project, workspace],
    queryFn: async (): Promise<readonly EffectiveVariable[]> =>
      json(
        api.projects[':project'].workspaces[':workspace'].variables.$get({
          param: { project: segment(project), workspace: segment(workspace) },
        }),
      ),
  })
}

/** After one is set or removed: the effective ones of workspaces are others too. */
export function reloadVariables(project: string): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ['variables', project] })
}
