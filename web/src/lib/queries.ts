import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { api, json, segment, sessionQuery } from './api.ts'
import { live } from './live.ts'
import type { Project, Session } from './types.ts'

/** Who is signed in. Every page but those of the sign-in has it. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data
}

export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: async (): Promise<readonly Project[]> => json(api.projects.$get()),
  meta: live,
})

export function useProjects() {
  return useQuery(projectsQuery)
}

export function projectQuery(project: string) {
  return queryOptions({
    queryKey: ['projects', project],
    queryFn: async (): Promise<Project> =>
      json(api.projects[':project'].$get({ param: { project: segment(project) } })),
    meta: live,
  })
}
