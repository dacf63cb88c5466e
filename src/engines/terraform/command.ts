import type { BackendType } from './module/override-file.ts'

/** What a plan is asked for. */
export interface PlanRequest {
  readonly operation: 'apply' | 'destroy' | 'refresh'
  readonly targets: readonly string[]
  readonly replace: readonly string[]
  readonly refresh: boolean
  readonly parallelism?: number | undefined
  /** The state is in the module's own backend, which others use too. */
  readonly ownBackend?: boolean
  /** Further arguments, which were looked at. */
  readonly extra?: readonly string[]
}

export interface StatePlace {
  readonly backend: BackendType
  /** The local backend's file for the default workspace. */
  readonly file: string
  /** Where the local backend keeps the other workspaces. */
  readonly workspaceDirectory: string
}

const quiet = ['-input=false', '-no-color'] as const

/** In a directory with nothing but the override: what it leaves says which backend is in force. */
export function backendArguments(place: StatePlace): readonly string[] {
  const backend =
    place.backend === 'http'
      ? []
      : [
          `-backend-config=path=${place.file}`,
          `-backend-config=workspace_dir=${place.workspaceDirectory}`,
        ]
  return ['init', ...quiet, ...backend]
}

/**
 * Modules and providers only: with a new backend `init` would take a `terraform.tfstate` of the
 * person's in the module for a state to migrate, and empty the file.
 */
export function initArguments(extra: readonly string[] = []): readonly string[] {
  return ['init', ...quiet, '-backend=false', ...extra]
}

/** The module's own backend, modules and providers. */
export function ownInitArguments(extra: readonly string[] = []): readonly string[] {
  return ['init', ...quiet, ...extra]
}

/** Portolan holds the workspace itself: a lock on a copy of the state would say nothing. */
export function planArguments(
  request: PlanRequest,
  planFile: string,
  variableFiles: readonly string[],
): readonly string[] {
  const mode = { apply: [], destroy: ['-destroy'], refresh: ['-refresh-only'] }[request.operation]
  return [
    'plan',
    ...quiet,
    ...(request.ownBackend === true ? [] : ['-lock=false']),
    '-detailed-exitcode',
    `-out=${planFile}`,
    ...mode,
    ...(request.refresh ? [] : ['-refresh=false']),
    ...parallelismArguments(request),
    ...request.targets.map((address) => `-target=${address}`),
    ...request.replace.map((address) => `-replace=${address}`),
    ...variableFiles.map((file) => `-var-file=${file}`),
    ...(request.extra ?? []),
  ]
}

export function applyArguments(
  planFile: string,
  variableFiles: readonly string[],
  request: Pick<PlanRequest, 'parallelism' | 'extra'>,
): readonly string[] {
  return [
    'apply',
    '-json',
    '-input=false',
    ...parallelismArguments(request),
    ...variableFiles.map((file) => `-var-file=${file}`),
    ...(request.extra ?? []),
    planFile,
  ]
}

function parallelismArguments({ parallelism }: Pick<PlanRequest, 'parallelism'>): string[] {
  return parallelism === undefined ? [] : [`-parallelism=${parallelism}`]
}

export function showArguments(planFile: string): readonly string[] {
  return ['show', '-json', '-no-color', planFile]
}

export function schemaArguments(): readonly string[] {
  return ['providers', 'schema', '-json']
}
