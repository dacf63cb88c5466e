import path from 'node:path'
import type { Definition } from '../manifest/index.ts'
import { isRemoteModule } from '../runner/index.ts'
import type { RunOptions, RunSource } from '../runs/index.ts'
import type { Platform } from './change-work.ts'

/** Where a run of a change has its configuration from. */
export function sourceOf({ location }: Platform, { component }: Definition): RunSource {
  const { repositoryRoot, commit, branch, dirty } = location
  const { value } = component.main
  const isDirectory = component.kind === 'terraform' && typeof value === 'string'
  const directory =
    isDirectory && !isRemoteModule(value) ? path.resolve(repositoryRoot, value) : repositoryRoot
  return { directory, commit, branch, dirty }
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
