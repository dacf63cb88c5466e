import { readRepository } from '../git-client.ts'
import { lastSegment, normaliseOrigin } from '../origin.ts'
import type { ProjectPlace } from '../service.ts'
import { checkProject, projectNameFrom } from '../workspace.ts'
import type { MirrorPlaces } from './places.ts'
import type { Source } from './source.ts'

/**
 * Which project a source is: for a working tree on this machine the one that commands in it belong to.
 * @throws AppError `invalid` for a name that no project may have
 */
export async function placeOf(
  { env }: MirrorPlaces,
  source: Source,
  name: string | undefined,
): Promise<ProjectPlace> {
  const chosen = name === undefined ? undefined : checkProject(name)
  const its = source.transport === 'file' ? await ownPlace(source.address, env) : {}
  const origin = its.origin ?? (its.repositoryId === undefined ? source.origin : undefined)
  return {
    repositoryId: its.repositoryId ?? source.origin,
    origin,
    project: chosen ?? its.project ?? projectNameFrom(lastSegment(source.origin)),
    projectChosen: chosen !== undefined,
  }
}

interface OwnPlace {
  readonly origin?: string
  readonly repositoryId?: string
  readonly project?: string
}

async function ownPlace(
  directory: string,
  env: Readonly<Record<string, string>>,
): Promise<OwnPlace> {
  // A bare one is nobody's working tree, and what git refuses to read is told when it is fetched.
  const repository = await readRepository(directory, env).catch(() => undefined)
  if (repository === undefined) return {}
  const { config, root } = repository
  const remote = config['remote.origin.url']
  const origin = remote === undefined ? undefined : normaliseOrigin(remote, root)
  const repositoryId = config['portolan.repository']
  const project = config['portolan.project']
  return {
    ...(origin === undefined ? {} : { origin }),
    ...(repositoryId === undefined ? {} : { repositoryId }),
    ...(project === undefined ? {} : { project }),
  }
}
