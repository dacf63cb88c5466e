/** What a host that is Portolan itself asks of the repository of its project. */
export interface Branches {
  refresh(projectId: string): Promise<void>
  tip(projectId: string, branch: string): Promise<string | undefined>
  main(projectId: string): Promise<string | undefined>
  isIn(projectId: string, commit: string, descendant: string): Promise<boolean>
  conflicts(projectId: string, base: string, head: string): Promise<readonly string[]>
  broughtBy(projectId: string, commit: string, tip: string): Promise<string>
  keep(projectId: string, name: string, commit: string): Promise<void>
  merge(projectId: string, merge: BranchMerge): Promise<string>
  push(
    projectId: string,
    push: { readonly branch: string; readonly from: string; readonly to: string },
  ): Promise<void>
}

export interface BranchMerge {
  readonly base: string
  readonly head: string
  readonly method: 'merge' | 'squash' | 'rebase'
  readonly message: string
  readonly author: { readonly name: string; readonly mail: string }
}
