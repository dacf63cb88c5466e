import { unavailable } from '../platform/errors.ts'

export interface RemoteModuleRequest {
  /** `git::https://host/repository.git//path?ref=v1` */
  readonly address: string
  /** Where repositories and checkouts are kept for all workspaces of this machine. */
  readonly dataDirectory: string
  /** The environment of git. */
  readonly env: Readonly<Record<string, string>>
}

/** A root module of another repository, as it is at one commit. */
export interface RemoteModule {
  /** The same for the same address and commit, from run to run. */
  readonly directory: string
  readonly commit: string
}

/** True for the address of a root module in another repository. */
export function isRemoteModule(main: string): boolean {
  return main.startsWith('git::')
}

/**
 * Fetches a root module, and checks it out once for its commit.
 * @throws AppError `invalid` or `unavailable` with what to do
 */
export async function fetchRemoteModule(_request: RemoteModuleRequest): Promise<RemoteModule> {
  throw unavailable('root modules of other repositories cannot be fetched yet')
}
