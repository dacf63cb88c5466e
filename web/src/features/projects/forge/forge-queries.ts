import { queryOptions } from '@tanstack/react-query'
import { api, json, queryClient, segment } from '../../../lib/api.ts'
import { live } from '../../../lib/live.ts'
import type { ProjectForge, SetProjectForge } from '../../../lib/types.ts'

export function forgeQuery(project: string) {
  return queryOptions({
    queryKey: ['forge', project],
    queryFn: async (): Promise<ProjectForge> =>
      json(api.projects[':project'].forge.$get({ param: { project: segment(project) } })),
    meta: live,
  })
}

/** Sets the host of a project, or changes what is said of it. @throws AppError */
export async function setForge(project: string, wish: SetProjectForge): Promise<ProjectForge> {
  const param = { project: segment(project) }
  return json(api.projects[':project'].forge.$put({ param, json: wish }))
}

/** Shows what the server answered to a change. */
export function showForge(project: string, forge: ProjectForge): void {
  queryClient.setQueryData(forgeQuery(project).queryKey, forge)
}
