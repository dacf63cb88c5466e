/** How an `atlantis.yaml` wants its projects to be planned and applied. */
export interface Workflow {
  readonly name: string
  readonly plan: readonly WorkflowStep[]
  readonly apply: readonly WorkflowStep[]
}

export type WorkflowStep =
  /** The usual command, with more arguments; they may hold `$WORKSPACE`. */
  | { readonly is: 'init' | 'plan' | 'apply'; readonly arguments: readonly string[] }
  | { readonly is: 'run'; readonly command: string; readonly isHidden: boolean }
  /** A variable of all that follows in its stage. */
  | { readonly is: 'env'; readonly name: string; readonly value: string }
  | { readonly is: 'env-command'; readonly name: string; readonly command: string }
  /** Prints variables: `A=1,B=2`. */
  | { readonly is: 'multienv'; readonly command: string }

/** Whether it does more than the usual commands: then a server has to permit it. */
export function isCustom({ plan, apply }: Pick<Workflow, 'plan' | 'apply'>): boolean {
  return [...plan, ...apply].some((step) => !('arguments' in step) || step.arguments.length > 0)
}
