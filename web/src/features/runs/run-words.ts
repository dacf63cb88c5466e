import type { PlanSummary, Run } from '../../lib/types.ts'

const operations: Readonly<Record<Run['operation'], string>> = {
  apply: 'Apply',
  destroy: 'Destroy',
  refresh: 'Refresh',
}

/** `Apply`, `Destroy`, `Refresh (records what is there, changes nothing)` */
export function operationWord({ operation }: Pick<Run, 'operation'>): string {
  return operations[operation]
}

/** `network@prod` */
export function workspaceOf({ component, environment }: Pick<Run, 'component' | 'environment'>) {
  return `${component}@${environment}`
}

/** How much an apply has to do: a replacement is two things. */
export function operationsIn(summary: PlanSummary): number {
  const { create, update, replace, delete: deleted, forget } = summary
  return create + update + 2 * replace + deleted + forget
}

/** What is not in the ordinary way of a run, in short. */
export function unusualOptions({ options, source }: Pick<Run, 'options' | 'source'>): string[] {
  const { targets, replace, refresh, planOnly, variableNames } = options
  return [
    ...(source.dirty ? ['uncommitted changes'] : []),
    ...(targets.length > 0 ? [`only ${targets.join(', ')}`] : []),
    ...(replace.length > 0 ? [`replaces ${replace.join(', ')} on request`] : []),
    ...(refresh ? [] : ['reality was not looked at']),
    ...(planOnly ? ['plan only'] : []),
    ...(variableNames.length > 0 ? [`sets ${variableNames.join(', ')}`] : []),
  ]
}
