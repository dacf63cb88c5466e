import { z } from 'zod'
import { Project } from '../../api/projects/schema.ts'
import type { Repositories, ShownProject } from '../services/services.ts'
import { type ServerConnection, segment } from './server-connection.ts'

/** Repositories that a server fetches. */
export function remoteRepositories(server: ServerConnection): Repositories {
  const at = (name: string) => `/projects/${segment(name)}`
  return {
    add: async ({ source, name, branch }) =>
      shownProject(
        await server.send('POST', '/projects', Project, { body: { source, name, branch } }),
      ),
    edit: async (name, { source, branch }) =>
      shownProject(await server.send('PATCH', at(name), Project, { body: { source, branch } })),
    list: async () => (await server.get('/projects', z.array(Project))).map(shownProject),
    fetch: async (name) => shownProject(await server.send('POST', `${at(name)}/fetch`, Project)),
  }
}

/** A project as a server shows it. */
export function shownProject(project: z.output<typeof Project>): ShownProject {
  const { name, source, branch, headCommit, headSubject, fetchedAt, fetchError } = project
  return {
    name,
    source,
    branch,
    headCommit,
    headSubject,
    fetchedAt: fetchedAt === undefined ? undefined : new Date(fetchedAt),
    fetchError,
    environments: project.environments.map((environment) => environment.name),
    components: project.components,
    workspaces: project.workspaces,
  }
}
