import type { Variable } from '../../lib/types.ts'

export const kindWords: Readonly<Record<Variable['kind'], string>> = {
  terraform: 'Terraform input',
  environment: 'Environment variable',
}

export const phaseWords: Readonly<Record<Variable['phase'], string>> = {
  both: 'plan and apply',
  plan: 'plan only',
  apply: 'apply only',
}

/** Where a variable counts: the narrower, the more it counts. */
export function variablePlace(place: {
  readonly environment?: string | undefined
  readonly component?: string | undefined
}): string {
  const { environment, component } = place
  if (component !== undefined) {
    return environment === undefined ? `component ${component}` : `${component}@${environment}`
  }
  return environment === undefined ? 'the whole project' : `environment ${environment}`
}

/** From what counts least to what counts most, so that what hides something stands below it. */
export function byPlace(variables: readonly Variable[]): ReadonlyMap<string, readonly Variable[]> {
  const sorted = variables.toSorted(
    (a, b) =>
      rank(a) - rank(b) || compare(variablePlace(a), variablePlace(b)) || compare(a.name, b.name),
  )
  return Map.groupBy(sorted, variablePlace)
}

function rank({ environment, component }: Variable): number {
  return (component === undefined ? 0 : 2) + (environment === undefined ? 0 : 1)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
