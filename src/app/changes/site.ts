import type { ToolInstall } from '../../engines/index.ts'
import type { Workspace } from '../../projects/index.ts'
import type { RunEnvironment } from '../../runner/index.ts'

/** A workspace of a change, as far as it says where its runs are executed. */
export interface SiteNode {
  readonly changeId: number
  readonly projectId: string
  readonly workspace: Workspace
  readonly commit: string | undefined
  /** Where its definition was read from. */
  readonly repositoryRoot: string
  /** Otherwise it sees no variables and no credentials. */
  readonly isTrusted: boolean
}

/** What the programs of a run see. */
export interface SiteEnvironment {
  readonly environment: RunEnvironment
  /** Values that must not be shown anywhere. */
  readonly secrets: readonly string[]
}

/**
 * Where the runs of changes are executed: in a person's working tree and environment, or on a server,
 * which has a tree for each workspace, and nothing in the environment but what its variables say.
 */
export interface Site {
  /** What others wrote is executed here. */
  readonly isShared: boolean
  /** Does work while nobody else is at work in the workspace; undefined when it was cancelled before. */
  alone<T>(node: SiteNode, cancelled: AbortSignal, work: () => Promise<T>): Promise<T | undefined>
  /** Root of the repository with the files of the change; whoever asks has the workspace to itself. */
  root(node: SiteNode): Promise<string>
  environment(node: SiteNode, phase: 'plan' | 'apply'): Promise<SiteEnvironment>
  /** Where tools that are not on PATH come from; undefined where PATH is all there is. */
  readonly install: ToolInstall | undefined
  /** Waits until the machine bears one more run; returns what gives the place back. */
  place(cancelled: AbortSignal): Promise<() => void>
}

/** A person's machine: everything is as they have it. */
export function ownSite(variables: Readonly<Record<string, string>>): Site {
  return {
    isShared: false,
    alone: (_node, _cancelled, work) => work(),
    root: async ({ repositoryRoot }) => repositoryRoot,
    environment: async () => ({ environment: { kind: 'user', variables }, secrets: [] }),
    install: undefined,
    place: async () => () => undefined,
  }
}
