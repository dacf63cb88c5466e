import { createHash } from 'node:crypto'
import path from 'node:path'
import { type Definition, sourceDigest } from '../../manifest/index.ts'
import { fetchRemoteModule, isRemoteModule, type RemoteModule } from '../../runner/index.ts'
import type { RunOptions, RunSource } from '../../runs/index.ts'
import type { Config } from '../config.ts'
import type { Platform } from './change-work.ts'

/** Where a run of a change has its configuration from; a module of another repository is fetched. */
export async function sourceOf(
  config: Config,
  { location, resolver }: Platform,
  definition: Definition,
): Promise<RunSource> {
  const { repositoryRoot, commit, branch, dirty } = location
  const source = { directory: repositoryRoot, commit, branch, dirty }
  if (definition.component.kind !== 'terraform' || definition.skipped !== undefined) return source
  const { main } = resolver.resolve(definition, () => ({ is: 'unknown' }))
  if (!isRemoteModule(main)) return { ...source, directory: path.resolve(repositoryRoot, main) }
  const fetched = await fetchModule(config, main)
  return { ...source, directory: fetched.directory, moduleCommit: fetched.commit }
}

/** A root module of another repository, at a commit or where its address points now. */
export function fetchModule(
  { environment, dataHome }: Config,
  address: string,
  commit?: string,
): Promise<RemoteModule> {
  return fetchRemoteModule({
    address,
    dataDirectory: path.join(dataHome, 'modules'),
    env: environment,
    ...(commit === undefined ? {} : { commit }),
  })
}

/** sha256 over all that a component is made of: here, and in the repository of its module. */
export async function digestOf(
  { environment }: Config,
  { manifest }: Platform,
  { component, source }: { readonly component: string; readonly source: RunSource },
): Promise<string> {
  const { moduleCommit } = source
  const here = await sourceDigest(manifest, component, environment)
  if (moduleCommit === undefined) return here
  return createHash('sha256').update(`${here}\n${moduleCommit}`).digest('hex')
}

/** Nothing is asked for beside what the manifest says. */
export const changeRunOptions: RunOptions = {
  planOnly: false,
  targets: [],
  replace: [],
  refresh: true,
  variableNames: [],
  variableFiles: [],
}
