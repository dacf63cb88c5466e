import type { z } from 'zod'
import { type Principal, permits } from '../../access/index.ts'
import type { ProjectView } from '../../projects/index.ts'
import type { Project } from './schema.ts'

/** A project with as much of it as the principal may see. */
export function presentProject(
  { repository: _repository, fetchedAt, environments, workspaces, ...rest }: ProjectView,
  principal: Principal,
): z.infer<typeof Project> {
  const project = rest.name
  const isSeen = (environment: string) => permits(principal, 'read', { project, environment })
  const seen = workspaces.filter(({ environment }) => isSeen(environment))
  return {
    ...withoutAbsent(rest),
    ...(fetchedAt === undefined ? {} : { fetchedAt: fetchedAt.toISOString() }),
    environments: environments
      .filter(({ name }) => isSeen(name))
      .map(({ gate, ...environment }) => ({
        ...withoutAbsent(environment),
        ...(gate === undefined ? {} : { gate: { ...withoutAbsent(gate), from: [...gate.from] } }),
      })),
    components: [...new Set(seen.map(({ component }) => component))],
    workspaces: seen.length,
  }
}

/** In JSON what is absent is not there. */
function withoutAbsent<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T
}
