import { branchPattern } from './branch-pattern.ts'

/** What a host must say of a pull request. */
export const requirements = ['approved', 'mergeable', 'undiverged'] as const

export type Requirement = (typeof requirements)[number]

/** A project of an `atlantis.yaml`, as far as a component has no other word for it. */
export interface AtlantisProject {
  /** As `-p` names it; undefined for one that is called by its directory. */
  readonly name: string | undefined
  /** From the root, with `/`; empty for the root itself. */
  readonly directory: string
  /**
   * Patterns of files, from the root, in the order of a `.dockerignore`: one of them changed, and it is
   * affected.
   */
  readonly whenModified: readonly string[]
  /** Local modules count too: nothing was written that says which files do. */
  readonly withModules: boolean
  /** Planned by itself when it is affected; otherwise only when somebody asks for it. */
  readonly isAutomatic: boolean
  /** Only pull requests into these branches; a pattern without its slashes, that was checked. */
  readonly branch: string | undefined
  /** What is in a lower one comes before, within a change. */
  readonly group: number
}

/** Whether a component takes part in pull requests into a branch. */
export function isForBranch(
  { atlantis }: { readonly atlantis?: AtlantisProject },
  branch: string,
): boolean {
  return atlantis?.branch === undefined || branchPattern(atlantis.branch).matches(branch)
}
