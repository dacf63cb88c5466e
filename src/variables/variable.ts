/** Terraform's inputs, or environment variables of the programs of a run. */
export type VariableKind = 'terraform' | 'environment'

/** The phases of a run: each may have other credentials. */
export type RunPhase = 'plan' | 'apply'

/** Where a variable counts: in the whole project, or only there where what is named agrees. */
export interface VariablePlace {
  readonly environment?: string | undefined
  readonly component?: string | undefined
}

/** What tells a variable of a project from the others. */
export interface VariableIdentity extends VariablePlace {
  readonly kind: VariableKind
  readonly name: string
  readonly phase: RunPhase | 'both'
}

/** A variable as it is shown: its value is written and never read. */
export interface Variable extends VariableIdentity {
  readonly id: string
  readonly updatedBy: string
  readonly updatedAt: Date
}

export const variableKinds = ['terraform', 'environment'] as const
export const variablePhases = ['both', 'plan', 'apply'] as const

/** `project`, `environment prod`, `component db`, `component db in prod` */
export function placeText({ component, environment }: VariablePlace): string {
  if (component !== undefined) {
    return `component ${component}${environment === undefined ? '' : ` in ${environment}`}`
  }
  return environment === undefined ? 'project' : `environment ${environment}`
}

/** `the environment variable TOKEN (component db in prod, apply)`: how a sentence names it. */
export function variableText(variable: VariableIdentity): string {
  const { kind, name, phase } = variable
  const what = kind === 'terraform' ? 'Terraform variable' : 'environment variable'
  const where = phase === 'both' ? placeText(variable) : `${placeText(variable)}, ${phase}`
  return `the ${what} ${name} (${where})`
}
