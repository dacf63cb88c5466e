import type { Context } from '../../app/context.ts'
import type { AddedProject } from '../../app/projects/add-project.ts'
import { AppError } from '../../platform/errors.ts'
import type { ProjectView } from '../../projects/index.ts'
import type { Repositories, ShownProject } from './services.ts'

/** Repositories that this process fetches. */
export function localRepositories(context: Context): Repositories {
  const { repositories } = context
  /** As it is recorded, also when it could not be fetched: that is recorded too. */
  const settled = async ({ project, fetched }: AddedProject) => {
    try {
      return shown(await fetched)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return shown(await repositories.byId(project.id))
    }
  }
  const app = () => import('../../app/projects/add-project.ts')
  return {
    add: async (source) => settled(await (await app()).addProject(context, source)),
    edit: async (name, edit) => settled(await (await app()).editProject(context, name, edit)),
    list: async () => (await repositories.list()).map(shown),
    fetch: async (name, actor) => {
      const { fetched } = await (await app()).refetchProject(context, name, actor)
      return shown(await fetched)
    },
  }
}

function shown({ environments, workspaces, ...project }: ProjectView): ShownProject {
  return {
    ...project,
    environments: environments.map(({ name }) => name),
    components: [...new Set(workspaces.map(({ component }) => component))],
    workspaces: workspaces.length,
  }
}
