import path from 'node:path'
import { Session } from '../../api/session/schema.ts'
import type { Location } from '../../projects/index.ts'
import type { Call } from '../call.ts'
import type { Served } from '../services/services.ts'
import { tokenFor } from './kept-tokens.ts'
import { createKnownWorkspaces } from './known-workspaces.ts'
import { remoteChanges } from './remote-changes.ts'
import { remoteProjects } from './remote-projects.ts'
import { remoteRepositories } from './remote-repositories.ts'
import { remoteRuns } from './remote-runs.ts'
import { remoteStates } from './remote-states.ts'
import { remoteTokens } from './remote-tokens.ts'
import { remoteVariables } from './remote-variables.ts'
import { remoteWork } from './remote-work.ts'
import { connectTo } from './server-connection.ts'

/** The services of a server, for the repository at a location; who acts is who the token belongs to. */
export async function serve(
  { config, terminal }: Pick<Call<object>, 'config' | 'terminal'>,
  url: string,
  location: Location,
): Promise<Served> {
  const server = connectTo({ url, token: await tokenFor(config, url) })
  const known = createKnownWorkspaces()
  const projects = remoteProjects(server, known, location)
  const [session, project] = await Promise.all([
    server.get('/session', Session),
    projects.projectOf(location),
  ])
  return {
    location: { ...location, actor: session.name, project: project ?? location.project },
    services: {
      projects,
      repositories: remoteRepositories(server),
      state: remoteStates(server, known),
      runs: remoteRuns(server, known),
      changes: remoteChanges(server),
      tokens: remoteTokens(server),
      variables: remoteVariables(server),
      work: remoteWork({
        server,
        projects,
        terminal,
        places: new Map(),
        env: config.environment,
      }),
      dataDirectory: path.join(config.dataHome, location.repositoryId),
    },
  }
}
